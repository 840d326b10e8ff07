#!/bin/sh
# packaging/build.sh [--cuda] deb|tar|program …: build the packaged program in build/package/, and packages of it in dist/.
#
# With --cuda, in build/package-cuda/, it is the flavor that also computes on NVIDIA cards: parley-cuda. NVIDIA's compiler
# comes from the package index like everything else; neither a card nor a CUDA toolkit is needed here.
#
# From a fresh clone on Debian 12 or newer: needs Python 3.11 or newer with venv, a C++ compiler, the libraries that
# packaging/setup.sh lists, and for a .deb dpkg-dev, libwayland-cursor0 and libwayland-egl1. Everything from the package
# index is pinned with hashes, and the same commit makes the same files. What is up to date is not made again.
set -eu
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
cd "$root"
umask 022
package=parley
if [ "${1:-}" = --cuda ]; then
    package=parley-cuda
    shift
fi
work=build/package${package#parley}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH PYTHONHASHSEED=1 LC_ALL=C.UTF-8 TZ=UTC
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' app/__init__.py)
machine=$(uname -m)
python=$root/$work/venv/bin/python
maintainer=${PARLEY_MAINTAINER:-The Parley developers <parley-developers@example.org>}

# The oldest processors that the program runs on: x86-64 with AVX2, which Intel and AMD make since 2013 and 2015.
# Without the flags llama.cpp would be compiled for the processor of the building machine, or, told to be reproducible,
# for one from 2003.
flags="-DGGML_NATIVE=OFF -DCMAKE_PROJECT_INCLUDE='$root/packaging/paths.cmake'"
if [ "$machine" = x86_64 ]; then
    for set in SSE42 AVX AVX2 FMA F16C BMI2; do flags="$flags -DGGML_$set=ON"; done
fi
# What computes on cards is a plug-in of llama.cpp's, so that the program runs where NVIDIA's libraries are missing, and
# nothing of these is linked into it: see packaging/README.md. The cards are those since the T4 and the GTX 1660; on an
# H100 and on what comes after all of them the driver compiles what is there for 90. PARLEY_CUDA_ARCHITECTURES tries fewer.
toolkit=$root/$work/toolkit/nvidia/cu13
architectures=${PARLEY_CUDA_ARCHITECTURES:-75-real;80-real;86-real;89-real;90-virtual;120a-real}
if [ "$package" = parley-cuda ]; then
    flags="$flags -DGGML_CUDA=ON -DGGML_BACKEND_DL=ON -DCMAKE_CUDA_RUNTIME_LIBRARY=Shared"
    flags="$flags -DCMAKE_CUDA_ARCHITECTURES='$architectures'"
    flags="$flags -DCUDAToolkit_ROOT='$toolkit' -DCMAKE_CUDA_COMPILER='$toolkit/bin/nvcc'"
fi

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing; install it with 'apt-get install $2'."; }

# up_to_date NAME FILE…: whether step NAME was done with these files as they are now; else its stamp is taken away.
up_to_date() {
    name=$1
    shift
    digest=$( (printf '%s\n' "$flags" && cat -- "$@") | sha256sum | cut -d' ' -f1)
    stamp=$work/$name.done
    if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$digest" ]; then return 0; fi
    rm -f "$stamp"
    return 1
}

done_with() { printf '%s' "$digest" >"$stamp"; }

environment() {
    locks="packaging/lock.txt packaging/lock-build.txt"
    if [ "$package" = parley-cuda ]; then locks="$locks packaging/lock-cuda.txt packaging/lock-nvcc.txt"; fi
    # shellcheck disable=SC2086
    if up_to_date environment packaging/paths.cmake $locks; then return; fi
    if [ "$package" = parley-cuda ]; then
        [ "$machine" = x86_64 ] || fail "The flavor for NVIDIA cards is built on x86-64 alone, and this is $machine."
        say "An environment from the locks (llama.cpp is compiled for NVIDIA cards, which takes hours on two cores) …"
    else
        say "An environment from the lock (llama.cpp is compiled: about 8 minutes on two cores) …"
    fi
    have c++ build-essential
    "${PYTHON:-python3}" -m venv --clear "$work/venv"
    index=$("$python" -P -c 'import sys; sys.path.insert(0, "packaging"); import steps
print(steps.TORCH_INDEX if steps.reachable(steps.TORCH_INDEX + "/torch/") else "")')
    # A cache of its own: what pip has compiled elsewhere was made with other flags. And what an interrupted pip leaves
    # lies here, too.
    rm -rf "$work/tmp"
    mkdir -p "$work/tmp"
    export PIP_CACHE_DIR="$root/$work/pip" PIP_DISABLE_PIP_VERSION_CHECK=1 TMPDIR="$root/$work/tmp"
    "$python" -m pip install --quiet --require-hashes -r packaging/lock-build.txt
    if [ "$package" = parley-cuda ]; then compiler; fi
    PATH=$root/$work/venv/bin:$PATH CMAKE_ARGS=$flags CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) \
        "$python" -m pip install --quiet --require-hashes --no-deps --no-build-isolation \
        ${index:+--extra-index-url "$index"} -r packaging/lock.txt
    if [ "$package" = parley-cuda ]; then
        # The two exclude each other, and other packages ask for the former by name.
        "$python" -m pip uninstall --quiet --yes onnxruntime
        "$python" -m pip install --quiet --require-hashes --no-deps -r packaging/lock-cuda.txt
    fi
    unset TMPDIR
    done_with
}

# NVIDIA's compiler, outside of the environment so that nothing of it gets into the program; with the names that linkers
# look for, which its packages leave out, and in the place of the driver a library with nothing but its name.
compiler() {
    rm -rf "$work/toolkit"
    "$python" -m pip install --quiet --require-hashes --no-deps --target "$work/toolkit" -r packaging/lock-nvcc.txt
    ln -s lib "$toolkit/lib64"
    for name in cudart cublas cublasLt; do ln -s "lib$name.so.13" "$toolkit/lib/lib$name.so"; done
    mkdir -p "$toolkit/lib/stubs"
    printf 'void cuDeviceGet(void) {}\n' |
        cc -shared -x c - -Wl,-soname,libcuda.so.1 -o "$toolkit/lib/stubs/libcuda.so"
}

program() {
    environment
    sources=$(git ls-files app models ui resources pyinstaller.spec packaging/bundle.py packaging/notices.py \
        packaging/hooks packaging/licenses LICENSE)
    # shellcheck disable=SC2086
    if up_to_date program "$work/environment.done" $sources; then return; fi
    say "The program, by PyInstaller …"
    # What git does not know is not built in: from a folder with the committed or changed files alone.
    rm -rf "$work/source" "$work/dist"
    mkdir -p "$work/source"
    # shellcheck disable=SC2086
    tar -cf - $sources | tar -xf - -C "$work/source"
    (cd "$work/source" && OMP_NUM_THREADS=1 "$python" -m PyInstaller --noconfirm --log-level WARN \
        --workpath "$root/$work/work" --distpath "$root/$work/dist" pyinstaller.spec)
    # What only debuggers read is most of some libraries. The others are left as their projects made them.
    find "$work/dist/parley" -type f \( -name '*.so' -o -name '*.so.*' \) | while read -r file; do
        if readelf -SW "$file" | grep -q '\.debug_info'; then strip --strip-debug "$file"; fi
    done
    # Modules are imported and never run: an interpreter in their first line, as some of torch's name, means nothing.
    find "$work/dist/parley" -name '*.py' -exec sed -i '1s/^#!.*//' {} +
    say "Its self-test …"
    if ! env -u DISPLAY -u WAYLAND_DISPLAY "$work/dist/parley/parley" --self-test >"$work/self-test.json"; then
        fail "The program does not pass its self-test; $work/self-test.json says what failed."
    fi
    done_with
}

# What desktops want to know, below $1: launchers, icons, description, manual.
desktop_files() {
    QT_QPA_PLATFORM=offscreen "$python" packaging/icons.py "$work/icons"
    for size in 16 24 32 48 64 128 256 512; do
        install -Dm644 "$work/icons/$size.png" "$1/icons/hicolor/${size}x$size/apps/parley.png"
    done
    install -Dm644 -t "$1/applications" packaging/linux/parley.desktop packaging/linux/parley-picture.desktop
    mkdir -p "$1/metainfo" "$1/man/man1"
    date=$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)
    sed "s/@VERSION@/$version/; s/@DATE@/$date/" packaging/linux/org.parley.Parley.metainfo.xml \
        >"$1/metainfo/org.parley.Parley.metainfo.xml"
    sed "s/@VERSION@/$version/; s/@DATE@/$date/" packaging/linux/parley.1 | gzip -9n >"$1/man/man1/parley.1.gz"
}

