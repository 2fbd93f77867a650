#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a bare machine to an agent of one's own: installs what is missing, builds the toolkit into a prefix of its own,
# starts the simulated platform, makes an agent and a module with the tool, builds and tests them, runs them, shows the
# rows that arrive, the alert of its monitor, and a question that its bot answers.
set -eu

usage() {
    cat <<'END'
Usage: sh examples/quickstart/run.sh [--no-install] [--sudo] [--once] [--help]

  --no-install  install no packages; stop when one is missing
  --sudo        use sudo to install them without asking, where this is not root
  --once        end after the answer also on a terminal
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
rig=$place/rig
room=p7r2t8w4y6b1c3d5f9g0h2k4m6 # of the simulated world
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

# Edits a file in place by sed expressions.
edit() {
    file=$1
    shift
    for expression in "$@"; do
        sed "$expression" "$file" >"$run/edited" && cat "$run/edited" >"$file"
    done
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

sh "$top/cmake/packages.sh" "$install" $sudo build agent

mkdir -p "$run"
chmod 700 "$run"

say "Building (a minute or two the first time)"
step configure cmake -S "$top" -B "$place/tree" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLIVE_TESTS=OFF \
    "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
step build cmake --build "$place/tree" --parallel "$(nproc)"
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

say "Making an agent and a module of its own: live create-agent rig; live add-module box"
rm -rf "$rig"
(cd "$place" && live create-agent rig)
cd "$rig"
live add-module box
# The platform is on a free port, and the monitor is told to find any memory in use too much.
edit settings.json "s|http://127.0.0.1:8080|$url|" 's|"max": 90|"max": 0.1|' 's|"window": "1m"|"window": "10s"|'

say "Building and testing it: cmake --workflow --preset dev"
CMAKE_PREFIX_PATH=$prefix step workflow cmake --workflow --preset dev
sed -n '/tests passed/p' "$place/workflow.log"
live validate || fail "the settings are not valid"

say "Running it: live run --enable 'this machine' --enable box --enable bot"
live run --enable 'this machine' --enable box --enable bot >"$run/agent.log" 2>&1 &
agent=$!

query='host => load1, cpu_percent, memory_used_percent, uptime_s'
say "Following on the platform what its module 'host' samples: $query"
live query "$query" --follow --span 'last minute' --count 5 --timeout 60s || fail "no rows arrived" "$run/agent.log"

say "The alert of its monitor, in the room 'Rig 1'"
live query "__message room->id:$room => author->name as author, message" --follow --span 'last minute' \
    --count 1 --timeout 60s || fail "no alert came" "$run/agent.log"

question='rig, how busy was this machine over the last minute?'
say "Its bot is asked: $question"
answer=$(live chat --room "$room" --say "$question" --timeout 60s) || fail "the bot did not answer" "$run/agent.log"
printf '%s\n' "$answer"
# The figure is the platform's own: the load at most is one of those that arrived.
top=$(printf '%s\n' "$answer" | sed -n 's/.* and \([0-9.]*\) at most.*/\1/p')
live query 'box => load' --span 'last 2 minutes' >"$run/loads.json" || fail "no rows can be read" "$run/agent.log"
awk -v top="$top" -F '"load":' 'NF > 1 && sprintf("%.2f", $2 + 0) == top { found = 1 } END { exit !found }' \
    "$run/loads.json" || fail "the answer's '$top' is none of the loads that arrived" "$run/loads.json"
echo "(and $top is the highest load that the platform has of that minute)"

say "It works: an agent with a datasource, a monitor and a bot, against a platform on this machine"
if [ "$stay" = no ]; then
    exit 0
fi

cat <<END
Both stay up. Look further:
  $url   shows the events, and its rooms, where 'rig' answers (log in as admin, password admin)
  cd "$rig" && PATH=$prefix/bin:\$PATH
  live query 'host => cpu_percent' --follow
  live chat --room $room
The module is in $rig/modules/box, the agent's log in $run/agent.log.
Ctrl-C ends all of it.
END
wait "$agent"
