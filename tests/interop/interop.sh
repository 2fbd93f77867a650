#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Programs that others wrote: the official CometD client and Faye's against the simulator, liblive against the
# official CometD server, Faye's, and a scripted one on npm's WebSockets; and what was recorded of the Python client,
# both ways.
#
#   interop.sh BIN-OF-live SOURCE WORK
set -eu

live=$1
source=$2
work=$3
peers=

stop() {
    code=$?
    for process in $peers; do kill "$process" 2>/dev/null || true; done
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

mkdir -p "$work"
cp "$source"/package*.json "$source"/*.mjs "$work"
cd "$work"
[ -d node_modules/cometd ] || npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; exit 1; }

first_line() {
    while [ ! -s "$1" ]; do
        kill -0 "$2" || exit 1
        sleep 0.05
    done
    head -n 1 "$1"
}

rm -f platform port
"$live" simulate --port 0 --tcp-port 0 --cometd-timeout 3s >platform &
peers="$peers $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
node client.mjs "$url"
for transport in websocket long-polling; do node restart.mjs "$live" $transport; done

rm -f platform
"$live" simulate --port 0 --tcp-port 0 --cometd-timeout 300ms >platform &
peers="$peers $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
for recording in long_polling websocket; do node replay.mjs "$url" "$source/../data/wire/cometd_$recording.json"; done

tcp_port=$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' platform)
node recorded.mjs "$url" "$tcp_port" "$source/../data/wire"
for recording in long_polling websocket; do node transcript.mjs "$live" "$source/../data/wire/cometd_$recording.json" .; done
node sockets.mjs "$live" .

node server.mjs >port &
peers="$peers $!"
url=http://127.0.0.1:$(first_line port $!)
printf '{ "live": { "url": "%s", "username": "a", "password": "b" } }' "$url" >settings.json
"$live" query --settings settings.json 'x => i' --follow --count 20 --timeout 20s >rows
[ "$(wc -l <rows)" -eq 20 ]
head -n 1 rows | grep -q '"i":0'
echo "ok: rows from the official server, the first one included"

node faye.mjs >faye &
peers="$peers $!"
url=http://127.0.0.1:$(first_line faye $!)
printf '{ "live": { "url": "%s", "username": "a", "password": "b" } }' "$url" >settings.json
"$live" query --settings settings.json 'x' --follow --count 150 --timeout 20s >rows
[ "$(wc -l <rows)" -eq 150 ]
grep -o '"i":[0-9]*' rows | cut -d: -f2 | awk 'NR > 1 && $1 != last + 1 { exit 1 } { last = $1 }'
[ "$(node -e "fetch('$url/upgrades').then((reply) => reply.text()).then(console.log)")" -eq 2 ]
echo "ok: every row once from Faye's server over a WebSocket that broke"
echo "2 passed, 0 failed"
