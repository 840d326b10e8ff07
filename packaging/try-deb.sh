#!/bin/sh
# packaging/try-deb.sh PACKAGE.deb [OLDER.deb]: install the package in a clean Debian root that has no Python, no compiler
# and no repository, and use it there as a person does. Needs root, debootstrap and a Debian mirror (MIRROR, or the first
# in the system's own sources). What was seen goes into build/package/try: self-test.json, window.png, report.txt.
#
# With an OLDER package that one is installed first, used, and upgraded: history and settings must outlive it.
set -eu
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
[ $# -ge 1 ] || { echo "usage: $0 PACKAGE.deb [OLDER.deb]" >&2; exit 2; }
package=$(readlink -f -- "$1")
older=${2:+$(readlink -f -- "$2")}
suite=${SUITE:-bookworm}
out=$root/build/package/try
place=$root/build/package/root-$suite
base=$root/build/package/base-$suite.tar

say() { printf '%s\n' "$*" | tee -a "$out/report.txt" >&2; }

fail() {
    say "FAILED: $*"
    exit 1
}

[ "$(id -u)" -eq 0 ] || { echo "This needs root: a root of its own is made and entered." >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "debootstrap is missing; install it with 'apt-get install debootstrap'." >&2; exit 1; }

# Mounts live in a namespace of their own: whatever happens, none of them outlives this script.
if [ -z "${PARLEY_TRYING:-}" ]; then
    PARLEY_TRYING=yes exec unshare --mount --propagation private "$0" "$@"
fi

rm -rf "$out" "$place"
mkdir -p "$out" "$place"
if [ ! -e "$base" ]; then
    mirror=${MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] *\)\{0,1\}\([^ ]*\) .*/\2/p' | grep -v security | head -n 1)}
    debootstrap --variant=minbase "$suite" "$place" "$mirror" >"$out/debootstrap.log" 2>&1 ||
        fail "debootstrap: $(tail -n 1 "$out/debootstrap.log")"
    tar -C "$place" -cf "$base" .
else
    tar -C "$place" -xf "$base"
fi
# How packages are fetched is the system's own way: certificates and proxies, if it has any.
cp -a /etc/apt/apt.conf.d/. "$place/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/resolv.conf "$place/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$place/proc"
mount --rbind /dev "$place/dev"

inside() {
    chroot "$place" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/home/person \
        DEBIAN_FRONTEND=noninteractive "$@"
}
person() { inside setpriv --reuid=1000 --regid=1000 --clear-groups "$@"; }

inside useradd -m -u 1000 person
for tool in python3 cc git; do
    if inside sh -c "command -v $tool" >/dev/null; then fail "The root is not clean: it has $tool."; fi
done
inside apt-get update >"$out/apt.log" 2>&1 || fail "apt-get update"

put() {
    cp "$1" "$place/var/tmp/parley.deb"
    inside apt-get install -y --no-install-recommends /var/tmp/parley.deb >>"$out/apt.log" 2>&1 ||
        fail "$1 cannot be installed: $(tail -n 3 "$out/apt.log")"
}

if [ -n "$older" ]; then
    put "$older"
    person sh -c 'mkdir -p ~/.local/share/parley && printf "theme = \"dark\"\n" >~/.local/share/parley/settings.toml'
fi
put "$package"
# shellcheck disable=SC2016
say "installed: $(inside dpkg-query -W -f '${Version}, ${Installed-Size} kB\n' parley)"
if inside sh -c 'command -v python3 || command -v cc' >/dev/null; then fail "The package pulled in Python or a compiler."; fi

status=0
person parley --self-test >"$out/self-test.json" 2>"$out/self-test.log" || status=$?
[ "$status" -eq 0 ] || fail "self-test: $(grep -v '^ok' "$out/self-test.log")"
say "self-test: $(grep -c '^ok' "$out/self-test.log") trials passed"

answer=$(person parley ask "What is two plus three?" 2>"$out/ask.log") || fail "ask: $(cat "$out/ask.log")"
case $answer in *five*) say "ask: $answer" ;; *) fail "ask: $answer" ;; esac

# The window, on a display of its own; the server is the host's and outside of the clean root.
mount --bind /tmp "$place/tmp"
number=$((90 + $$ % 100))
Xvfb ":$number" -screen 0 1280x800x24 -nolisten tcp >"$out/xvfb.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
tries=0
until [ -e "/tmp/.X11-unix/X$number" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "no display: $(cat "$out/xvfb.log")"
    sleep 0.1
done
# The first start reads everything from the disk; the second is what a person sees every day.
for start in first second; do
    begun=$(date +%s%N)
    person env DISPLAY=":$number" parley --debug 2>"$out/window-$start.log" &
    window=$!
    until grep -q "the window is filled" "$out/window-$start.log" 2>/dev/null; do
        kill -0 "$window" 2>/dev/null || fail "window: $(tail -n 1 "$out/window-$start.log")"
        sleep 0.02
    done
    say "window filled, $start start: $((($(date +%s%N) - begun) / 1000000)) ms"
    [ "$start" = first ] || sleep "${SETTLE:-8}"
    [ "$start" = first ] || xwd -silent -root -display ":$number" | convert xwd:- "$out/window.png"
    kill "$window" 2>/dev/null || true
    wait "$window" || true
done
umount "$place/tmp"

if [ -n "$older" ]; then
    grep -q 'theme = "dark"' "$place/home/person/.local/share/parley/settings.toml" || fail "The upgrade lost the settings."
    say "upgrade: settings and data are kept"
fi
inside apt-get purge -y parley >>"$out/apt.log" 2>&1 || fail "purge: $(tail -n 1 "$out/apt.log")"
left=$(inside sh -c 'find / -xdev -iname "*parley*" -not -path "/home/person/*" -not -path "/proc/*" -not -path "/var/tmp/parley.deb" -not -path "/var/cache/apt/*" -not -path "/var/log/*"')
[ -z "$left" ] || fail "Purging left behind: $left"
[ -d "$place/home/person/.local/share/parley" ] || fail "Purging took the person's data."
say "purge: nothing is left but the person's data"
say "everything passed; see $out"
