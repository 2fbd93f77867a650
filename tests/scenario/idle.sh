#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent with 20 processes that have nothing to do: how soon it is ready, what it weighs, and that nobody wakes up.
#
#   idle.sh BIN-OF-live MODULES [SECONDS]
#
# SECONDS: how long it is watched (default: 5).
set -eu

live=$1
export LIVE_MODULE_PATH=$2
seconds=${3:-5}
work=$(mktemp -d)
agent=
stop() {
    code=$?
    [ -z "$agent" ] || kill -KILL "$agent" 2>/dev/null || true
    [ "$code" -eq 0 ] || tail -n 30 "$work/agent.log" >&2
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() { echo "idle.sh: $*" >&2; exit 1; }
now() { date +%s%N; }
say() { printf '%-52s %10s %s\n' "$@"; }

{
    printf '{ "enabled_modules": ["sick"], "processes": {\n'
    for i in $(seq 1 20); do printf '"idle%s": { "type": "idle", "enabled": true }%s\n' "$i" "$([ "$i" = 20 ] || echo ,)"; done
    printf '} }\n'
} >"$work/settings.json"

began=$(now)
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
tries=0
until [ "$(grep -cE '"idle[0-9]+: up' "$work/agent.log")" = 20 ]; do
    tries=$((tries + 1))
    [ $tries -lt 3000 ] || fail "not ready in 30 s"
    sleep 0.01
done
say "'live run' to 20 ready" $((($(now) - began) / 1000000)) ms

workers=$(pgrep -P "$agent" -f -- --worker)
gateway=$(pgrep -P "$agent" -f live-gateway)
[ "$(echo "$workers" | wc -l)" = 20 ] || fail "there are not 20 workers"
for process in $workers; do
    ! grep -qE 'libcurl|libsqlite|libssl|libcrypto|libmicrohttpd' "/proc/$process/maps" ||
        fail "a worker has loaded what only the gateway needs"
done
pss() { for process in "$@"; do cat "/proc/$process/smaps_rollup"; done | awk '/^Pss:/ { sum += $2 } END { print sum }'; }
say "PSS of the supervisor" "$(pss "$agent")" KiB
# shellcheck disable=SC2086 # a list
say "PSS of the agent in all" "$(pss "$agent" $gateway $workers)" KiB

# Each sleep that ends is a voluntary switch.
wakes() { for process in "$@"; do cat "/proc/$process/status"; done | awk '/^voluntary_ctxt_switches/ { sum += $2 } END { print sum }'; }
sleep 1 # its start is over
before=$(wakes "$agent")
# shellcheck disable=SC2086
workers_before=$(wakes $workers)
sleep "$seconds"
woken=$(($(wakes "$agent") - before))
# shellcheck disable=SC2086
workers_woken=$(($(wakes $workers) - workers_before))
say "voluntary switches of the supervisor in $seconds s" $woken ""
say "voluntary switches of its 20 workers in $seconds s" $workers_woken ""
[ $woken -eq 0 ] && [ $workers_woken -eq 0 ] || fail "somebody woke up"

kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
! grep -E 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"
echo "idle: fine"
