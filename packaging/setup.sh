# The part of the set-up that needs no Python, for ./run and ./test to source: is everything there already? If not,
# check that the set-up can succeed, see to the system packages, and hand over to setup.py. All words go to stderr.
# shellcheck shell=sh disable=SC2154
# Expects $root, the folder of the repository. `set_up run` or `set_up test` returns when all is there, else exits.

# What a set-up takes at most while it runs, measured, with a margin; in MB.
DISK_RUN=3000
DISK_TEST=3500

# Debian package:library it is needed for. A package may carry the suffix t64 on newer systems.
LIBRARIES="
    libportaudio2:libportaudio.so.2 libgomp1:libgomp.so.1
    libglib2.0-0:libglib-2.0.so.0 libfontconfig1:libfontconfig.so.1 libdbus-1-3:libdbus-1.so.3
    libegl1:libEGL.so.1 libgl1:libGL.so.1 libxkbcommon-x11-0:libxkbcommon-x11.so.0
    libxcb-cursor0:libxcb-cursor.so.0 libxcb-icccm4:libxcb-icccm.so.4 libxcb-image0:libxcb-image.so.0
    libxcb-keysyms1:libxcb-keysyms.so.1 libxcb-render-util0:libxcb-render-util.so.0
    libxcb-shape0:libxcb-shape.so.0 libxcb-xkb1:libxcb-xkb.so.1"
# Debian package:command, or folder of a voice, for the tests alone.
TEST_COMMANDS="espeak-ng:espeak-ng flite:flite htsengine:hts_engine xvfb:Xvfb pulseaudio:pulseaudio pulseaudio-utils:pactl
    festvox-us-slt-hts:/usr/share/festival/voices/us/cmu_us_slt_arctic_hts
    festvox-ca-ona-hts:/usr/share/festival/voices/catalan/upc_ca_ona_hts"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

set_up() {
    goal=$1
    is_ready || prepare
}

# Nothing but file times is looked at, so that a start costs next to nothing.
is_ready() {
    stamp=$root/.venv/parley/ready-$goal
    [ -x "$root/.venv/bin/python" ] && [ -r "$stamp" ] && read -r place <"$stamp" && [ "$place" = "$root" ] || return 1
    for input in "$root/pyproject.toml" "$root"/packaging/*.* "$root/resources/catalog.toml" \
        "$root/models/conversion.py" "$root"/resources/starter/translation-*/*; do
        if [ "$input" -nt "$stamp" ]; then return 1; fi
    done
}

prepare() {
    packages=''
    find_python
    check_disk
    find_packages
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086
        install_packages $packages
        find_python
    fi
    [ -n "$python" ] || fail "Python $wanted lacks its modules venv and ensurepip; install a complete Python 3.11 or newer."
    trap ':' INT
    status=0
    "$python" "$root/packaging/setup.py" "$goal" || status=$?
    trap - INT
    [ "$status" -eq 0 ] || exit "$status"
}

# Sets $python to the first Python that fits. One that only lacks venv is completed with its package.
find_python() {
    python='' wanted='' found=''
    for name in python3.13 python3.12 python3.11 python3; do
        version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        found=$version
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$name
            return
        fi
        wanted=${wanted:-$version}
    done
    if [ -n "$wanted" ]; then
        packages=" python$wanted-venv"
    elif [ -n "$found" ]; then
        fail "Parley needs Python 3.11 or newer and found only $found; install one, for example with 'sudo apt-get install -y python3.11 python3.11-venv', and start again."
    else
        packages=" python3 python3-venv"
    fi
}

check_disk() {
    needed=$DISK_RUN
    [ "$goal" = run ] || needed=$DISK_TEST
    if [ -d "$root/.venv" ]; then
        there=$(du -sm "$root/.venv" | cut -f1)
        needed=$((needed - there))
        [ "$needed" -ge 500 ] || needed=500
    fi
    free=$(df -Pm "$root" | { read -r _; read -r _ _ _ free _; printf '%s' "$free"; })
    [ "$free" -ge "$needed" ] ||
        fail "The set-up needs $needed MB of disk space in $root and $free MB are free; make room there and start again."
}

# Adds to $packages what the system lacks.
find_packages() {
    absent=
    for pair in $LIBRARIES; do
        has_library "${pair%%:*}" "${pair#*:}" || absent="$absent $pair"
    done
    # llama.cpp is compiled here unless a ready build fits the graphics card, which setup.py finds out.
    if [ ! -e "$root/.venv/parley/llama" ] && [ ! -e /proc/driver/nvidia/version ]; then
        have c++ && have cc || absent="$absent build-essential:c++"
    fi
    if [ "$goal" = test ]; then
        for pair in $TEST_COMMANDS; do
            have "${pair#*:}" || [ -d "${pair#*:}" ] || absent="$absent $pair"
        done
    fi
    for pair in $absent; do packages="$packages ${pair%%:*}"; done
    if [ -n "$packages" ] && ! have apt-get; then
        fail "This system lacks what Debian calls$packages, and has no apt-get to install it; install its equivalent with the system's own package tool and start again."
    fi
}

has_library() {
    if have dpkg-query; then
        dpkg-query -W -f='${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null | grep -qx installed
    else
        "$(have ldconfig && echo ldconfig || echo /sbin/ldconfig)" -p | grep -q "[[:space:]]$2 "
    fi
}

install_packages() {
    if [ "$(id -u)" -eq 0 ]; then
        root_command="env"
    elif have sudo && sudo -n true 2>/dev/null; then
        root_command="sudo -n env"
    else
        fail "Some system packages are missing; install them with 'sudo apt-get update && sudo apt-get install -y $*', then start again."
    fi
    log=$root/build/setup/system.log
    mkdir -p "$root/build/setup"
    say "Installing system packages: $* (up to 2 minutes) …"
    # Old package lists may still do, so a failing update is no reason to stop.
    $root_command apt-get update >"$log" 2>&1 || true
    $root_command DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
        install -y --no-install-recommends "$@" >>"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        fail "apt-get could not install $*; run 'sudo apt-get update && sudo apt-get install -y $*' to see why, then start again."
    }
}
