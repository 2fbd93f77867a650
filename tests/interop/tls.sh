#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tool and an agent on a platform behind TLS, whose certificate signs itself.
#
#   tls.sh BIN-OF-live SOURCE
set -eu

live=$1
source=$2
work=$(mktemp -d)
pids=

stop() {
    code=$?
    for process in $pids; do kill "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "tls.sh: failed at: $at" >&2; cat "$work/err" >&2 2>/dev/null || true; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
at=
step() { at=$*; echo "-- $*"; }
cd "$work"

first_line() {
    while [ ! -s "$1" ]; do
        kill -0 "$2" || exit 1
        sleep 0.05
    done
    head -n 1 "$1"
}

step "a certificate for 127.0.0.1, and TLS before the simulator"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=live test' \
    -addext subjectAltName=IP:127.0.0.1 -keyout key -out certificate.pem 2>err
"$live" simulate --port 0 --tcp-port 0 >platform 2>err &
pids="$pids $!"
plain=$(first_line platform $! | sed 's/.*"url":"[^"]*:\([0-9]*\)".*/\1/')
node "$source/tls_proxy.mjs" key certificate.pem "$plain" >port 2>err &
pids="$pids $!"
port=$(first_line port $!)

settings() {
    cat >"$1" <<END
{ "enabled_modules": [], "processes": {},
  "live": { "url": "https://127.0.0.1:$port", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/", "verify_ssl": $2 } }
END
}
settings strict.json true
settings trusting.json "\"$work/certificate.pem\""
settings insecure.json false

step "refused by default, with a line that says why and what to do"
code=0
timeout 20 "$live" send -s strict.json --type t '{"n": 1}' >out 2>err || code=$?
[ "$code" -eq 1 ]
[ "$(wc -l <err)" -eq 1 ]
grep -q 'SSL certificate problem: self-signed certificate.*verify_ssl' err
code=0
timeout 20 "$live" query -s strict.json '*' --follow >out 2>err || code=$?
[ "$code" -eq 1 ]
grep -q 'SSL certificate problem: self-signed certificate' err

step "trusted when its certificate is named, without a word"
timeout 20 "$live" send -s trusting.json --type t '{"n": 1}' '{"n": 2}' >out 2>err
[ ! -s err ]
timeout 20 "$live" query -s trusting.json 't => n' --span 'last hour' >out 2>err
[ ! -s err ]
[ "$(wc -l <out)" -eq 2 ]

step "rows of a query that is followed come over a WebSocket"
timeout 20 "$live" query -s trusting.json '=> random() as r every second' --follow --count 2 >out 2>err
[ "$(wc -l <out)" -eq 2 ]
grep -q upgrade port

step "without verification, with a warning"
timeout 20 "$live" query -s insecure.json 't => count() as c at the end' --span 'last hour' >out 2>err
grep -q '"c":2' out
[ "$(cat err)" = "live: the platform's certificate is not verified (verify_ssl: false)" ]

step "an agent says so in its log"
"$live" run --settings insecure.json >agent.log 2>&1 &
agent=$!
pids="$pids $agent"
tries=0
until grep -q 'certificate is not verified (verify_ssl: false)' agent.log; do
    tries=$((tries + 1))
    [ $tries -lt 200 ]
    sleep 0.05
done
kill -TERM $agent
wait $agent || true
echo "1 passed, 0 failed"
