#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent against the simulated platform while its processes are killed, crash and come back.
#
#   agent.sh BIN-OF-live MODULES SAMPLES
set -eu

live=$1
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
platform=
agent=
export LIVE_MODULE_PATH=$2:$3

stop() {
    code=$?
    for process in $agent $platform; do
        kill -KILL "$process" 2>/dev/null || true
    done
    [ "$code" -eq 0 ] || { echo "agent.sh: failed at: $at" >&2; tail -n 30 "$work/agent.log" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

gone() { ! kill -0 "$1" 2>/dev/null; }
logged() { grep -qE -- "$1" "$work/agent.log"; }
not_healthy() { ! status; }
worker_of() { pgrep -P "$agent" -f -- --worker | head -n 1; }

start_platform() {
    rm -f "$work/platform"
    "$live" simulate --port "$1" --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
    platform=$!
    until_true test -s "$work/platform"
    url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
}
write_settings() {
    cat >"$work/settings.json" <<END
{ "enabled_modules": [$1], "processes": { $2 },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
}
start_agent() {
    : >"$work/agent.log"
    "$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
    agent=$!
}
stop_agent() {
    tree=$(pgrep -P "$agent" || true)
    kill -TERM "$agent"
    code=0
    wait "$agent" || code=$?
    [ "$code" -eq 0 ] || fail "the agent ended with $code"
    agent=
    for process in $tree; do gone "$process" || fail "process $process is left"; done
    ! grep -E 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"
}
rows() { "$live" query -s "$work/settings.json" "$@" --timeout 20s; }
# The number of counts that are missing between 1 and the largest.
missing() { rows 'counter => n:max() - n:dcount() as missing at the end' --span 'last hour' | sed 's/.*"missing":\([-0-9]*\).*/\1/'; }

step "no number is missing after the worker was killed, five times"
start_platform 0
write_settings '"sick"' '"count": { "type": "counter", "enabled": true }'
for _ in 1 2 3 4 5; do
    start_agent
    rows counter --follow --count 3 >"$work/out"
    worker=$(worker_of)
    kill -KILL "$worker"
    until_true gone "$worker"
    rows counter --follow --count 3 >"$work/out"
    stop_agent
done
[ "$(missing)" = 0 ] || fail "$(missing) numbers are missing"

step "nor when the agent restarts, five times, in the foreground, while it sends"
write_settings '"sick"' '"count": { "type": "counter", "enabled": true, "every": "5ms" }'
start_agent
for _ in 1 2 3 4 5; do
    rows counter --follow --count 3 >"$work/out"
    "$live" restart --settings "$work/settings.json" >"$work/out"
done
[ "$(cat "$work/.live/run/pid")" = "$agent" ] || fail "the agent is another process"
stop_agent
[ "$(missing)" = 0 ] || fail "$(missing) numbers are missing"

step "a monitor sees what the datasource sends, also after the gateway was killed"
write_settings '"sick"' '"count": { "type": "counter", "enabled": true }, "mirror": { "type": "echo", "enabled": true }'
start_agent
rows echo --follow --count 3 >"$work/out"
pkill -KILL -P "$agent" -f live-gateway
rows echo --follow --count 3 >"$work/out"
logged '"gateway: ended by signal 9' || fail "the gateway's death is not in the log"

step "nothing is left when the supervisor is killed"
tree=$(pgrep -P "$agent")
kill -KILL "$agent"
wait "$agent" || true
agent=
for process in $tree; do until_true gone "$process"; done

step "a sick neighbour disturbs nobody, and says why"
write_settings '"sick", "crash_at_load", "no_such_module"' '
    "count": { "type": "counter", "enabled": true },
    "a": { "type": "abort_at_start", "enabled": true },
    "b": { "type": "fail_at_start", "enabled": true },
    "c": { "type": "abort_at_row", "enabled": true },
    "d": { "type": "never", "enabled": true },
    "g": { "type": "nonsense", "enabled": true },
    "e": { "type": "counter", "enabled": true, "every": "often" },
    "f": { "type": "counter", "enabled": true, "every": "1s", "remark": "as the others" }'
start_agent
rows counter --follow --count 20 >"$work/out"
until_true logged "module 'crash_at_load': .*signal 6"
until_true logged "module 'no_such_module' is neither"
until_true logged '"a: ended by signal 6'
until_true logged 'start: this one always fails'
until_true logged '"b: cannot run as it is set up and is left alone'
until_true logged "query: .*unknown function 'nonsense'"
until_true logged '"g: cannot run as it is set up and is left alone'
until_true logged 'settings.json:9:[0-9]+: f: remark: no such setting; it is ignored'
until_true logged '"c: ended by signal 6'
until_true logged "no enabled module has a process 'never'"
until_true logged 'settings.json:8:[0-9]+: e: every: a duration'
stop_agent

step "a module for another agent is refused, and says why"
write_settings '"sick", "other_abi"' '"count": { "type": "counter", "enabled": true }'
start_agent
rows counter --follow --count 1 >"$work/out"
until_true logged "module 'other_abi': .*was built for module ABI 2, this agent speaks 1: build it again"
stop_agent

# A file system of its own, in a namespace where it may be mounted: root needs no user of its own for that, and may not be
# given one.
namespace=
for kind in -m -rm; do
    [ -n "$namespace" ] || ! unshare $kind true 2>/dev/null || namespace=$kind
done
if [ -n "$namespace" ]; then
    step "who cannot save on a full disk waits for room"
    mkdir "$work/disk"
    write_settings '"sick"' '"count": { "type": "counter", "enabled": true }'
    : >"$work/agent.log"
    # shellcheck disable=SC2016 # expanded inside
    unshare $namespace sh -c 'mount -t tmpfs -o size=8m full "$1/disk" && cp "$1/settings.json" "$1/disk" || exit 1
        dd if=/dev/zero of="$1/disk/fill" bs=4k 2>/dev/null
        exec "$2" run --settings "$1/disk/settings.json"' sh "$work" "$live" >"$work/agent.log" 2>&1 &
    agent=$!
    until_true logged 'events wait in the processes: .*disk is full'
    until_true logged 'poll: the gateway accepts no events: .*; again in'
    worker=$(worker_of)
    rm "/proc/$agent/root$work/disk/fill"
    until_true test -s "/proc/$agent/root$work/disk/.live/state/count/n.json"
    [ "$(worker_of)" = "$worker" ] || fail "the worker did not live through it"
    stop_agent
else
    echo "left out: nothing can be mounted here"
fi

step "events wait while the platform is away"
port=${url##*:}
kill -TERM "$platform"
wait "$platform" || fail "the simulator ended with $?"
rm -rf "$work/.live"
write_settings '"sick"' '"count": { "type": "counter", "enabled": true, "every": "50ms" }'
start_agent
until_true logged 'gateway.retrying'
start_platform "$port"
rows 'counter n:1' --span 'last hour' --follow --count 1 >"$work/out"
stop_agent
[ "$(missing)" = 0 ] || fail "$(missing) numbers are missing"

step "a followed query goes on after the platform was restarted"
"$live" query -s "$work/settings.json" '=> random() as r every second' --follow --count 6 --timeout 60s >"$work/rows" &
reader=$!
until_true test -s "$work/rows"
kill -TERM "$platform"
wait "$platform"
before=$(wc -l <"$work/rows")
start_platform "$port"
wait "$reader" || fail "the query ended with $?"
[ "$before" -lt 6 ] && [ "$(wc -l <"$work/rows")" -eq 6 ] || fail "rows: $before before, $(wc -l <"$work/rows") in all"

step "status says that the query of a process does not run while the platform is away, and no longer when it does"
rm -rf "$work/.live"
write_settings '"sick"' '"mirror": { "type": "echo", "enabled": true }'
start_agent
status() { "$live" status -s "$work/settings.json" "$@" >"$work/status"; }
until_true status
until_true logged '"event":"query.start".*"action_status":"succeeded"'
kill -TERM "$platform"
wait "$platform"
until_true not_healthy
grep -q "^degraded: .*the query of 'mirror' has not run for [0-9]* s (" "$work/status" || fail "$(cat "$work/status")"
! status --prometheus || fail "it counts as healthy"
grep -q '^live_process_query_lost{process="mirror"} 1$' "$work/status" || fail "$(cat "$work/status")"
start_platform "$port"
until_true status
grep -q '^healthy: ' "$work/status" || fail "$(cat "$work/status")"
logged '"event":"gateway.query".*the query of mirror does not run: ' || fail "the loss is not in the log"
logged '"event":"gateway.following"' || fail "the return is not in the log"
"$live" send -s "$work/settings.json" '{"__type":"counter","n":77}' || fail "send"
rows 'echo n:77' --span 'last hour' --follow --count 1 >"$work/out"
stop_agent

step "an agent without a platform stays up"
printf '{ "enabled_modules": ["sick"], "processes": { "count": { "type": "counter", "enabled": true } } }' \
    >"$work/settings.json"
start_agent
until_true logged 'gateway.unconfigured'
until_true logged '"count: up"'
stop_agent

step "an agent with nothing enabled stays up and says so"
printf '{}' >"$work/settings.json"
start_agent
until_true logged 'no process is enabled'
stop_agent
kill -TERM "$platform"
wait "$platform"
platform=
echo "$steps passed, 0 failed"
