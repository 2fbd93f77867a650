#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# P-52 over real sockets: the queries of the platform's own programs, by their numbers, against a simulator that runs.
# What each of them means in detail is in tests/unit/cli/simulator/pipes.
#
#   pipes.sh BIN-OF-live
set -eu

live=$1
work=$(mktemp -d)
platform=
sender=
count=0

stop() {
    code=$?
    for process in $platform $sender; do kill "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "pipes.sh: query $number failed" >&2; head -n 5 "$work/out" "$work/err" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
number=none
cd "$work"
: >out
: >err

now=$(date +%s)
at() { printf '{"timestamp":%s000,%s}\n' "$((now - $1))" "$2"; }
{
    at 50 '"__type":"chat_x","message":"hello"'
    at 40 '"__type":"t1","asset":"r","mnemonic":"B"'
    at 39 '"__type":"t1","asset":"r","mnemonic":"A"'
    at 38 '"__type":"t2","asset":"r","mnemonic":"A"'
    at 37 '"__type":"t1","asset":"r","mnemonic":"A"'
    for second in 29 28 27 26 25 24 23 22 21 20 19 18; do at $second '"__type":"trades","pair":"A/B"'; done
    at 15 '"__type":"raw_rig","SPP":{"value":1,"uom":"psi"}'
    at 14 '"__type":"raw_rig","SPP":{"value":2,"uom":"psi"}'
    at 13 '"__type":"raw_rig","RPM":{"value":3,"uom":"rpm"}'
    for second in 75 65 55 45 35; do at $second '"__type":"raw","F":{"value":100},"P":{"value":"10"}'; done
    at 25 '"__type":"raw","F":{"value":"200"},"P":{"value":10}'
    for second in 44 42 40 38; do at $second "\"__type\":\"t\",\"mnemonic\":\"X\",\"value\":\"$second.04\""; done
    at 12 '"__type":"__message","message":"Bot, old","room":{"id":"abc"},"author":{"name":"y"}'
} >events

"$live" simulate --port 0 --tcp-port 0 --data off --load events >ready &
platform=$!
while [ ! -s ready ]; do
    kill -0 "$platform"
    sleep 0.05
done
printf '{ "live": { "url": "%s", "username": "live-agent", "password": "live-agent", "rest_input": "/services/plugin-restinput/x/" } }' \
    "$(sed 's/.*"url":"\([^"]*\)".*/\1/' ready)" >settings.json

ask() { "$live" query -s settings.json "$@" --timeout 30s >out 2>err; }

# expect LINES PATTERN: so many rows (some: at least one), and one of them that grep -E finds.
expect() {
    [ "$1" = some ] || [ "$(wc -l <out)" -eq "$1" ]
    [ "$1" = 0 ] || grep -qE -- "$2" out
    count=$((count + 1))
    echo "ok: query $number"
}

# Sends events again and again, for a query that may start later.
keep_sending() {
    while "$live" send -s settings.json --type "$@" >/dev/null 2>&1; do sleep 0.3; done
}
keep_asking() {
    while "$live" query -s settings.json "$@" >/dev/null 2>&1; do sleep 0.3; done
}

number=1
ask 'chat_x message:hello'
expect 0
number=2
keep_asking other & sender=$!
ask '__queries action:start => id, expression, description' --span 'last minute' --follow --count 10
kill "$sender"
expect 10 '"timestamp":[0-9]+,"id":[0-9]+,"expression":"other"'
number=3
ask '__queries => id, action, expression' --span 'last hour'
expect some '"action":"stop","expression":"chat_x message:hello"'
number=4
ask '__queries action:start => id:max() every minute' --span 'last hour' --reducer @latest
expect 1 '"max_id":[0-9]+'
number=5
ask '(t1 | t2) => __type, mnemonic, mnemonic:count() as n by asset, mnemonic at the end => @sort __type, n desc' --span 'last hour'
expect 2 '"__type":"t[12]","mnemonic":"[AB]","n":[12]'
number=6
ask 'trades => count() by pair at the end => @filter(count != null)' --span 'last hour'
expect 1 '"pair":"A/B","count":12'
number=7
ask 'trades => count() by pair every 30 seconds over last 60 seconds => @filter(count > 10)' --span 'last 2 minutes' --follow --count 1
expect 1 '"pair":"A/B","count":1[12]'
number=8
keep_sending well '{"mnemonic": "A", "value": 2.5, "uom": "m"}' & sender=$!
ask 'well mnemonic!:(A|B) .flags:nocount => lastv(value:object):if(\mnemonic:A) as A, lastv(uom:object):if(\mnemonic:A) as A_uom, lastv(value:object):if(\mnemonic:B) as B over last second every second => @filter(A != null)' \
    --follow --count 1
kill "$sender"
expect 1 '"A":2.5,"A_uom":"m"}'
number=9
ask 'raw_rig .flags:nocount .flags:reversed => @filter({SPP} != null) => {SPP}:map():json() as {SPP}' --span "since ts 0 #partial='1'"
expect 1 '"SPP":"\{\\"value\\":2,\\"uom\\":\\"psi\\"\}"'
number=10
keep_sending __message '{"message": "Hi Bot", "author": {"name": "Ann"}}' '{"message": "Hi Bot", "author": {"name": "BOT"}}' & sender=$!
ask '__message -__delete:* => @filter(message:lower():contains("bot") && author->name:lower() != "bot")' --follow --count 2
kill "$sender"
if grep -E 'old|BOT' out; then exit 1; fi
expect 2 '"message":"Hi Bot","author":\{"name":"Ann"\}'
number=11
keep_sending __asset '{"event": "other", "type": "rig", "id": 19}' '{"event": "normalizer", "type": "rig", "id": 19, "config": {}}' & sender=$!
ask '__asset event:(normalizer|delete) type:rig id:19' --follow --count 1
kill "$sender"
expect 1 '"event":"normalizer","type":"rig","id":19,"config":\{\}'
number=12
ask '=> random() as r every second' --follow --count 2
expect 2 '"r":0\.'
number=13
ask 'raw => {F}->value# as f, {P}->value# as p => f#, p#, f#/p# as ratio => f#, ratio#, avg(ratio) as m every 10 seconds over last 60 seconds => @filter(f# > 0 & (abs(ratio#/m# - 1) > 0.1))' \
    --span 'last 2 minutes'
expect some '"f":200,"ratio":20,"m":1[0-9.]+'
number=14
ask 't mnemonic!:X => value#:round(1):dcount() as n, timestamp:min() as a, timestamp:max() as b, every 10 seconds over last 60 seconds => @filter(n >= 3) => @throttle 1, 60 seconds' \
    --span 'last 2 minutes'
expect 1 '"n":[34],"a":[0-9]+,"b":[0-9]+'
number=15
ask '(__message|__annotations) => @filter room->id=="abc" && author->name!="x"' --span 'last hour'
expect 1 '"message":"Bot, old","room":\{"id":"abc"\},"author":\{"name":"y"\}'
number=16
if ask 't => count( every minute' --span 'last hour'; then exit 1; fi
cp err out
expect 1 'PipeException: At \(1, [0-9]+->1, [0-9]+\): '
[ "$count" -eq 16 ]
echo "16 passed, 0 failed"
