#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an agent and its processes do, as a tree of actions across processes; and the example of docs/operating.md.
#
#   actions.sh BIN-OF-live MODULES SOURCE
set -eu

live=$1
export LIVE_MODULE_PATH=$2
page=$3/docs/operating.md
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
platform=
agent=
stop() {
    code=$?
    for process in $agent $platform; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "actions.sh: failed at: $at" >&2; tail -n 30 "$work/agent.log" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
logged() { grep -qE -- "$1" "$work/agent.log"; }
count() { grep -cE -- "$1" "$work/agent.log" || true; }

"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
until_true test -s "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
write_settings() {
    cat >"$work/settings.json" <<END
{ "enabled_modules": ["sick"], "processes": { $1 },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent", "rest_input": "/services/plugin-restinput/x/" } }
END
    chmod 600 "$work/settings.json"
}

step "each action that began has ended, in its place, once"
write_settings '"pumps": { "type": "counter", "enabled": true }, "alarm": { "type": "echo", "enabled": true },
    "bad": { "type": "fail_at_start", "enabled": true }, "crash": { "type": "abort_at_start", "enabled": true, "restart": "never" }'
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true logged '"event":"query.start".*"action_status":"succeeded"'
until_true logged '"event":"agent.start".*"action_status":"succeeded"'
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
# task, level, event, status; but for the process that crashes in its start, which cannot say that it did
sed -n -e '/"process":"crash"/ d' -e 's/.*"event":"\([^"]*\)".*"task_uuid":"\([^"]*\)","task_level":\[\([0-9,]*\)\],"action_status":"\([a-z]*\)"}$/\2 \3 \1 \4/p' "$work/agent.log" >"$work/marks"
awk '
    { place = $2; sub(/,?[0-9]+$/, "", place); key = $1 " " place }
    $4 == "started" { if (key in began) bad("it began twice"); if ($2 !~ /(^|,)1$/) bad("it does not begin with 1"); began[key] = $3; next }
    { if (began[key] != $3) bad("what ends is not what began"); if (key in ended) bad("it ended twice"); ended[key] = 1 }
    function bad(why) { print why ": " $0; failed = 1 }
    END { for (key in began) if (!(key in ended)) { print "it did not end: " key " " began[key]; failed = 1 }; exit failed || NR < 20 }' "$work/marks" ||
    fail "see above"

step "a module's start is a part of its process' start, and a query of the module's"
level_of() { sed -n "s/.*\"process\":\"$1\",\"event\":\"$2\",\"text\":\"$3.*\"task_uuid\":\"\([^\"]*\)\",\"task_level\":\[\([0-9,]*\)\],\"action_status\":\"started\"}\$/\1 \2/p" "$work/agent.log"; }
agent_start=$(level_of agent agent.start '')
process=$(level_of agent process.start 'alarm: ')
module=$(level_of alarm module.start 'echo: ')
query=$(level_of gateway query.start 'alarm: ')
# inside OUTER INNER: a part of it, at any depth
inside() { outer=${1%1}; case $2 in "$outer"*) ;; *) fail "$2 is no part of $1" ;; esac; }
[ -n "$agent_start" ] && [ -n "$process" ] && [ -n "$module" ] && [ -n "$query" ] || fail "not all of them are there"
inside "$agent_start" "$process"
inside "$process" "$module"
inside "$module" "$query"
logged '"process":"bad","event":"module.start","text":"fail_at_start: failed: this one always fails".*"action_status":"failed"' || fail "a start that fails"
logged '"event":"process.start","text":"crash: failed: ended by signal 6' || fail "a start that crashes"
logged '"event":"agent.stop","text":"succeeded in [0-9]* ms"' || fail "the end"

step "a reload that is refused is an action that failed"
write_settings '"pumps": { "type": "counter", "enabled": true }, "alarm": { "type": "echo", "enabled": true }'
: >"$work/agent.log"
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true logged '"event":"agent.start".*"action_status":"succeeded"'
cp "$work/settings.json" "$work/good"
echo '{ "processes": 7 }' >"$work/settings.json"
"$live" reload -s "$work/settings.json" >"$work/out" 2>&1 && fail "it was taken"
until_true logged '"event":"agent.reload","text":"[^"]*: failed: the settings are refused'

step "the example of docs/operating.md is what a terminal shows"
until_true logged '"event":"query.start".*"action_status":"succeeded"'
sed 's/"alarm": { /"alarm": { "restart": "on-failure", /' "$work/good" >"$work/settings.json"
queries=$(count '"event":"query.start".*"succeeded"')
"$live" reload -s "$work/settings.json" >"$work/out" || fail "$(cat "$work/out")"
more_queries() { [ "$(count '"event":"query.start".*"succeeded"')" -gt "$queries" ]; }
until_true more_queries
# What differs each time: the clock, the folder, how long it took.
masked() {
    tr -d '\r' | sed -e 's/^[-0-9]* [0-9:]* /2026-05-04 10:00:00 /' -e "s|$work|/etc/rig|" -e 's/in [0-9]* ms$/in 7 ms/'
}
script -qec "$live logs -s $work/settings.json" /dev/null </dev/null | masked | sed -n '/agent\.reload.*started/,$ p' |
    sed '1,/agent\.reload.*failed/ d' >"$work/shown"
awk '/^```/ { if (inside && text ~ /agent\.reload/) { printf "%s", text; exit } inside = !inside; text = ""; next } inside { text = text $0 "\n" }' "$page" |
    masked >"$work/example"
diff "$work/example" "$work/shown" || fail "docs/operating.md shows something else"

step "without a terminal the lines come as they happened"
texts() { sed 's/.*"event":"\([^"]*\)","text":"\([^"]*\)".*/\1 \2/'; }
"$live" logs -s "$work/settings.json" --json -n 12 | texts >"$work/told"
tail -n 12 "$work/agent.log" | texts | diff - "$work/told" || fail "they do not"
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
! grep -E 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"
kill -TERM "$platform"
wait "$platform"
platform=
echo "$steps passed, 0 failed"
