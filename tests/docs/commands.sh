#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the commands of a page as they stand in it, in the order of the page, with the tool of a build, in a network of
# their own, so that the page's ports are free.
#
#   commands.sh PAGE BUILD WORK
#
# A block ```sh is run, and must end with 0. A block ```text behind it: each of its lines must stand in what it printed.
# ```sh background=NAME runs on beside the others until the end, or until a block ```sh stop=NAME, which is run after that.
# ```sh by-hand is left to the reader.
set -eu

page=$(readlink -f "$1")
build=$(readlink -f "$2")
mkdir -p "$3"
work=$(readlink -f "$3")
name=$(basename "$page")

if [ -z "${COMMANDS_NETWORK:-}" ]; then
    rm -rf "$work"
    mkdir -p "$work"
    cmake --install "$build" --prefix "$work/prefix" >/dev/null
    # Root needs no user of its own for it, and may not be given one.
    for namespace in -n -rn; do
        unshare $namespace true 2>/dev/null && COMMANDS_NETWORK=own exec unshare $namespace sh "$0" "$page" "$build" "$work"
    done
    echo "skipped: a network of its own cannot be had here"
    exit 77
fi

ip link set lo up
export PATH="$work/prefix/bin:$PATH" CMAKE_PREFIX_PATH="$work/prefix" HOME="$work/home" NO_COLOR=1
mkdir -p "$HOME" "$work/here"
git config --global user.name Reader
git config --global user.email reader@example.com

# Splits the page into files: 001.sh (its first line says how), 001.text.
awk -v out="$work" '
    /^```sh/ && !block { n++; block = sprintf("%s/%03d.sh", out, n); print "# " substr($0, 7) > block; next }
    /^```text/ && !block { block = sprintf("%s/%03d.text", out, n); printf "" > block; next }
    /^```$/ { if (block) close(block); block = ""; next }
    /^```/ { block = "/dev/null"; next }
    block { print > block }' "$page"

stop() {
    pid=$(cat "$work/$1.pid")
    kill -INT "-$pid" 2>/dev/null || true
    while kill -0 "-$pid" 2>/dev/null; do sleep 0.05; done
    rm "$work/$1.pid"
}

finish() {
    code=$?
    trap - EXIT
    for file in "$work"/*.pid; do
        [ -e "$file" ] && stop "$(basename "$file" .pid)"
    done
    [ $code -eq 0 ] || tail -n 20 "$work"/*.log >&2
    exit $code
}
trap finish EXIT

# Runs one block; where it ends is where the next one begins.
run() {
    (
        cd "$(cat "$work/where")"
        sh -euc ". '$1'; pwd >'$work/where'"
    ) >"$work/output.log" 2>&1 || { echo "$name: this failed:" >&2; cat "$1" >&2; exit 1; }
    cat "$work/output.log"
}

wait_for_ready() { # a background block has printed something
    while [ ! -s "$work/$1.log" ]; do
        kill -0 "-$(cat "$work/$1.pid")" 2>/dev/null || { echo "$name: '$1' ended" >&2; exit 1; }
        sleep 0.05
    done
}

echo "$work/here" >"$work/where"
count=0
for block in "$work"/[0-9]*.sh; do
    how=$(sed -n '1s/^# *//p' "$block")
    case $how in
        by-hand) continue ;;
        background=*)
            id=${how#*=}
            (cd "$(cat "$work/where")" && exec setsid sh -euc "echo \$\$ >'$work/$id.pid'; exec $(sed 1d "$block")") >"$work/$id.log" 2>&1 &
            starter=$!
            while [ ! -s "$work/$id.pid" ]; do
                kill -0 "$starter" 2>/dev/null || { echo "$name: '$id' did not start" >&2; exit 1; }
                sleep 0.02
            done
            wait_for_ready "$id"
            ;;
        stop=*) stop "${how#*=}"; run "$block" ;;
        *) run "$block" ;;
    esac
    count=$((count + 1))
    text=${block%.sh}.text
    [ -e "$text" ] || continue
    while IFS= read -r line; do
        grep -qF -- "$line" "$work/output.log" || { echo "$name: '$line' is not in what this printed:" >&2; cat "$block" >&2; exit 1; }
    done <"$text"
done
[ "$count" -gt 0 ]
echo "$name: $count blocks run"
