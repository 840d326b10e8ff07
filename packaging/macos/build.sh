#!/bin/sh
# packaging/macos/build.sh: Parley.app in build/package/dist and a disk image with it in dist/.
#
# Needs macOS 12 or newer, Xcode's command line tools and Python 3.11 or newer. Signs where PARLEY_SIGN_AS names an
# identity ("Developer ID Application: …"), and has the image notarised where PARLEY_NOTARY_PROFILE names a profile that
# `xcrun notarytool store-credentials` has kept.
set -eu
root=$(cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
work=build/package
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=1 PIP_CACHE_DIR="$root/$work/pip"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' app/__init__.py)
python=$root/$work/venv/bin/python

if [ ! -e "$work/environment.done" ]; then
    "${PYTHON:-python3}" -m venv --clear "$work/venv"
    "$python" -m pip install --require-hashes -r packaging/lock-build.txt
    PATH=$root/$work/venv/bin:$PATH CMAKE_ARGS="-DGGML_NATIVE=OFF" \
        "$python" -m pip install --require-hashes --no-deps --no-build-isolation -r packaging/lock.txt
    touch "$work/environment.done"
fi
QT_QPA_PLATFORM=offscreen "$python" packaging/icons.py "$work/icons"
"$python" -m PyInstaller --noconfirm --workpath "$work/work" --distpath "$work/dist" pyinstaller.spec
app=$work/dist/Parley.app
"$app/Contents/MacOS/parley" --self-test >"$work/self-test.json"

if [ -n "${PARLEY_SIGN_AS:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements packaging/macos/entitlements.plist \
        --sign "$PARLEY_SIGN_AS" "$app"
    codesign --verify --strict --deep "$app"
fi
mkdir -p dist "$work/image"
rm -rf "$work/image/Parley.app" "$work/image/Applications"
cp -R "$app" "$work/image/"
ln -s /Applications "$work/image/Applications"
image=dist/Parley-$version-$(uname -m).dmg
hdiutil create -volname "Parley $version" -srcfolder "$work/image" -ov -format UDZO "$image"
if [ -n "${PARLEY_NOTARY_PROFILE:-}" ]; then
    codesign --force --timestamp --sign "$PARLEY_SIGN_AS" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$PARLEY_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
