#!/bin/sh
# The agent as a whole, with its settings file as it is: it starts beside a simulated platform, stays up, and stops cleanly.
#
#   agent.sh LIVE AGENT
set -eu

live=$1
agent=$2
work=$(mktemp -d)
platform= running=

stop() {
    code=$?
    for process in $running $platform; do
        kill "$process" 2>/dev/null || true
    done
    wait
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

# Waits until a file has a line with a word, or the process that writes it is gone.
await() {
    until grep -q -- "$1" "$2"; do
        kill -0 "$3" 2>/dev/null || { cat "$2"; exit 1; }
        sleep 0.05
    done
}

: >"$work/platform"
"$live" simulate --port 0 --tcp-port 0 >>"$work/platform" &
platform=$!
await url "$work/platform" "$platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")

# The agent's settings with the address of that platform; its modules come by way of LIVE_MODULE_PATH.
mkdir -m 700 "$work/secrets"
echo live-agent >"$work/secrets/live_password"
sed "s|\"url\": *\"[^\"]*\"|\"url\": \"$url\"|" "$agent/settings.json" >"$work/settings.json"

: >"$work/log"
"$live" run --settings "$work/settings.json" >>"$work/log" 2>&1 &
running=$!
await 'gateway: up' "$work/log" "$running"
kill "$running"
wait "$running" || { cat "$work/log"; exit 1; }
running=
! grep '"level":"error"' "$work/log"
