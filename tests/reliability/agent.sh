#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Worker, gateway and supervisor of an agent are killed at random moments; no number that its datasource counts is missing
# on the platform afterwards.
#
#   agent.sh BIN-OF-live MODULES SAMPLES [KILLS]
set -eu

live=$1
kills=${4:-1000}
work=$(mktemp -d)
platform=
agent=
export LIVE_MODULE_PATH=$2:$3

stop() {
    code=$?
    for process in $agent $platform; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || tail -n 20 "$work/agent.log" >&2
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() { echo "agent.sh: $*" >&2; exit 1; }

"$live" simulate --port 0 --tcp-port 0 --data off >"$work/platform" 2>"$work/platform.err" &
platform=$!
while [ ! -s "$work/platform" ]; do sleep 0.02; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
cat >"$work/settings.json" <<END
{ "enabled_modules": ["sick"], "processes": { "count": { "type": "counter", "enabled": true } },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
start_agent() {
    "$live" run --settings "$work/settings.json" >>"$work/agent.log" 2>&1 &
    agent=$!
}
ask() {
    "$live" query -s "$work/settings.json" "counter => $1 as a at the end" --span 'last hour' --timeout 20s |
        sed 's/.*"a":\([-0-9]*\).*/\1/'
}

start_agent
done_kills=0
while [ "$done_kills" -lt "$kills" ]; do
    random=$(od -An -N2 -tu2 /dev/urandom)
    sleep "0.$((100 + random % 300))"
    case $((random % 4)) in
        0) target=$(pgrep -P "$agent" -f -- --worker | head -n 1) ;;
        1 | 2) target=$(pgrep -P "$agent" -f live-gateway | head -n 1) ;;
        *) target=$agent ;;
    esac
    kill -0 "$agent" 2>/dev/null || fail "the agent has ended by itself"
    [ -n "$target" ] || continue
    kill -KILL "$target" 2>/dev/null || continue
    done_kills=$((done_kills + 1))
    if [ "$target" = "$agent" ]; then
        wait "$agent" 2>/dev/null || true
        start_agent
    fi
done
sleep 3 # what waits is sent
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
missing=$(ask 'n:max() - n:dcount()')
printf '%-60s %14d\n' "kills of worker, gateway and supervisor" "$done_kills"
printf '%-60s %14d\n' "the largest number counted" "$(ask 'n:max()')"
printf '%-60s %14d\n' "... missing between 1 and that" "$missing"
printf '%-60s %14d\n' "events that came again" "$(ask 'count() - n:dcount()')"
[ "$missing" = 0 ] || fail "$missing numbers are missing"
