#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is believed of a platform is tried on one: `live probe`, and what its report may and may not hold.
#
#   probe.sh BIN-OF-live PEER
set -eu

live=$1
peer=$2
. "$(dirname "$0")/setup.sh"

room=k3v9a1m2q0c7d5e8f6g4h2j1n0
"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
tcp_port=$(first_line platform $! | sed 's/.*"tcp_port":\([0-9]*\).*/\1/')
settings ok.json "$url" live-agent live-agent "$tcp_port"
settings rest.json "$url"
settings deaf.json "$url" live-agent live-agent 1
sed 's/"live": {/& "tls": { "tcp_input": true },/' ok.json >tls.json
settings wrong.json "$url" live-agent s3cret
settings viewer.json "$url" viewer viewer
settings down.json "http://127.0.0.1:1"
printf '{ "live": { "url": "%s", "username": "live-agent", "password": "live-agent" } }\n' "$url" >no-input.json
printf '{ "live": { "url": "%s" } }\n' "$url" >nobody.json

# Words

check "a word too many" 2 '' "'x' is one word too many" "$live" probe x
check "settings absent" 2 '' 'absent.json: No such file' "$live" probe -s absent.json
check "settings without a user" 2 '' 'lacks url, username or password' "$live" probe -s nobody.json
check "no such room" 1 '' "no room has the id 'here'" "$live" probe -s ok.json --room here
check "a platform that is down" 1 '' '127.0.0.1 port 1' "$live" probe -s down.json

# The simulator is what we believe

check "the simulator is what we believe" 0 '^104 agree, 0 differ, 8 not tried$' 'writes events of the type live_probe_[a-z]{8}$' \
    "$live" probe -s ok.json --output report.json
cp out table
holds "its table has titles" grep -qE '^FACT +RESULT +BELIEVED +SEEN +REMARK$' table
holds "and says why something was not tried" grep -qE '^window.late +not tried +it would take a source whose clock is wrong$' table
holds "the file is the report" grep -q '^{"schema":"live-probe-report/1","live":"' report.json
holds "which names the plugins' versions" grep -q '"plugins":{[^}]*"plugin-restinput":"[0-9.]*"' report.json
for secret in 127.0.0.1 localhost live-agent live_probe Administrator RIG-1 Pump "$room" restinput/cli; do
    holds "the report does not hold '$secret'" sh -c '! grep -qF "$1" report.json' sh "$secret"
done

# What it leaves behind

"$live" query -s ok.json '* => __type, action, description' --span 'last 10 minutes' >all
holds "events were written" test "$(grep -c '"__type":"live_probe_' all)" -ge 8
holds "of no type but its own" sh -c '! grep -v "\"__type\":\"live_probe_\|\"__type\":\"__queries\"\|\"__type\":\"\(raw_\)*rig_" all'
"$live" query -s ok.json '__queries' --span 'last 10 minutes' | grep -o '"action":"[a-z]*","id":[0-9]*' >actions
# the query that reads is the last one and has not stopped yet
grep -c start actions >starts || true
grep -c stop actions >stops || true
holds "its queries were ended" test "$(($(cat starts) - $(cat stops)))" -le 2

# Other circumstances

check "in a room" 0 '^room.message +agrees +as-sent +as-sent$' 'and a message into the room$' "$live" probe -s ok.json --room "$room"
check "a password that is wrong" 1 '^rest.me +not tried +as-read +HTTP 401$' . "$live" probe -s wrong.json
check "no REST input" 0 '^filter.words +not tried +whole +there are no samples$' 'no input is set' "$live" probe -s no-input.json
check "as JSON" 0 '"id":"input.body","result":"not tried","believed":"object","why":"no REST input is set"' . "$live" probe -s no-input.json --json
lines=2 check "a file that cannot be written" 1 . 'absent/report.json' "$live" probe -s no-input.json --output absent/report.json

check "a user who may read little" 1 '^rest.forbidden +agrees +403 +403$' . "$live" probe -s viewer.json
check "no TCP input" 0 '^input.tcp_tail +not tried +taken +no TCP input is set$' 'writes events' "$live" probe -s rest.json
check "a TCP input that is not there" 0 '^input.tcp_garbage +not tried +passed-over +no connection to the TCP input$' . "$live" probe -s deaf.json
check "a TCP input that speaks TLS" 0 '^input.tcp_longest +not tried +4-MiB +the TCP input speaks TLS$' . "$live" probe -s tls.json

# Servers that are no platform
for behaviour in html 302; do
    "$peer" $behaviour >port 2>/dev/null &
    pids="$pids $!"
    settings strange.json "http://127.0.0.1:$(first_line port $!)"
    check "a server of another kind: $behaviour" 1 '^query.mistake +not tried' . "$live" probe -s strange.json
    rm port
done

# Ctrl-C: what is known by then is reported
"$live" probe -s ok.json >half 2>half.err &
probing=$!
pids="$pids $probing"
eventually "it is at work" 'writes events' half.err
# its resources come before what it writes, its queries after CometD
"$live" query -s ok.json "$(grep -o 'live_probe_[a-z]*' half.err)" --span 'last hour' --follow --count 1 --timeout 20s >written
kill -INT "$probing"
code=0
wait "$probing" || code=$?
holds "interrupted it fails" test "$code" -eq 1
holds "says so" grep -q '^live: interrupted$' half.err
holds "and reports what it knows" grep -qE '^rest.me +agrees' half
holds "and what it does not" grep -qE '^filter.words +not tried +whole +interrupted$' half

summary
