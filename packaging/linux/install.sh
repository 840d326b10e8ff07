#!/bin/sh
# Install Parley from this folder for one person, or with --prefix /usr/local for all: ./install.sh [--prefix DIR]
# Take it away again: ./install.sh --remove [--prefix DIR], here or where it was installed, in lib/parley; there it knows
# the DIR. Settings, history and models stay where they are.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
prefix=$HOME/.local remove=
[ -d "$here/program" ] || prefix=${here%/lib/parley}

while [ $# -gt 0 ]; do
    case $1 in
        --prefix)
            [ $# -gt 1 ] || { echo "--prefix needs a folder." >&2; exit 2; }
            prefix=$(readlink -m -- "$2")
            shift
            ;;
        --remove) remove=yes ;;
        *)
            echo "usage: $0 [--remove] [--prefix DIR]" >&2
            exit 2
            ;;
    esac
    shift
done

take_away() {
    rm -rf "$prefix/lib/parley"
    rm -f "$prefix/bin/parley" "$prefix/share/applications/parley.desktop" \
        "$prefix/share/applications/parley-picture.desktop" "$prefix/share/metainfo/org.parley.Parley.metainfo.xml" \
        "$prefix/share/man/man1/parley.1.gz"
    rm -f "$prefix"/share/icons/hicolor/*/apps/parley.png
}

refresh() {
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$prefix/share/applications" 2>/dev/null || true
    fi
}

if [ -n "$remove" ]; then
    take_away
    refresh
    echo "Parley is removed; what you said and set is kept in ${XDG_DATA_HOME:-$HOME/.local/share}/parley."
    exit
fi
if [ ! -d "$here/program" ]; then
    echo "Parley is installed already, and this copy of the script can only remove it: $0 --remove" >&2
    exit 1
fi
take_away
mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share"
cp -a "$here/program" "$prefix/lib/parley"
cp "$here/install.sh" "$prefix/lib/parley/install.sh"
ln -s ../lib/parley/parley "$prefix/bin/parley"
cp -a "$here/share/." "$prefix/share/"
# The folder of commands may not be on the PATH of the desktop.
for launcher in parley parley-picture; do
    sed "s|^Exec=parley|Exec=\"$prefix/bin/parley\"|" "$here/share/applications/$launcher.desktop" \
        >"$prefix/share/applications/$launcher.desktop"
done
refresh
echo "Parley is installed: $prefix/bin/parley. To remove it: $prefix/lib/parley/install.sh --remove"
