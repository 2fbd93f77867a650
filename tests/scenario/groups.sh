#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An agent to which a control group is delegated: each process has one of its own, which keeps it to its limits and is its end.
#
#   groups.sh BIN-OF-live MODULES DELEGATE
set -eu

live=$1
export LIVE_MODULE_PATH=$2
delegate=$3
support=$(cd "$(dirname "$0")/../support" && pwd)
work=$(mktemp -d)
agent=
group=

stop() {
    code=$?
    [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || tail -n 30 "$work/agent.log" >&2 || true
    [ -z "$agent" ] || kill -KILL "$agent" 2>/dev/null || true
    [ -z "$group" ] || "$delegate" drop "$group" || true
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
. "$support/check.sh"
group=$("$delegate" make) || { code=$?; group=; echo "groups.sh: skipped: see above"; exit "$code"; }

# write NAME: {…}, …
write() { printf '{ "enabled_modules": ["sick", "failing"], "metrics": { "listen": "127.0.0.1:0" }, "processes": { "well": { "type": "counter", "enabled": true }, %s } }\n' "$1" >"$work/settings.json"; }
start() {
    "$delegate" run "$group" "$live" run --settings "$work/settings.json" >>"$work/agent.log" 2>&1 &
    agent=$!
    eventually "$1" 'ready: ' "$work/agent.log"
}
end() {
    kill -TERM "$agent"
    wait "$agent" || true
    agent=
    : >"$work/agent.log"
}
status() { "$live" status --settings "$work/settings.json" "$@"; }
pid_of() { status --json | sed 's/{"name"/\n&/g' | sed -n "s/.*\"name\":\"$1\".*\"pid\":\([0-9]*\).*/\1/p"; }
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }
# Waits, at most 20 s, for a condition.
until_true() {
    tries=0
    until "$@"; do tries=$((tries + 1)); [ $tries -lt 400 ] || return 1; sleep 0.05; done
}
in_group() { grep -q "^0::.*/$(basename "$group")/$1" "/proc/$2/cgroup"; }
nobody_in() { ! cat "$group"/$1/cgroup.procs 2>/dev/null | grep -q .; }
somebody_in() { ! nobody_in "$1"; }
at_least() { [ "$(cat "$group"/$1 | sed -n "s/^$2 //p" | sort -n | tail -n 1)" -ge "$3" ]; }
has() { grep -qw "$1" "$group/cgroup.controllers" || { echo "left out: this machine's groups of version 2 have no controller '$1'"; return 1; }; }

# Each in its own

write '"children": { "type": "bomb", "enabled": true }'
start "an agent starts"
well=$(pid_of well)
holds "the supervisor has a group" in_group supervisor "$agent"
holds "so has a process" in_group process-well- "$well"
holds "and the gateway" in_group process-gateway- "$(pid_of gateway)"
holds "and the endpoint" in_group process-metrics- "$(pid_of metrics)"
check "the status says so" 0 '"name":"well".*"limits":"cgroup","cgroup":"[^"]*/process-well-1"' '' "$live" status --settings "$work/settings.json" --json
check "and whose group it is" 0 "\"control_groups\":\\{\"delegated\":true,\"folder\":\"$group\"\\}" '' "$live" status --settings "$work/settings.json" --json
children() { [ "$(wc -l <"$group/process-children-1/cgroup.procs")" -ge 200 ]; }
holds "what a process starts is in its group, whatever its session" until_true children
kill -KILL "$(pid_of children)"
few() { [ "$(wc -l <"$group/process-children-1/cgroup.procs")" -lt 150 ]; }
holds "and ends with it" until_true few
check "a restart" 0 '^restarted$' '' "$live" restart --settings "$work/settings.json"
holds "begins with groups again" in_group process-well-1 "$(pid_of well)"
end
holds "at the end nothing is left" nobody_in 'process-*'
holds "and all is as it was" [ -z "$(cat "$group/cgroup.subtree_control")" ]
holds "no group either" sh -c "! ls -d '$group'/*/ 2>/dev/null"

# What a worker leaves when it crashes

write '"leaves": { "type": "leave_children", "enabled": true, "restart": "never" }'
start "one whose process leaves children"
eventually "and crashes" '"leaves: ended by signal' "$work/agent.log"
holds "they end with it" until_true nobody_in 'process-leaves-*'
end

# A supervisor that is killed in the moment in which a worker crashed: nobody is there to end what that one leaves

write '"children": { "type": "bomb", "enabled": true }'
start "one with many children"
until_true children
children=$(pid_of children)
kill -STOP "$agent"
kill -KILL "$children"
gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }
until_true gone "$children"
kill -KILL "$agent"
wait "$agent" 2>/dev/null || true
agent=
until_true nobody_in 'process-well-*'
holds "some are left" somebody_in 'process-children-1'
: >"$work/agent.log"
write '"quiet": { "type": "idle", "enabled": true }'
start "the next agent"
holds "ends them" nobody_in 'process-children-1'
holds "and says so" grep -qE 'process-children-1: [0-9]+ processes of an agent that was killed were ended' "$work/agent.log"
end

# Limits

if has memory; then
    write '"eater": { "type": "leak_memory", "enabled": true, "every": "1ms", "restart": "never", "limits": { "memory": "64 MB" } }'
    start "one who eats memory"
    well=$(pid_of well)
    reason='killed: out of its memory \(limits.memory is 64000000 bytes\), memory.events says oom_kill'
    eventually "is killed, and why is kept" "eater: $reason" "$work/agent.log"
    check "for the status, too" 1 "^degraded: 'eater' failed \($reason" '' "$live" status --settings "$work/settings.json"
    holds "its neighbour is not touched" same "$well" "$(pid_of well)"
    end
fi
if has cpu; then
    write '"spin": { "type": "spin", "enabled": true, "watchdog": "0s", "limits": { "cores": 0.1 } }'
    start "one who spins"
    holds "is throttled" until_true at_least 'process-spin-1/cpu.stat' nr_throttled 5
    holds "its neighbour is not" at_least 'process-well-1/cpu.stat' nr_throttled 0
    used=$(sed -n 's/^usage_usec //p' "$group/process-spin-1/cpu.stat")
    sleep 2
    used=$(($(sed -n 's/^usage_usec //p' "$group/process-spin-1/cpu.stat") - used))
    echo "in 2 s it had $used us"
    holds "and has a tenth of a processor" [ "$used" -lt 400000 ]
    end
fi
if has pids; then
    write '"children": { "type": "bomb", "enabled": true, "limits": { "tasks": 20 } }'
    start "one who starts too many"
    holds "is held back" until_true at_least 'process-children-1/pids.events' max 1
    holds "at its limit" [ "$(cat "$group/process-children-1/pids.current")" -le 20 ]
    end
fi

# Not ours

write '"quiet": { "type": "idle", "enabled": true, "limits": { "cores": 0.5, "tasks": 20 } }'
"$delegate" run "$group" sleep 31416 &
other=$!
until_true grep -q "$(basename "$group")" "/proc/$other/cgroup"
start "an agent that is not alone in its group"
check "leaves it undivided" 0 '"control_groups":\{"delegated":false,"reason":"others are in the control group' '' "$live" status --settings "$work/settings.json" --json
check "its limits are those of processes" 0 '"name":"well".*"limits":"rlimits"' '' "$live" status --settings "$work/settings.json" --json
holds "what only a group keeps is said not to be kept" grep -q "quiet: limits.cores has no effect" "$work/agent.log"
holds "each of it" grep -q "quiet: limits.tasks has no effect" "$work/agent.log"
holds "no group was made" sh -c "! ls -d '$group'/process-* 2>/dev/null"
kill "$other"
wait "$other" 2>/dev/null || true
end
summary