deb() {
    program
    have dpkg-shlibdeps dpkg-dev
    tree=$root/$work/deb
    rm -rf "$tree"
    documents=$tree/usr/share/doc/$package
    mkdir -p "$tree/usr/bin" "$tree/usr/lib" "$tree/DEBIAN" "$documents" "$tree/usr/share/lintian/overrides"
    cp -a "$work/dist/parley" "$tree/usr/lib/parley"
    ln -s ../lib/parley/parley "$tree/usr/bin/parley"
    find "$tree/usr/lib/parley" -type f ! -path "$tree/usr/lib/parley/parley" -exec chmod 644 {} +
    desktop_files "$tree/usr/share"
    sed "s/^parley:/$package:/" packaging/linux/lintian-overrides >"$tree/usr/share/lintian/overrides/$package"
    install -m644 packaging/linux/copyright "$documents/copyright"
    cp "$tree/usr/lib/parley/_internal/resources/notices/sbom.cdx.json" "$documents/"
    {
        printf '%s (%s) stable; urgency=medium\n\n' "$package" "$version"
        printf '  * See CHANGELOG.md in the sources.\n\n'
        printf ' -- %s  %s\n' "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$documents/changelog.gz"
    architecture=$(dpkg --print-architecture)
    depends=$(dependencies "$tree/usr/lib/parley")
    {
        printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$package" "$version" "$architecture"
        printf 'Maintainer: %s\nSection: sound\nPriority: optional\n' "$maintainer"
        printf 'Installed-Size: %s\n' "$(du -sk --apparent-size "$tree" | cut -f1)"
        printf 'Depends: %s\n' "$depends"
        fonts='fonts-dejavu-core | fonts-freefont-ttf | fonts-noto-core'
        if [ "$package" = parley-cuda ]; then
            printf 'Provides: parley (= %s)\nConflicts: parley\nReplaces: parley\n' "$version"
            # By the names that they have in NVIDIA's own repository.
            printf 'Recommends: %s, cuda-cudart-13-0, libcublas-13-0, libcurand-13-0, libcudnn9-cuda-13\n' "$fonts"
            printf 'Suggests: libcublas-12-9\n'
            printf 'Description: private voice assistant on this computer, for NVIDIA cards\n'
        else
            printf 'Recommends: %s\n' "$fonts"
            printf 'Description: private voice assistant on this computer\n'
        fi
        printf ' Parley listens, translates, thinks, looks at pictures and speaks back. Nothing\n'
        printf ' that is said, written or shown to it leaves the computer.\n .\n'
        printf ' Small models are included; larger ones can be installed from its list.\n'
        if [ "$package" = parley-cuda ]; then
            printf ' .\n Models run on NVIDIA cards where the driver and the libraries of CUDA 13 are\n'
            printf ' installed, and on the processor elsewhere.\n'
        fi
    } >"$tree/DEBIAN/control"
    (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    mkdir -p dist
    made=dist/${package}_${version}_$architecture.deb
    # Level 3 makes the package two hundredths smaller, in three to five times the time.
    dpkg-deb --root-owner-group -Zxz -z1 --build "$tree" "$made" >&2
    say "$made"
}

# The Debian packages whose libraries the program loads and does not carry. Those of NVIDIA, which no package of Debian's
# has, are asked for by the plug-ins alone, without which the program runs.
dependencies() {
    place=$root/$work/shlibs
    mkdir -p "$place/debian"
    printf 'Source: parley\n\nPackage: parley\nArchitecture: any\n' >"$place/debian/control"
    libraries=$(find "$1" -type f \( -name '*.so*' -o -name parley \) \
        ! -name 'libggml-cuda.so' ! -name 'libonnxruntime_providers_cuda.so')
    folders=$(find "$1" -name '*.so*' -printf '-l%h\n' | sort -u)
    # shellcheck disable=SC2086
    (cd "$place" && dpkg-shlibdeps -O --ignore-missing-info $folders $libraries >found 2>log) ||
        fail "What the package depends on cannot be told: $(grep -m 1 error "$place/log"). Install the package with it."
    sed -n 's/^shlibs:Depends=//p' "$place/found"
}

tarball() {
    program
    tree=$work/tar/$package-$version
    rm -rf "$work/tar"
    mkdir -p "$tree"
    cp -a "$work/dist/parley" "$tree/program"
    desktop_files "$tree/share"
    install -m755 packaging/linux/install.sh "$tree/install.sh"
    install -m644 LICENSE "$tree/LICENSE"
    mkdir -p dist
    made=dist/$package-$version-linux-$machine.tar.gz
    tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -C "$work/tar" -cf - \
        "$package-$version" | gzip -6n >"$made"
    say "$made"
}

[ $# -gt 0 ] || fail "usage: packaging/build.sh [--cuda] deb|tar|program …"
mkdir -p "$work"
for goal in "$@"; do
    case $goal in
        deb) deb ;;
        tar) tarball ;;
        program) program ;;
        *) fail "There is no package called $goal; there are deb, tar and program." ;;
    esac
done
