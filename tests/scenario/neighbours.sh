#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One sick process never disturbs another: every kind of failure of the module `failing`, all at once, beside 19 healthy
# processes whose numbers arrive without a gap.
#
#   neighbours.sh BIN-OF-live MODULES [COUNT]
#
# COUNT: how many numbers of each neighbour are waited for (default: 60).
set -eu

live=$1
export LIVE_MODULE_PATH=$2
count=${3:-60}
. "$(dirname "$0")/../support/steps.sh"
tries_most=600
pause=0.1
work=$(mktemp -d)
platform=
agent=

stop() {
    code=$?
    for process in $agent $platform; do
        kill -KILL "$process" 2>/dev/null || true
    done
    [ "$code" -eq 0 ] || { echo "neighbours.sh: failed at: $at" >&2; grep -av 'sense' "$work/agent.log" | tail -n 40 >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
logged() { grep -qaE -- "$1" "$work/agent.log"; }
gone() { ! kill -0 "$1" 2>/dev/null; }
# What workers started, by the folder it runs in.
sleepers() {
    for process in $(pgrep -f '^sleep 31415'); do
        [ "$(readlink "/proc/$process/cwd")" != "$work" ] || return 0
    done
    return 1
}
no_sleepers() { ! sleepers; }

kinds="crash_at_start crash_at_poll crash_at_row crash_at_stop hang_at_start hang_at_poll hang_at_row hang_in_timer hang_at_stop
    fail_at_poll spin overflow leak_memory leak_files bomb leave_children flood_log flood_events close_all scribble
    stop_itself deafen leave_quietly fill_disk"
neighbours=$(seq 1 19)

"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
until_true test -s "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
{
    printf '{ "enabled_modules": ["sick", "failing", "crash_at_load"], "processes": {\n'
    for i in $neighbours; do
        printf '"well%s": { "type": "counter", "enabled": true, "every": "100ms" },\n' "$i"
    done
    for kind in $kinds; do
        patience=500ms
        [ "$kind" != spin ] || patience=0s # its limit of processor time is to end it
        printf '"%s": { "type": "%s", "enabled": true, "watchdog": "%s",
            "limits": { "memory": "200 MB", "cpu": "1s", "files": 64 } },\n' "$kind" "$kind" "$patience"
    done
    printf '"crash_at_load": { "type": "never_seen", "enabled": true } },
        "live": { "url": "%s", "username": "live-agent", "password": "live-agent",
                  "rest_input": "/services/plugin-restinput/x/" } }\n' "$url"
} >"$work/settings.json"
rows() { "$live" query -s "$work/settings.json" "$@" --timeout 20s; }
# Lines of "who last missing", one a neighbour.
arrived() {
    rows 'counter => n:max() as last, n:dcount() as distinct by who at the end' --span 'last hour' |
        sed 's/.*"who":"\([^"]*\)".*"last":\([0-9]*\).*"distinct":\([0-9]*\).*/\1 \2 \3/'
}
enough() { arrived >"$work/arrived"; [ "$(awk -v least="$count" '$2 >= least' "$work/arrived" | wc -l)" -eq 19 ]; }

step "19 neighbours count while $(echo "$kinds" | wc -w) kinds of failure and a module that crashes at load go on beside them"
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true enough
sort -V "$work/arrived" | tail -n 2

step "no number of theirs is missing, and none of them was ever started again"
awk '$2 != $3 { print; gap = 1 } END { exit gap }' "$work/arrived" || fail "numbers are missing"
! logged '"well[0-9]+: (ended|down)' || fail "a neighbour has ended"

step "each failure was seen, and said"
for kind in crash_at_start crash_at_poll crash_at_row overflow leave_children; do
    until_true logged "\"$kind: ended by signal"
done
for kind in hang_at_poll hang_at_row stop_itself; do
    until_true logged "\"$kind: ended by signal"
done
until_true logged 'watchdog: poll\(\) has not come back for 500 ms'
until_true logged 'watchdog: a callback of its loop has not come back for 500 ms'
until_true logged 'watchdog: row\(\) has not come back for 500 ms'
until_true logged '"spin: ended by signal 24 \(CPU time limit exceeded\) \(limits.cpu\)'
until_true logged 'poll: this one always fails'
until_true logged 'out of memory|leak_memory: ended by signal 11'
until_true logged '/dev/null: Too many open files'
until_true logged "module 'crash_at_load': .*signal"
until_true logged '"leave_quietly: ended with exit code 0'
until_true logged '"fill_disk","event":"process.failed".*File too large'
until_true logged '"flood_log","event":"process.output","text":"499 .u001b\[31mno.* sense.u0001 at all'

step "all of it ends when it is told to, and nothing is left"
tree=$(pgrep -P "$agent" || true)
kill -TERM "$agent"
code=0
wait "$agent" || code=$?
agent=
[ "$code" -eq 0 ] || fail "the agent ended with $code"
for process in $tree; do gone "$process" || fail "process $process is left"; done
no_sleepers || fail "children of workers are left"
! grep -aE 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"

step "nothing is left either when the supervisor is killed"
# Children of a worker that has crashed are the supervisor's to end: killed in that same moment, it leaves them.
"$live" disable --settings "$work/settings.json" leave_children >/dev/null
: >"$work/agent.log"
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true logged '"bomb: up"'
until_true sleepers
tree=$(pgrep -P "$agent")
began=$(date +%s)
kill -KILL "$agent"
wait "$agent" || true
agent=
for process in $tree; do until_true gone "$process"; done
[ $(($(date +%s) - began)) -le 20 ] || fail "who hangs in its start was left until its watchdog" # of 30 s
until_true no_sleepers

kill -TERM "$platform"
wait "$platform"
platform=
echo "$steps passed, 0 failed"
