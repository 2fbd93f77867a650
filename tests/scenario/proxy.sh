#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tool and an agent behind an HTTP proxy that wants a password: they get through, and the password is nowhere to be seen.
#
#   proxy.sh BIN-OF-live
set -eu

live=$1
command -v tinyproxy >/dev/null || { echo "tinyproxy is not installed: see cmake/packages.sh"; exit 77; }
work=$(mktemp -d)
pids=

stop() {
    code=$?
    for process in $pids; do kill "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "proxy.sh: failed at: $at" >&2; tail -n 20 "$work"/err "$work"/agent.log "$work"/proxy.log >&2 || true; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
at=
step() { at=$*; echo "-- $*"; }
cd "$work"
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY

# fails COMMAND…: it does.
fails() {
    if "$@"; then exit 1; fi
}

# waits WHAT…: until a command succeeds, for at most 20 s.
waits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ]
        sleep 0.05
    done
}

step "a platform, and a proxy on a port that is free"
"$live" simulate --port 0 --tcp-port 0 >platform 2>err &
pids="$pids $!"
waits test -s platform
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' platform)
port=$((20000 + $$ % 20000))
there() { curl -s -o /dev/null "http://127.0.0.1:$port/" || ! kill -0 "$proxy" 2>/dev/null; }
while
    port=$((port + 1))
    printf 'Port %s\nListen 127.0.0.1\nTimeout 30\nLogLevel Connect\nMaxClients 50\nBasicAuth rig s3cret-pr0xy\n' "$port" >proxy.conf
    tinyproxy -d -c proxy.conf >proxy.log 2>&1 &
    proxy=$!
    waits there
    ! kill -0 "$proxy" 2>/dev/null
do :; done
pids="$pids $proxy"

printf 's3cret-pr0xy\n' >secret
chmod 600 secret
settings() {
    cat >"$1" <<END
{ "enabled_modules": [], "processes": {}, "logging": { "log_to_live": true },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/", "proxy": $2 } }
END
    chmod 600 "$1"
}
settings file.json "{ \"url\": \"http://127.0.0.1:$port\", \"username\": \"rig\", \"password\": { \"file\": \"$work/secret\" } }"
settings plain.json "{ \"url\": \"http://127.0.0.1:$port\", \"username\": \"rig\", \"password\": \"s3cret-pr0xy\" }"
settings wrong.json "{ \"url\": \"http://127.0.0.1:$port\", \"username\": \"rig\", \"password\": \"s3cret-wrong\" }"
settings none.json '"none"'
settings bare.json "\"http://127.0.0.1:$port\""
settings address.json "\"http://rig:s3cret-pr0xy@127.0.0.1:$port\""

step "the tool goes through it"
timeout 20 "$live" send -s file.json --type t '{"n": 1}' >out 2>err
grep -q "POST $url/services/plugin-restinput/x/" proxy.log
timeout 20 "$live" query -s plain.json '=> random() as r every second' --follow --count 1 >out 2>err
grep -q "CONNECT ${url#http://} " proxy.log

step "whom it refuses is told which proxy, and no password"
fails timeout 20 "$live" list me -s wrong.json >out 2>err # a GET: tinyproxy reads no body of those it refuses, and may reset
grep -q "through http://127.0.0.1:$port: HTTP 401" err
fails timeout 20 "$live" list me -s bare.json >out 2>err
grep -q "through http://127.0.0.1:$port: the proxy refuses the credentials (HTTP 407); proxy.username" err
fails grep -q s3cret out err

step "an address with a password in it is refused, and not shown"
fails "$live" validate -s address.json >out 2>err
grep -q '/live/proxy: user and password do not stand in the address' out
fails grep -q s3cret out err

step "the environment counts where the settings name none, and does not where they do"
before=$(grep -c 'Request.*healthcheck\|Request.*restinput' proxy.log)
settings environment.json '{}'
http_proxy="http://rig:s3cret-pr0xy@127.0.0.1:$port" timeout 20 "$live" send -s environment.json --type t '{"n": 2}' >out 2>err
[ "$(grep -c 'Request.*healthcheck\|Request.*restinput' proxy.log)" -eq $((before + 1)) ]
http_proxy="http://rig:s3cret-pr0xy@127.0.0.1:$port" timeout 20 "$live" send -s none.json --type t '{"n": 3}' >out 2>err
[ "$(grep -c 'Request.*healthcheck\|Request.*restinput' proxy.log)" -eq $((before + 1)) ]

step "an agent's events go through it, and nothing that it tells holds the password"
before=$(grep -c 'Request.*restinput' proxy.log)
"$live" run --settings plain.json >agent.log 2>&1 &
agent=$!
pids="$pids $agent"
more() { [ "$(grep -c 'Request.*restinput' proxy.log)" -gt "$before" ]; }
waits more
"$live" status -s plain.json --json >status 2>err || true
kill -TERM $agent
wait $agent || true
fails grep -q s3cret agent.log status err
echo "1 passed, 0 failed"
