#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A newcomer's agent, from the installed toolkit: made, built, tested, run on the simulated platform, where its module
# sends events, raises its alarm and answers a question in a room.
#
#   project.sh BUILD-TREE
set -eu

build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
platform= agent=

stop() {
    code=$?
    for process in $agent $platform; do
        kill "$process" 2>/dev/null || true
    done
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
HOME=$work/home
export HOME
mkdir "$HOME"
git config --global user.name 'Ann Operator'
git config --global user.email ann@rig.example

. "$here/../support/check.sh"
. "$here/that.sh"

cmake --install "$build" --prefix "$work/a prefix" >/dev/null
PATH="$work/a prefix/bin:$PATH"
export PATH
cd "$work"

# Waits until a file has a line, or the process that writes it is gone.
await() {
    until grep -q -- "$1" "$2"; do
        kill -0 "$3" 2>/dev/null || { echo "it ended:"; cat "$2"; exit 1; }
        sleep 0.05
    done
}

run_agent() {
    : >"$work/log"
    live run "$@" >>"$work/log" 2>&1 &
    agent=$!
}

stop_agent() {
    kill "$agent"
    that "$1: it stops cleanly" wait "$agent"
    agent=
}

# With nothing enabled

check "an agent is made" 0 'files of an agent' '' live create-agent rig
cd rig
sed -i 's|http://127.0.0.1:8080|http://127.0.0.1:1|' settings.json
run_agent
await 'gateway: up' "$work/log" "$agent"
that "a fresh agent says that nothing is enabled" has "$work/log" "no process is enabled: 'live enable NAME' enables one"
that "nothing is wrong with it" none has "$work/log" '"level":"error"'
that "it stays up, without a platform" kill -0 "$agent"
stop_agent "a fresh agent"
git checkout -q settings.json

# Built and tested

check "a module is added" 0 'modules/pumps: ' '' live add-module pumps
lines=999
check "one command configures, builds and tests" 0 '100% tests passed, 0 tests failed out of 3' '' cmake --workflow --preset dev
that "without a warning" none grep -i warning "$work/out"
check "with sanitizers" 0 '100% tests passed, 0 tests failed out of 1' '' cmake --workflow --preset asan
check "optimised" 0 '100% tests passed, 0 tests failed out of 3' '' cmake --workflow --preset release
check "an empty module beside the first" 0 'modules/valves: ' '' live add-module valves --empty
check "is built and tested with no edit" 0 '100% tests passed, 0 tests failed out of 4' '' cmake --workflow --preset dev
for module in pumps valves; do
    that "there is $module.so" test -f build/modules/$module.so
done
that "git sees no product of the build" same "$(git status --porcelain | tr '\n' ' ')" \
    ' M .live-template.json  M settings.json ?? modules/pumps/ ?? modules/valves/ '

# Requirements

printf 'run libpq >= 13\n' >>modules/valves/requirements.txt
check "what an RPM requires is gathered" 0 'Configuring done' '' cmake --preset dev
that "from all files" same "$(cat build/requirements.spec | tr '\n' ' ')" 'BuildRequires: libcmocka-devel Requires: libpq >= 13 '
printf 'build nosuchlib apt:libnosuch-dev\nbuild nosuchtool dnf:nosuch-tools\n' >>modules/valves/requirements.txt
check "what is missing is named at once" 1 'Preset' 'apt-get install libnosuch-dev nosuchtool$' cmake --preset dev
that "for dnf, too" has "$work/err" 'dnf install nosuchlib nosuch-tools$'
that "with file and line" has "$work/err" 'nosuchtool \(modules/valves/requirements.txt:6\)'
printf 'run %%{evil}\nbuild two words\n' >modules/valves/requirements.txt
check "a line that is none is named" 1 'Preset' "modules/valves/requirements.txt:1: 'run %\{evil\}' is neither" cmake --preset dev
that "each of them" has "$work/err" "modules/valves/requirements.txt:2: 'build two words' is neither"
lines=1
rm -r modules/valves
sed -i 's/, "valves"//' settings.json

# On a platform

: >"$work/platform"
live simulate --port 0 --tcp-port 0 >>"$work/platform" 2>&1 &
platform=$!
await url "$work/platform" "$platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
sed -i "s|http://127.0.0.1:8080|$url|" settings.json modules/pumps/settings_template.json
sed -i 's/"max": 90/"max": 0.5/; s/"every": "5s"/"every": "1s"/' settings.json

# arrives SENTENCE ROW EXPRESSION: a row like that is there, or comes.
arrives() { check "$1" 0 "$2" '' live query --settings settings.json "$3" --span 'last hour' --follow --count 1 --timeout 25s; }
run_agent --enable pumps
arrives "its first own event" '"__type":"pumps".*"load":[0-9.]+,"memory_percent":[0-9.]+' pumps
arrives "a threshold that is passed: the message in the room" \
    '"message":"memory_percent is too high: .*"room":\{"id":"p7r2.*"name":"pumps"' '__message author->name:pumps'
arrives "and the marker on the chart" '"MSG":\{"value":"memory_percent is too high' 'raw_rig_1 MSG->value:*'
arrives "the bot listens" '"action":"start"' '__queries action:start expression:*lower*'
check "its first answer" 0 'Over the last 300 s the load was [0-9.]+ on average' '' live chat --settings settings.json \
    --room p7r2t8w4y6b1c3d5f9g0h2k4m6 --say 'rig, how busy was this machine over the last 5 minutes?'
that "nothing went wrong" none has "$work/log" '"level":"error"'
stop_agent "with its module"

LIVE_MODULE_PATH=$PWD/build/modules
export LIVE_MODULE_PATH
sed 's/"type": "pumps_load",/&\n      "event_type": "as_it_is",/' modules/pumps/settings_template.json >template.json
run_agent --settings template.json
arrives "its settings_template.json runs" '"__type":"as_it_is"' as_it_is
that "with all its processes" none has "$work/log" '"level":"error"'
stop_agent "the template's settings"

echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ] || { cat "$work/log"; exit 1; }
