#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The log of an agent: captured, filtered, renamed, opened again, sent to the platform; and what the service manager hears.
#
#   logs.sh BIN-OF-live MODULES LISTENER
set -eu

live=$1
export LIVE_MODULE_PATH=$2
listener=$3
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
platform=
agent=
manager=
reader=
stop() {
    code=$?
    for process in $agent $platform $manager $reader; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "logs.sh: failed at: $at" >&2; tail -n 30 "$work/agent.log" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
heard() { grep -q -- "$1" "$work/manager"; }
logs() { "$live" logs -s "$work/settings.json" "$@"; }
rows() { "$live" query -s "$work/settings.json" "$@" --timeout 20s; }

"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
until_true test -s "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
write_settings() {
    cat >"$work/settings.json" <<END
{ "enabled_modules": ["sick", "failing"],
  "processes": { "flood": { "type": "flood_log", "enabled": $2, "every": "100ms" },
                 "bad": { "type": "fail_at_poll", "enabled": true, "restart": "never" },
                 "quiet": { "type": "idle", "enabled": true } },
  "logging": { $1 },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
}

step "the service manager hears that it is ready, reloads, and that its loop goes round"
"$listener" "$work/notify" >"$work/manager" &
manager=$!
until_true test -S "$work/notify"
write_settings '"log_to_live": true' false
NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=200000 "$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true heard '^READY=1'
until_true heard '^STATUS='
until_true heard '^WATCHDOG=1'
"$live" reload -s "$work/settings.json" >"$work/out"
until_true heard '^RELOADING=1'
[ "$(grep -c '^READY=1' "$work/manager")" -ge 2 ] || until_true heard 'RELOADING=1.*READY=1'

step "the log is at the platform, in the form of the Python agent"
rows 'dda_log process:bad message_type:error' --span 'last hour' --follow --count 1 >"$work/row"
for member in '"message":"poll: this one always fails"' '"task_level":\[1\]' '"message_type":"error"' '"task_uuid":"'; do
    grep -q -- "$member" "$work/row" || fail "no $member in $(cat "$work/row")"
done

step "status keeps why a process has failed, and what it said last"
"$live" status -s "$work/settings.json" --json >"$work/status" || true
grep -q '"reason":"ended with exit code 1: poll: this one always fails"' "$work/status" || fail "$(cat "$work/status")"
grep -q '"last_lines":\[.*this one always fails' "$work/status" || fail "$(cat "$work/status")"

step "lines are found by process, level, time and text"
logs bad | grep -q 'this one always fails' || fail "not by process"
logs --level error --text ALWAYS | grep -q 'bad: poll' || fail "not by level and text"
[ -z "$(logs --text 'nobody said this')" ] || fail "a line that does not fit"
logs --since 1h --json | grep -q '"event":"agent.ready"' || fail "not by time"

step "who follows ends when nobody reads any more, also where nothing more comes"
ends() { timeout 60 sh -c '"$@" | true' sh "$@" || fail "it goes on: $*"; }
ends "$live" logs -s "$work/settings.json" quiet --text nothing --follow
ends "$live" query -s "$work/settings.json" 'nobody_sends_this' --follow
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
until_true heard '^STOPPING=1'

step "a new level holds at once for the supervisor, the gateway and a process, and restarts nobody"
write_speaker() {
    printf '{ "enabled_modules": ["sick"], "logging": { "level": "%s" },
              "processes": { "speaker": { "type": "speaker", "enabled": true } } }' "$1" >"$work/settings.json"
}
level() { write_speaker "$1" && "$live" reload -s "$work/settings.json" >"$work/out"; }
staff() { pgrep -P "$agent" | sort; }
debug_lines() { grep -c '"level":"debug","process":"'"$1" "$work/agent.log" || true; }
more_debug_of() { [ "$(debug_lines "$1")" -gt "$2" ]; }
# Two lines of a level that stays: who was asked to be quiet before the first is quiet between them.
loud_lines() { grep -c '"event":"sick.loud"' "$work/agent.log" || true; }
later() { [ "$(loud_lines)" -gt $(($1 + 3)) ]; }
write_speaker info
: >"$work/agent.log"
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true later 0
pids=$(staff)
[ "$(grep -c '"level":"debug"' "$work/agent.log")" = 0 ] || fail "debug lines before anybody asked for them"
level debug
until_true more_debug_of speaker 0
"$live" status -s "$work/settings.json" >"$work/out" || fail "$(cat "$work/out")" # which the gateway tells at debug
until_true more_debug_of gateway 0
level info
until_true later "$(loud_lines)"
before=$(debug_lines '')
until_true later "$(loud_lines)"
[ "$(debug_lines '')" = "$before" ] || fail "debug lines after nobody wants them: $before, then $(debug_lines '')"
[ "$(staff)" = "$pids" ] || fail "somebody was restarted: $pids, now $(staff)"
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=

step "who holds the log and does not read it holds nobody up, and hears what it missed"
write_settings '"level": "info"' true
mkfifo "$work/pipe"
exec 7<>"$work/pipe"
: >"$work/agent.log"
"$live" run --settings "$work/settings.json" >"$work/out" 2>"$work/pipe" 7>&- &
agent=$!
until_true test -S "$work/.live/run/control"
timeout 20 "$live" logs -s "$work/settings.json" flood --follow 7>&- | sed 2000q >"$work/out" # more than the pipe holds
timeout 10 "$live" stop -s "$work/settings.json" flood >"$work/out" || fail "it stands still: $(cat "$work/out")"
cat <&7 >"$work/agent.log" &
reader=$!
exec 7>&-
"$live" stop -s "$work/settings.json" >"$work/out"
wait "$agent" || fail "the agent ended with $?"
agent=
until_true grep -q '"event":"log.lost","text":"[0-9]* lines' "$work/agent.log"
until_true grep -q '"event":"agent.stopped"' "$work/agent.log"
kill "$reader"
reader=

step "the file that the settings name grows, is renamed, and the oldest goes"
write_settings '"file": "log/agent.json", "max_size": "64 KiB", "max_files": 3' true
mkdir "$work/log"
: >"$work/agent.log"
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true test -e "$work/log/agent.json.2"
sleep 0.3
[ ! -e "$work/log/agent.json.3" ] || fail "there are more than three"
for file in "$work/log/agent.json" "$work/log/agent.json.1"; do
    [ "$(stat -c %a "$file")" = 640 ] || fail "$file has mode $(stat -c %a "$file")"
done
[ "$(stat -c %s "$work/log/agent.json.1")" -lt 70000 ] || fail "a file is too long"
if grep -avE '^\{"time_ms":[0-9]+,"level":"[a-z]+","process":"[^"]*","event":"[^"]*","text":".*"(,"task_uuid":"[-0-9a-f]*","task_level":\[[0-9,]*\](,"action_status":"[a-z]*")?)?\}$' "$work/log/agent.json.1"; then
    fail "a line is no JSON of ours"
fi

step "after SIGUSR1 the log goes on in a new file of the name"
write_settings '"file": "log/agent.json", "max_size": "64 KiB", "max_files": 3' false
"$live" reload -s "$work/settings.json" >"$work/out"
mv "$work/log/agent.json" "$work/moved"
kill -USR1 "$agent"
until_true test -e "$work/log/agent.json"
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
grep -q '"event":"agent.stopped"' "$work/log/agent.json" || fail "the end is not in the new file"
! grep -E 'Sanitizer|runtime error' "$work/agent.log" "$work"/log/* || fail "a sanitizer"

kill -TERM "$platform"
wait "$platform"
platform=
echo "$steps passed, 0 failed"
