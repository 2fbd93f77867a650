#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Few events from several processes, beside other work: sending never stands still. Trials that put much at once show nothing of
# that, since what is full is sent anyway.
#
#   slow.sh BIN-OF-live MODULES [ROUNDS]
set -eu

live=$1
export LIVE_MODULE_PATH=$2
rounds=${3:-3000}
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
platform=
agent=
busy=
stop() {
    code=$?
    for process in $agent $platform $busy; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { tail -n 20 "$work/agent.log"; cat "$work/status.json"; } >&2
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

"$live" simulate --port 0 --tcp-port 0 --data off >"$work/platform" 2>"$work/platform.err" &
platform=$!
until_true test -s "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
cat >"$work/settings.json" <<END
{ "enabled_modules": ["host"],
  "processes": { $(for n in 1 2 3 4 5 6; do printf '"p%s": { "type": "host", "enabled": true, "every": "%sms", "collect": ["load"] }%s ' $n $((n * 15 + 20)) "$([ $n -eq 6 ] || echo ,)"; done) },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
for i in $(seq $(($(nproc) + 1))); do
    (while :; do :; done) &
    busy="$busy $!"
done

# figure NAME: of the outbox.
figure() { sed -n "s/.*\"outbox\":{[^}]*\"$1\":\([0-9]*\).*/\1/p" "$work/status.json"; }
ask() { "$live" status --json -s "$work/settings.json" >"$work/status.json" 2>/dev/null || [ $? -eq 1 ]; }
sent=0
went_on() { ask && [ "$(figure sent)" -gt "$sent" ] 2>/dev/null; }
oldest=0
for round in $(seq "$rounds"); do
    until_true went_on
    sent=$(figure sent)
    [ "$(figure oldest_age_ms)" -le "$oldest" ] || oldest=$(figure oldest_age_ms)
done
printf '%-60s %14d\n' "times that sending had gone on" "$round"
printf '%-60s %14d\n' "events sent" "$sent"
printf '%-60s %11d ms\n' "the oldest that waited" "$oldest"
[ "$oldest" -lt 10000 ] || fail "sending stood still"
