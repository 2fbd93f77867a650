#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A running agent and those who operate it: over its control socket, with the tool.
#
#   control.sh BIN-OF-live MODULES TALK
set -eu

live=$1
talk=$3
export LIVE_MODULE_PATH=$2
support=$(cd "$(dirname "$0")/../support" && pwd)
work=$(mktemp -d)
chmod 755 "$work"
platform=

stop() {
    code=$?
    [ "$code" -eq 0 ] || tail -n 20 "$work/rig/.live/log/agent.log" >&2 || true
    for folder in "$work" "$work"/*; do
        [ ! -s "$folder/.live/run/pid" ] || kill -KILL "$(cat "$folder/.live/run/pid")" 2>/dev/null || true
    done
    [ -z "$platform" ] || kill "$platform" 2>/dev/null || true
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
. "$support/check.sh"
mkdir "$work/rig"
cd "$work/rig"

"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
eventually "the platform runs" url "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
# write PROCESSES [URL]
write() {
    cat >settings.json <<END
{ "enabled_modules": ["sick"],
  "processes": { $1 },
  "live": { "url": "${2:-$url}", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
}
counter='"count": { "type": "counter", "enabled": true, "every": "50ms" }'
failing='"bad": { "type": "fail_at_start", "enabled": false }'
# A member of a process in the status: pid_of NAME
pid_of() { "$live" status --json | sed 's/{"name"/\n&/g' | sed -n "s/.*\"name\":\"$1\".*\"pid\":\([0-9]*\).*/\1/p"; }
# Waits, at most 10 s, until the settings are being read.
planning() {
    tries=0
    until [ -n "$(pgrep -P "$agent" -f -- --plan)" ] || [ $tries -gt 500 ]; do tries=$((tries + 1)); sleep 0.02; done
}
same() { [ -n "$1" ] && [ "$1" = "$2" ]; }
differ() { [ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ]; }
mode_of() { stat -c %a "$1"; }
# Nobody may be there to reap it.
gone() { ! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"; }

# Nothing runs

write "$counter, $failing"
check "status: none runs" 1 '^down: no agent of settings.json runs$' '' "$live" status
check "status: none runs, as JSON" 1 '^\{"verdict":"down"' '' "$live" status --json
check "status: none runs, for Prometheus" 1 '^live_agent_up 0$' '' "$live" status --prometheus
check "stop: none runs" 0 'no agent of settings.json runs' '' "$live" stop
check "reload: none runs" 1 '' 'no agent of settings.json runs' "$live" reload
check "restart: none runs" 1 '' 'no agent of settings.json runs' "$live" restart
check "start NAME: none runs" 1 '' 'no agent of settings.json runs' "$live" start count
check "logs: none runs" 1 '' 'no agent of settings.json runs' "$live" logs

# Start

check "start" 0 '^healthy: 2 processes up$' '' "$live" start
agent=$(cat .live/run/pid)
check "start: it runs" 0 "^already running: pid $agent$" '' "$live" start
check "run: it runs" 1 '' "the agent with pid $agent runs there already" "$live" run
check "status" 0 '^healthy: 2 processes up$' '' "$live" status
check "status: a process" 0 '^count +up +[0-9.]+ +([0-9]+ s|-) +0 +[0-9.]+% +[0-9.]+ MB' '' "$live" status
check "status: a disabled one" 0 '^bad +disabled' '' "$live" status
check "status: as JSON" 0 '"verdict":"healthy"' '' "$live" status --json
check "status: for Prometheus" 0 '^live_process_up\{process="count"\} 1$' '' "$live" status --prometheus
holds "the socket is for the group" same "$(mode_of .live/run/control)" 660
holds "the log is for the group to read" same "$(mode_of .live/log/agent.log)" 640
holds "the pid file too" same "$(mode_of .live/run/pid)" 640
holds "the saved state is nobody else's" same "$(mode_of .live/state)" 700

# Processes

before=$(pid_of count) gateway=$(pid_of gateway)
check "restart NAME" 0 '^count: restarted$' '' "$live" restart count
holds "it is another process now" differ "$before" "$(pid_of count)"
holds "the gateway is the same" same "$gateway" "$(pid_of gateway)"
check "stop NAME" 0 '^count: stopped$' '' "$live" stop count
check "status: what was stopped by hand" 1 "^degraded: 'count' stopped$" '' "$live" status
check "start NAME" 0 '^count: started$' '' "$live" start count
check "start NAME: it runs" 0 '^count: started$' '' "$live" start count
check "start NAME: it fails" 1 '' 'bad: ended with exit code 78: start: this one always fails' "$live" start bad
check "status: what failed" 1 "^degraded: 'bad' failed \(ended with exit code 78: start: this one always fails\)$" '' "$live" status
check "stop NAME: what failed" 0 '^bad: stopped$' '' "$live" stop bad
check "start NAME: unknown" 1 '' "no process 'no'; there are 'gateway', 'count', 'bad'" "$live" start no
check "stop NAME: one of them unknown" 1 '' "no process 'no'" "$live" stop count no
check "and nothing was stopped" 0 '^healthy' '' "$live" status

# Settings

before=$(pid_of count)
check "reload: nothing changed" 0 '' '' "$live" reload
check "add" 0 '^second: added$' '' "$live" add second --type counter --enable every=1s
check "add: it runs" 0 '^second +up' '' "$live" status
check "add: a name that is there" 1 '' 'settings.json:[0-9]+:[0-9]+: processes/second: it is there already' "$live" add second --type counter
check "add: a setting that there is not" 0 '^third: added$' '^warning: .*third: limits\.memory: no such setting; it is ignored$' \
    "$live" add third --type counter 'limits.memory=200 MB'
check "add: and is forgotten" 0 '^third: removed$' '' "$live" remove third
check "disable" 0 '^second: stopped$' '' "$live" disable second
check "enable" 0 '^second: started$' '' "$live" enable second
check "remove" 0 '^second: removed$' '' "$live" remove second
holds "which is said once" same "$(wc -l <"$work/out")" 1
check "remove: unknown" 1 '' "no process and no module 'second'; there are 'count', 'bad'" "$live" remove second
holds "its neighbour was not touched" same "$before" "$(pid_of count)"

write "$counter, $failing"
cp settings.json good.json
sed 's/"every": "50ms"/"every": "40ms"/' good.json >settings.json
check "reload: one changed" 0 '^count: restarted$' '' "$live" reload
before=$(pid_of count)
sed 's/"count"/count/' good.json >settings.json
lines=2
check "reload: no JSON" 1 '' 'settings.json:2:18: ' "$live" reload
sed 's/"every": "50ms"/"every": "soon"/' good.json >settings.json
check "reload: a bad value" 1 '' 'settings.json:2:74: count: every: a duration' "$live" reload
check "disable: the file is refused" 1 '^bad: already disabled' 'the settings are refused' "$live" disable bad
lines=1
check "status: what was refused" 1 '^degraded: the settings file was refused, the last good one is in force \(.*settings.json:2:74: count: every' '' "$live" status
holds "the last good ones are in force" same "$before" "$(pid_of count)"
write "$counter, $failing" http://127.0.0.1:9
check "reload: another platform" 0 '^gateway: restarted$' '' "$live" reload
holds "the process is another, since its settings are" differ "$before" "$(pid_of count)"
before=$(pid_of count)
eventually "the gateway cannot deliver" gateway.retrying .live/log/agent.log
check "status: the platform is away" 1 '^degraded: platform unreachable [0-9]+ s; [0-9,]+ events?, .* queued, oldest [0-9]+ s \(.*127.0.0.1' '' "$live" status
check "status: what waits, and the disk" 1 '^outbox: [0-9]+ events? waits?, .* MB of at most [0-9.]+ MB.*; 0 dropped, 0 dead letters$' '' "$live" status
check "status: … for Prometheus" 1 '^live_outbox_queued [0-9]+$' '' "$live" status --prometheus
write "$counter, $failing"
gateway=$(pid_of gateway)
kill -HUP "$agent"
tries=0
until differ "$gateway" "$(pid_of gateway)" || [ $tries -gt 400 ]; do tries=$((tries + 1)); sleep 0.05; done
holds "SIGHUP reloads without a terminal" differ "$gateway" "$(pid_of gateway)"
holds "only what changed" same "$before" "$(pid_of count)"

# Log

"$live" status --watch >"$work/watched" &
watcher=$!
check "logs" 0 ' agent: +ready: healthy' '' "$live" logs -n 1000
check "logs: of a process" 0 ' error bad: start: this one always fails' '' "$live" logs bad
check "logs: not so severe" 0 '' '' "$live" logs count --level error
check "logs: as JSON" 0 '^\{"time_ms":[0-9]+,"level":"error","process":"bad"' '' "$live" logs bad --json --level error
check "logs: the last one" 0 . '' "$live" logs -n 1
holds "is one" same "$(wc -l <"$work/out")" 1
check "logs: a level that is none" 2 '' "--level: 'loud' is no level" "$live" logs --level loud
check "logs: lines that are none" 2 '' "--lines: '0' is no whole number" "$live" logs -n 0

looks() { [ "$(grep -c '^healthy' "$work/watched")" -ge 2 ]; }
tries=0
until looks || [ $tries -gt 400 ]; do tries=$((tries + 1)); sleep 0.05; done
holds "status --watch looks again" looks
kill "$watcher"
wait "$watcher" 2>/dev/null || true

# A change is made whole or not at all: what an agent would refuse is not written.
cp settings.json before.json
unchanged() { cmp -s settings.json before.json && [ ! -e settings.json.new ] && [ ! -e settings.json.lock ]; }
lines=2
check "add: of a type that is none" 1 '' "settings.json:[0-9]+:[0-9]+: third: type: no enabled module has a process 'contuer'.*" "$live" add third --type contuer
holds "the file is as it was" unchanged
check "add: a value that is none" 1 '' "third: every: .*" "$live" add third --type counter every=often
holds "the file is as it was" unchanged
check "add: as a process of the agent's own is called" 1 '' "gateway: a process of the agent's own" "$live" add gateway --type counter
holds "the file is as it was" unchanged
check "add: says so" 1 '' 'the settings file stays as it is: 1 error$' "$live" add third --type counter every=often
check "status: nothing was refused" 0 '^healthy' '' "$live" status
write "$counter, $failing, \"wrong\": { \"type\": \"counter\", \"enabled\": false, \"every\": \"often\" }"
cp settings.json before.json
check "enable: another one is wrong, which the agent would refuse" 1 '' 'wrong: every: ' "$live" enable bad
holds "the file is as it was" unchanged
lines=1
check "remove: the one that is wrong" 0 '^wrong: removed$' '' "$live" remove wrong
check "status: all is well" 0 '^healthy' '' "$live" status
# Ten at once, each of whom the others disturb.
tools=
for i in 0 1 2 3 4 5 6 7 8 9; do
    "$live" add "many$i" --type counter >"$work/many$i" 2>&1 &
    tools="$tools $!"
done
# shellcheck disable=SC2086 # a list
wait $tools
holds "ten who add at once lose nothing" same "$(grep -o '"many[0-9]"' settings.json | wc -l)" 10
holds "nobody failed" same "$(cat "$work"/many? | grep -c ': added$')" 10
# Killed at whatever moment: old or new.
cp settings.json old.json
"$live" add many0x --type counter >"$work/out"
cp settings.json new.json
whole=true
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
    cp old.json settings.json
    "$live" add many0x --type counter >"$work/out" 2>&1 &
    tool=$!
    sleep "0.0$i"
    kill -KILL $tool 2>"$work/err" || true
    wait $tool 2>"$work/err" || true
    cmp -s settings.json old.json || cmp -s settings.json new.json || whole=false
done
holds "who is killed leaves the old file or the new one" [ $whole = true ]
rm -f settings.json.new settings.json.lock
check "remove: all of them" 0 '^many9: removed$' '' "$live" remove many0 many1 many2 many3 many4 many5 many6 many7 many8 many9
write "$counter, $failing"
"$live" reload >"$work/out"

# The protocol, as programs of others speak it

# ask NAME PATTERN-OF-ANSWER LINE…
ask() {
    name=$1 want=$2
    shift 2
    printf '%s\n' "$@" >"$work/lines"
    input=$work/lines
    check "$name" 0 "$want" '' "$talk" .live/run/control
    input=
}
ask "status, with any id" '"verdict":"healthy".*"id":\{"a":\[1\]\},"ok":true' '{"v": 1, "do": "status", "id": {"a": [1]}}'
ask "two requests" '"id":2,"ok":true' '{"v": 1, "do": "status", "id": 1}' '{"v": 1, "do": "status", "id": 2}'
ask "no JSON" '"ok":false,"code":"LIVE_E_PARSE"' 'status'
ask "an id beyond 2^53" '"id":9007199254740993,"ok":true' '{"v": 1.0, "do": "status", "id": 9007199254740993}'
ask "NaN" '"ok":false,"code":"LIVE_E_PARSE","error":"1:19: a value is due' '{"v": 1, "count": NaN}'
ask "half of a surrogate pair" '"ok":false,"code":"LIVE_E_PARSE".*half of a surrogate pair' '{"v": 1, "do": "\ud83d"}'
ask "U+0000" '"ok":false,"code":"LIVE_E_PARSE".*U\+0000' '{"v": 1, "do": "\u0000"}'
ask "not UTF-8" '"ok":false,"code":"LIVE_E_PARSE".*not UTF-8' "$(printf '{"v": 1, "do": "\377"}')"
ask "nested 1,000 deep" '"ok":false,"code":"LIVE_E_LIMIT".*nested too deep' "$(awk 'BEGIN { for (i = 0; i < 1000; i++) printf "[" }')"
ask "too long" '"ok":false,"code":"LIVE_E_LIMIT","error":"a request has at most' "$(awk 'BEGIN { printf "{\"v\": 1, \"x\": \""; for (i = 0; i < 30000; i++) printf "0123456789"; print "\"}" }')"
ask "another version" '"ok":false,"code":"LIVE_E_PROTOCOL","error":"v: version 1' '{"v": 2, "do": "status"}'
ask "no operation" '"ok":false,"code":"LIVE_E_UNSUPPORTED"' '{"v": 1, "do": "frobnicate"}'
ask "the settings, without their secrets" '"password":"\(hidden\)"' '{"v": 1, "do": "settings"}'
holds "no password" sh -c "! grep -q '\"password\":\"live' '$work/out'"
ask "add" '"changes":\{"third":"started"\}.*"ok":true' '{"v": 1, "do": "add", "process": "third", "settings": {"type": "counter", "enabled": true}}'
ask "disable" '"changes":\{"third":"stopped"\}' '{"v": 1, "do": "disable", "processes": ["third"]}'
ask "enable" '"changes":\{"third":"started"\}' '{"v": 1, "do": "enable", "processes": ["third"]}'
ask "remove" '"changes":\{"third":"removed"\}' '{"v": 1, "do": "remove", "processes": ["third"]}'
cp settings.json before.json
ask "add: refused" '"findings":\["[^"]*settings.json:[0-9]+:[0-9]+: third: every: .*"ok":false,"code":"LIVE_E_INVALID","error":"the settings file stays as it is: ' '{"v": 1, "do": "add", "process": "third", "settings": {"type": "counter", "enabled": true, "every": "often"}}'
holds "the file is as it was" unchanged
ask "remove what is not there" '"ok":false,"code":"LIVE_E_NOTFOUND"' '{"v": 1, "do": "remove", "processes": ["third"]}'
ask "a log" '"lines":\[\{"time_ms":' '{"v": 1, "do": "logs", "count": 2, "processes": ["agent"]}'
printf '{"v": 1, "do": "subscribe"}\n{"v": 1, "do": "restart", "processes": ["count"], "id": 5}\n' >"$work/lines"
input=$work/lines
check "changes" 0 '"event":"state","process":"count","state":"stopping"' '' "$talk" .live/run/control 5
input=
holds "of all that happened" grep -q '"event":"state","process":"count","state":"up"' "$work/out"
holds "and the answer" grep -q '"id":5,"ok":true' "$work/out"
"$live" add third --type counter --enable >"$work/out"
printf '{"v": 1, "do": "subscribe"}\n{"v": 1, "do": "remove", "processes": ["third"], "id": 6}\n' >"$work/lines"
input=$work/lines
check "changes of one that is removed" 0 '"event":"state","process":"third","state":"down"' '' "$talk" .live/run/control 4
input=
holds "and its answer" grep -q '"id":6,"ok":true' "$work/out"
head -c 3000000 /dev/zero | tr '\0' x >"$work/lines"
timeout 10 "$talk" .live/run/control <"$work/lines" >"$work/out" || true # is cut off, with a word or without
"$talk" .live/run/control 1 </dev/null &
deaf=$!
printf '{"v": 1, "do": "logs", "follow": true}\n' | "$talk" .live/run/control 1000000 >"$work/followed" &
follower=$!
kill -STOP "$follower"
for i in 1 2 3 4 5; do "$live" restart count; done >"$work/out"
check "who does not listen disturbs nobody" 0 '^healthy' '' "$live" status
kill -KILL "$follower" "$deaf"
wait "$follower" "$deaf" 2>/dev/null || true
before=$(pid_of count)

# Settings that come from a pipe are not changed, and whoever asks for it does not wait for them.

mv settings.json kept.json
mkfifo settings.json
ask "disable: the settings are a pipe" '"ok":false,"code":"LIVE_E_INVALID","error":"[^"]*settings.json: it is no regular file' '{"v": 1, "do": "disable", "processes": ["count"]}'
check "disable: the settings are a pipe, by the tool" 1 '' 'settings.json: it is no regular file' "$live" disable count
check "status: nothing has happened" 0 '^healthy' '' "$live" status

# A reload that takes long: nobody writes to the pipe yet.

reloads=$(grep -c reload.done .live/log/agent.log)
"$live" reload >"$work/first" 2>&1 &
first=$!
planning
for i in 2 3 4; do "$live" reload >"$work/reload.$i" 2>&1 & eval "reload$i=\$!"; done
check "status during a reload" 0 '^healthy' '' "$live" status
check "restart NAME during a reload" 0 '^count: restarted$' '' "$live" restart count
mv settings.json pipe
cp kept.json settings.json
cat kept.json >pipe
holds "it is done in the end" wait "$first"
# shellcheck disable=SC2154 # by eval
holds "and once more for all who asked meanwhile" wait "$reload2" "$reload3" "$reload4"
holds "once" same "$(grep -c reload.done .live/log/agent.log)" $((reloads + 2))
mv pipe settings.json
"$live" reload >"$work/beaten" 2>&1 &
first=$!
planning
check "stop beats it" 0 '^stopped$' '' "$live" stop
wait "$first" || true
holds "and it is told so" grep -q 'the agent is stopping' "$work/beaten"
cp kept.json new.json
mv new.json settings.json
check "start again" 0 '^healthy' '' "$live" start
agent=$(cat .live/run/pid)
before=$(pid_of count)

# Who may

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    check "another user may not" 1 '' "the agent of settings.json is another user's" \
        setpriv --reuid 65534 --regid 65534 --clear-groups "$live" status
    check "a member of the group may" 0 '^healthy' '' setpriv --reuid 65534 --regid 65534 --groups "$(id -g)" "$live" status
fi

# End

: >"$work/followed"
"$live" logs --follow >"$work/followed" 2>&1 &
follower=$!
eventually "a follower reads" ready "$work/followed"
check "restart" 0 '^restarted$' '' "$live" restart
holds "the agent keeps its number" same "$agent" "$(cat .live/run/pid)"
holds "and all else begins anew" differ "$before" "$(pid_of count)"
holds "who follows its log is told" wait "$follower"
holds "and has read its last line" grep -q 'gateway: down' "$work/followed"
check "it is well" 0 '^healthy: 2 processes up' '' "$live" status
cp settings.json good.json
before=$(pid_of count)
sed 's/"every": "50ms"/"every": "soon"/' good.json >settings.json
lines=2
check "restart: the settings are wrong" 1 '' 'nothing restarts: .*count: every: a duration' "$live" restart
lines=1
holds "and nothing did" same "$before" "$(pid_of count)"
cp good.json settings.json
: >"$work/followed"
"$live" logs --follow >"$work/followed" 2>&1 &
follower=$!
eventually "a follower reads again" . "$work/followed"
check "stop" 0 '^stopped$' '' "$live" stop
holds "it has ended" gone "$agent"
holds "its socket is gone" [ ! -e .live/run/control ]
holds "its pid file is gone" [ ! -e .live/run/pid ]
holds "who follows its log is told" wait "$follower"
holds "and has read its last line" grep -q 'gateway: down' "$work/followed"

# A new build

prefix=$work/prefix
mkdir -p "$prefix/bin" "$prefix/libexec/live"
cp "$live" "$prefix/bin/live"
built=$(cd "$(dirname "$live")/../libexec/live" && pwd)
cp "$built/live-agent" "$built/live-gateway" "$prefix/libexec/live/"
runs() { stat -L -c %i "/proc/$agent/exe"; }
lies() { stat -c %i "$prefix/libexec/live/live-agent"; }
check "start from a prefix" 0 '^healthy' '' "$prefix/bin/live" start
agent=$(cat .live/run/pid)
holds "its program" same "$(runs)" "$(lies)"
cp "$built/live-agent" "$prefix/libexec/live/new"
mv "$prefix/libexec/live/new" "$prefix/libexec/live/live-agent"
holds "a new build lies there" differ "$(runs)" "$(lies)"
check "restart after it" 0 '^restarted$' '' "$prefix/bin/live" restart
holds "takes effect" same "$(runs)" "$(lies)"
holds "in the same process" same "$agent" "$(cat .live/run/pid)"
echo 'half of a build' >"$prefix/libexec/live/new"
chmod +x "$prefix/libexec/live/new"
mv "$prefix/libexec/live/new" "$prefix/libexec/live/live-agent"
before=$(runs)
check "restart after a broken one" 0 '^restarted$' '' "$live" restart
holds "the old build begins anew" same "$before" "$(runs)"
holds "and says so" grep -q 'Exec format error: what runs here begins anew' .live/log/agent.log
check "status then" 0 '^healthy: 2 processes up' '' "$live" status
printf '{"v": 1, "do": "restart", "id": 1}\n{"v": 1, "do": "stop", "id": 2}\n' >"$work/lines"
input=$work/lines
check "a stop beats a restart" 0 '"id":1,"ok":false.*the agent is stopping' '' "$talk" .live/run/control 2
input=
tries=0
until gone "$agent" || [ $tries -gt 400 ]; do tries=$((tries + 1)); sleep 0.05; done
holds "it has ended for good" gone "$agent"

# Background

sleep 1000 &
stranger=$!
echo "$stranger" >.live/run/pid
check "start: a number that another process has now" 0 '^healthy' '' "$live" start
kill -KILL "$(cat .live/run/pid)"
check "start: after a kill" 0 '^healthy' '' "$live" start
dying=$(cat .live/run/pid)
kill -STOP "$dying" # it is found, and dies while it is asked
{ sleep 0.2; kill -KILL "$dying"; } &
check "start: one that is about to end" 0 '^healthy' '' "$live" start
check "stop again" 0 stopped '' "$live" stop
holds "the stranger lives" kill -0 "$stranger"
kill "$stranger"
mkdir -p "$work/other/deep"
cd "$work/other"
check "start: a relative path, from elsewhere" 0 '^healthy' '' env DDA_LOG_FILE=deep/own.log DDA_PID_FILE=deep/own.pid "$live" start -s ../rig/settings.json
holds "its log is where it was told" test -s deep/own.log
holds "its number too" kill -0 "$(cat deep/own.pid)"
cp ../rig/settings.json .
check "start: a pid file that is held" 1 '' "own.pid: the agent with pid $(cat deep/own.pid) holds it" env DDA_PID_FILE=deep/own.pid "$live" start
check "stop by a relative path" 0 stopped '' "$live" stop -s ../rig/settings.json
ln -s /etc/hostname deep/link
mkdir -p .live/run/control
check "start: no socket can be made" 1 '' '/.live/run/control: Address already in use' "$live" start
check "run: no socket can be made" 1 '' '/.live/run/control: Address already in use' "$live" run
rmdir .live/run/control
chmod o+w .live/run
check "start: a folder where others may write" 1 '' 'run: .*others may write there' "$live" start
chmod o-w .live/run
check "start: a log that is a link" 1 '' 'deep/link: it is a symbolic link' env DDA_LOG_FILE=deep/link "$live" start
check "start: a pid file that is a link" 1 '' 'deep/link: it is a symbolic link' env DDA_PID_FILE=deep/link "$live" start
echo own >deep/file
ln deep/file deep/twin
check "start: a log with a second name" 1 '' "deep/twin: it is another user's, or has a second name" env DDA_LOG_FILE=deep/twin "$live" start
check "start: a log that is a folder" 1 '' 'deep: Is a directory' env DDA_LOG_FILE=deep "$live" start
check "start: settings absent" 2 '' 'absent.json: No such file' "$live" start -s absent.json
sed 's/"type": "counter"/"type": "contuer"/' ../rig/settings.json >settings.json
check "start: one process cannot run" 0 "^degraded: 'count' failed \(.*settings.json:2:[0-9]+: count: type: no enabled module has a process 'contuer'; did you mean 'counter'" '' "$live" start
check "stop it" 0 stopped '' "$live" stop
check "start --strict: refused" 2 '' "did you mean 'counter'" "$live" start --strict
lines=2
check "run --strict: refused" 2 '' "did you mean 'counter'" "$live" run --strict
lines=1
echo '{ "live": 3 }' >settings.json
check "start: refused" 2 '' 'settings.json:1:11: /live: an object' "$live" start
long=$work/$(printf 'a%.0s' $(seq 1 200))
mkdir "$long"
cp ../rig/settings.json "$long"
check "start: a path too long for a socket" 0 '^healthy' '' "$live" start -s "$long/settings.json"
check "status there" 0 '^healthy' '' "$live" status -s "$long/settings.json"
check "stop there" 0 stopped '' "$live" stop -s "$long/settings.json"
no_sanitizer() { ! grep -rE 'Sanitizer|runtime error' "$work" --include='*.log'; }
holds "no sanitizer had anything to say" no_sanitizer
summary
