#!/bin/sh
# packaging/try-deb.sh PACKAGE.deb [OLDER.deb]: install the package in a clean Debian root that has no Python, no compiler
# and no repository, use it there as a person does, and take it away. Needs root, debootstrap, Xvfb, xwd, netpbm and a
# Debian mirror (MIRROR, or the first in the system's own sources). What was seen goes into build/package/try:
# self-test.json, window-second.png and others, report.txt.
#
# The OLDER package is installed and used first, with what the first release kept in the person's folder: conversations and
# settings must outlive the upgrade. Without one, it is the same package under an earlier version.
set -eu
root=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
[ $# -ge 1 ] || { echo "usage: $0 PACKAGE.deb [OLDER.deb]" >&2; exit 2; }
package=$(readlink -f -- "$1")
name=$(dpkg-deb --field "$package" Package)
older=${2:+$(readlink -f -- "$2")}
suite=${SUITE:-bookworm}
out=$root/build/package/try
place=build/package/root-$suite
base=$root/build/package/base-$suite.tar

say() { printf '%s\n' "$*" | tee -a "$out/report.txt" >&2; }

fail() {
    say "FAILED: $*"
    exit 1
}

[ "$(id -u)" -eq 0 ] || { echo "This needs root: a root of its own is made and entered." >&2; exit 1; }
for pair in debootstrap:debootstrap Xvfb:xvfb xwd:x11-apps xwdtopnm:netpbm; do
    command -v "${pair%:*}" >/dev/null || { echo "${pair%:*} is missing; install it with 'apt-get install ${pair#*:}'." >&2; exit 1; }
done

# Mounts live in a namespace of their own: whatever happens, none of them outlives this script.
if [ -z "${PARLEY_TRYING:-}" ]; then
    PARLEY_TRYING=yes exec unshare --mount --propagation private "$0" "$@"
fi

cd "$root"
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

enter="chroot $place env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/home/person DEBIAN_FRONTEND=noninteractive"
become="setpriv --reuid=1000 --regid=1000 --clear-groups"
# shellcheck disable=SC2086
inside() { $enter "$@"; }
# shellcheck disable=SC2086
person() { inside $become "$@"; }

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

# Windows are on a display of its own; the server is the host's and outside of the clean root.
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

# start_window NAME: until its controls are there; a picture of it, and it is closed.
start_window() {
    begun=$(date +%s%N)
    # No function, so that it is the program itself that is ended below.
    # shellcheck disable=SC2086
    $enter $become env DISPLAY=":$number" parley --debug 2>"$out/window-$1.log" &
    window=$!
    until grep -q "the window is filled" "$out/window-$1.log" 2>/dev/null; do
        kill -0 "$window" 2>/dev/null || fail "window: $(tail -n 1 "$out/window-$1.log")"
        sleep 0.02
    done
    say "window filled, $1 start: $((($(date +%s%N) - begun) / 1000000)) ms"
    sleep "${SETTLE:-8}"
    xwd -silent -root -display ":$number" | xwdtopnm --quiet | pnmtopng --quiet >"$out/window-$1.png"
    kill "$window" 2>/dev/null || true
    wait "$window" || true
    if grep -q "Traceback" "$out/window-$1.log"; then fail "window: see $out/window-$1.log"; fi
}

# What was there before the older package came.
kept=$place/home/person/.local/share/parley
mkdir -p "$kept"
cp -R "$root/tests/app/kept_by_0_1_0/." "$kept/"
inside chown -R person: /home/person/.local
if [ -z "$older" ]; then
    older=$place/var/tmp/older.deb
    dpkg-deb -R "$package" "$place/var/tmp/older"
    sed -i 's/^Version: .*/Version: 0.0~earlier/' "$place/var/tmp/older/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$place/var/tmp/older" "$older" >/dev/null
    rm -rf "$place/var/tmp/older"
fi
put "$older"
person parley --version >/dev/null || fail "The older package does not start."
start_window older
put "$package"
# shellcheck disable=SC2016
say "installed: $(inside dpkg-query -W -f '${Version}, ${Installed-Size} kB\n' "$name")"
if inside sh -c 'command -v python3 || command -v cc' >/dev/null; then fail "The package pulled in Python or a compiler."; fi

status=0
person parley --self-test >"$out/self-test.json" 2>"$out/self-test.log" || status=$?
[ "$status" -eq 0 ] || fail "self-test: $(grep -v '^ok' "$out/self-test.log")"
say "self-test: $(grep -c '^ok' "$out/self-test.log") trials passed"

answer=$(person parley ask "What is two plus three?" 2>"$out/ask.log") || fail "ask: $(cat "$out/ask.log")"
case $answer in *five*) say "ask: $answer" ;; *) fail "ask: $answer" ;; esac

# The first start reads everything from the disk; the second is what a person sees every day.
start_window first
start_window second
umount "$place/tmp"

cmp "$root/tests/app/kept_by_0_1_0/settings.toml" "$kept/settings.toml" || fail "The upgrade lost the settings."
talks=$(python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
print(db.execute("SELECT count(*) FROM exchanges WHERE answer LIKE ? OR answer LIKE ?",
                 ("Five times six%", "A red circle%")).fetchone()[0])' "$kept/history.sqlite")
[ "$talks" = 2 ] || fail "The upgrade lost conversations."
say "upgrade: settings and conversations are kept"

left() {
    inside find / -xdev -iname '*parley*' -not -path '/home/person/*' -not -path '/proc/*' -not -path '/var/tmp/*' \
        -not -path '/var/cache/apt/*' -not -path '/var/log/*' "$@"
}
inside apt-get remove -y "$name" >>"$out/apt.log" 2>&1 || fail "remove: $(tail -n 1 "$out/apt.log")"
[ -z "$(left -not -path '/var/lib/dpkg/*')" ] || fail "Removing left behind: $(left)"
inside apt-get purge -y "$name" >>"$out/apt.log" 2>&1 || fail "purge: $(tail -n 1 "$out/apt.log")"
[ -z "$(left)" ] || fail "Purging left behind: $(left)"
[ -e "$kept/history.sqlite" ] && [ -e "$kept/settings.toml" ] || fail "Purging took the person's data."
say "remove and purge: nothing is left but the person's data, $(cd "$kept" && echo *)"
say "everything passed; see $out"
