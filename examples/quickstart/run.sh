#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a bare machine to rows on the platform: installs what is missing, builds, installs into a prefix of its own,
# starts the simulated platform and an agent that samples this machine, and shows the rows that arrive.
set -eu

usage() {
    cat <<'END'
Usage: sh examples/quickstart/run.sh [--no-install] [--sudo] [--once] [--help]

  --no-install  install no packages; stop when one is missing
  --sudo        use sudo to install them without asking, where this is not root
  --once        end after the first rows also on a terminal
END
}

install=--install
sudo=
stay=no
[ -t 1 ] && stay=yes
for word in "$@"; do
    case $word in
        --no-install) install=--check ;;
        --sudo) sudo=--sudo ;;
        --once) stay=no ;;
        --help) usage; exit 0 ;;
        *) echo "run.sh: '$word' is no option; see --help" >&2; exit 2 ;;
    esac
done

top=$(cd "$(dirname "$0")/../.." && pwd)
place=$top/build/quickstart
prefix=$place/prefix
run=$place/run
platform=
agent=

say() { printf '\n== %s\n' "$*"; }

stop() {
    code=$?
    trap - EXIT INT TERM HUP
    for process in $agent $platform; do
        kill -TERM "$process" 2>/dev/null && wait "$process" 2>/dev/null || true
    done
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fail() {
    echo "run.sh: $1" >&2
    [ -z "${2:-}" ] || { echo "the last lines of $2:" >&2; tail -n 20 "$2" >&2; }
    exit 1
}

# Runs a step quietly; shows its output only when it fails.
step() {
    log=$place/$1.log
    shift
    "$@" >"$log" 2>&1 </dev/null || fail "'$*' failed" "$log"
}

# Waits until the file has a line, or the process that writes it is gone.
first_line() {
    while [ ! -s "$1" ]; do
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.05
    done
    head -n 1 "$1"
}

say "This builds liblive from $top"
echo "It installs, with apt, the compiler and libraries that are missing; the toolkit itself goes to"
echo "  $prefix"
echo "and nothing else outside of $top/build."

sh "$top/cmake/packages.sh" "$install" $sudo build

mkdir -p "$run"
chmod 700 "$run"

say "Building (a minute or two the first time)"
step configure cmake -S "$top" -B "$place/tree" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLIVE_TESTS=OFF \
    "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
step build cmake --build "$place/tree" --parallel
step install cmake --install "$place/tree"
PATH=$prefix/bin:$PATH
echo "$(live version) is in $prefix"

say "Starting the simulated platform"
rm -f "$run/platform.json"
live simulate --port 0 --tcp-port 0 >"$run/platform.json" 2>"$run/platform.log" &
platform=$!
ready=$(first_line "$run/platform.json" "$platform") || fail "the simulator did not start" "$run/platform.log"
url=$(printf '%s\n' "$ready" | sed 's/.*"url": *"\([^"]*\)".*/\1/')
echo "It listens on $url"

say "Starting an agent whose module 'host' samples this machine each second"
(umask 077 && sed "s|http://127.0.0.1:8080|$url|" "$top/examples/quickstart/settings.json" >"$run/settings.json")
live run --settings "$run/settings.json" >"$run/agent.log" 2>&1 &
agent=$!

query='host => load1, cpu_percent, memory_used_percent, uptime_s'
say "Following on the platform: $query"
live query --settings "$run/settings.json" "$query" --follow --span 'last minute' --count 5 --timeout 60s \
    || fail "no rows arrived" "$run/agent.log"

say "It works: these rows went from this machine's agent through the platform's REST input and its query engine"
if [ "$stay" = no ]; then
    exit 0
fi

cat <<END
Both stay up. Look further:
  $url   shows the events as they arrive
  $prefix/bin/live query --settings "$run/settings.json" 'host => cpu_percent' --follow
  $prefix/bin/live send --settings "$run/settings.json" --type hello '{"n": 1}'
The agent's log is $run/agent.log. Ctrl-C ends all of it.
END
wait "$agent"
