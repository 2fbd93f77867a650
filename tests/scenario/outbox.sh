#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The outbox of an agent that runs: what the platform refused is looked at, tried again and forgotten, over the control socket.
#
#   outbox.sh BIN-OF-live MODULES PEER
set -eu

live=$1
peer=$3
export LIVE_MODULE_PATH=$2
support=$(cd "$(dirname "$0")/../support" && pwd)
work=$(mktemp -d)
platform=
refuser=

stop() {
    code=$?
    [ "$code" -eq 0 ] || tail -n 20 "$work/rig/.live/log/agent.log" >&2 || true
    [ ! -s "$work/rig/.live/run/pid" ] || kill -KILL "$(cat "$work/rig/.live/run/pid")" 2>/dev/null || true
    for process in $platform $refuser; do kill "$process" 2>/dev/null || true; done
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
. "$support/check.sh"
mkdir "$work/rig"
cd "$work/rig"

"$live" simulate --port 0 --tcp-port 0 --data off >"$work/platform" 2>"$work/platform.err" &
platform=$!
eventually "the platform runs" url "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
"$peer" 400 >"$work/port" &
refuser=$!
eventually "another one refuses" '[0-9]' "$work/port"

write() {
    cat >settings.json <<END
{ "enabled_modules": ["sick"],
  "processes": { "count": { "type": "counter", "enabled": $2, "every": "20ms" } },
  "live": { "url": "$1", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
}
# The value of a counter: figure NAME
figure() { "$live" outbox --json | sed "s/.*\"$1\":\([0-9]*\).*/\1/"; }
# Waits until a counter is as asked, for at most 10 s: until_is NAME TEST VALUE
until_is() {
    tries=0
    until [ "$(figure "$1")" "$2" "$3" ] || [ "$tries" -ge 200 ]; do tries=$((tries + 1)); sleep 0.05; done
    holds "$1 $2 $3" [ "$(figure "$1")" "$2" "$3" ]
}

write "http://127.0.0.1:$(cat "$work/port")" true
check "it starts" 0 'healthy|degraded' '' "$live" start
until_is dead -ge 10
check "its process stops" 0 'count: stopped' '' "$live" stop count
until_is queued -eq 0
dead=$(figure dead)
first=$("$live" outbox --json | sed 's/.*"dead_letters":\[{"number":\([0-9]*\).*/\1/')
check "dead letters are shown while it runs" 0 "^$first +20[0-9-]+T.*HTTP 400.*\"__type\":\"counter\"" '' "$live" outbox
check "by its file there are the counters" 0 "^dead letters +$dead$" '' "$live" outbox --file .live/outbox/outbox.db
check "and nothing to be changed" 1 '' 'process [0-9]+ has it open' "$live" outbox purge --file .live/outbox/outbox.db
check "one is forgotten" 0 '^1 dead letter forgotten$' '' "$live" outbox purge "$first"
check "once" 1 '' "there is no dead letter $first" "$live" outbox purge "$first"
dead=$((dead - 1))
check "the rest is tried again" 0 "^$dead dead letters queued again$" '' "$live" outbox retry
until_is queued -eq 0
until_is dead -eq "$dead" # it was refused again

write "$url" false
check "another platform" 0 'gateway: restarted' '' "$live" reload
check "it is tried there" 0 "^\{\"count\":$dead\}$" '' "$live" outbox --json retry
until_is queued -eq 0
holds "there is no dead letter any more" [ "$(figure dead)" -eq 0 ]
check "the platform has them" 0 "\"a\":$dead[,}]" '' "$live" query 'counter => n:dcount() as a at the end' --span 'last hour' --timeout 20s
check "it stops" 0 stopped '' "$live" stop
check "the outbox of an agent that does not run" 0 "^sent +$dead$" '' "$live" outbox
summary
