#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tool as its users see it: what it prints, with which exit code; and every kind of bad input: one clear line,
# the documented code, no hang.
#
#   cli.sh BIN-OF-live PEER
set -eu

live=$1
peer=$2
. "$(dirname "$0")/setup.sh"

# Words

check "version" 0 '^live [0-9]+\.[0-9]+\.[0-9]+$' '' "$live" version
check "--version" 0 '^live ' '' "$live" --version
check "help" 0 'simulate +run a platform' '' "$live" help
check "--help" 0 'query +run a query' '' "$live" --help
check "help of a command" 0 '--span=SPAN' '' "$live" help query
check "--help of a command" 0 '--settings=FILE' '' "$live" send --help
check "help of a developer's command" 0 '--tcp-port=N' '' "$live" help simulate
printf '{ "processes": {} }\n' >empty.json
for words in version help 'help query' describe 'completion bash' 'validate -s empty.json' 'validate --json -s empty.json'; do
    check "$words: a full disk behind standard output" 1 '' '^live: .*cannot be written: No space left on device$' \
        sh -c "exec '$live' $words >/dev/full"
done
check "no command" 2 '' 'which command' "$live"
check "an unknown command" 2 '' "'frobnicate' is no command" "$live" frobnicate
check "an unknown option instead of a command" 2 '' "'--frob' is no option" "$live" --frob
for command in run start stop restart reload status logs add remove outbox validate send query list say annotate chat check-features enable disable version help simulate create-agent add-module build-rpm completion; do
    check "$command: an unknown flag" 2 '' "live $command: '--frobnicate' is no option" "$live" $command --frobnicate
done
check "an unknown letter" 2 '' "'-z' is no option" "$live" query -z
check "an option without its value" 2 '' "'--span' lacks its value" "$live" query x --span
check "a word too many" 2 '' "'y' is one word too many" "$live" query x y
check "no expression" 2 '' 'which query' "$live" query
check "a count that is none" 2 '' "--count: '-3' is no whole number" "$live" query x --count=-3
check "a duration that is none" 2 '' "--timeout: '5 parsecs' is no duration" "$live" query x --timeout '5 parsecs'
check "a builder that is none" 2 '' "--builder: 'podman' is no builder; there is 'host'" "$live" build-rpm --builder podman
check "build-rpm: no agent" 1 '' 'no agent here, nor in a folder above' "$live" build-rpm
check "a port that is none" 2 '' "--port: '70000' is no port" "$live" simulate --port 70000
check "a switch that is none" 2 '' "--data: 'maybe' is neither on nor off" "$live" simulate --data maybe

# The outbox

check "outbox: there is none" 1 '' 'there is no outbox' "$live" outbox
check "outbox: a word that is none" 2 '' "'drop' is none of show, retry and purge" "$live" outbox drop
check "outbox: a word too many" 2 '' "'7' is one word too many" "$live" outbox show 7
check "outbox: a number that is none" 2 '' "live outbox: NUMBER: 'x' is no whole number" "$live" outbox purge x

# Settings

printf '' >empty.json
printf '{ "live": {\n  "url": oops } }\n' >broken.json
printf '[1]' >list.json
printf '{}' >none.json
printf '{ "live": { "url": 7 } }' >number.json
printf '{ "live": { "url": "ftp://x" } }' >scheme.json
printf '{ "live": { "url": "http://x", "password": { "file": "/no/such" } } }' >secret.json
printf '{ "live": { "url": "http://x", "password": { "env": "NO_SUCH_VARIABLE" } } }' >env.json
printf '{ "live": { "ip": "127.0.0.1", "port": 99999 } }' >port.json
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; }' >deep.json
check "settings: absent" 2 '' 'absent.json: No such file' "$live" query -s absent.json x
check "settings: empty" 2 '' 'empty.json:1:1: the file is empty' "$live" query -s empty.json x
check "settings: not JSON" 2 '' 'broken.json:2:10: ' "$live" send -s broken.json '{}'
check "settings: a list" 2 '' "list.json: no object 'live'" "$live" query -s list.json x
check "settings: no platform" 2 '' "none.json: no object 'live'" "$live" query -s none.json x
check "settings: a wrong type" 2 '' 'number.json: live: url: a text is due' "$live" query -s number.json x
check "settings: another scheme" 2 '' 'scheme.json: live: url: not of the form http' "$live" query -s scheme.json x
check "settings: a password file that is not there" 2 '' 'secret.json: live: password: /no/such' "$live" query -s secret.json x
check "settings: a variable that is not set" 2 '' 'NO_SUCH_VARIABLE is not set' "$live" query -s env.json x
check "settings: a port beyond" 2 '' 'port: a whole number' "$live" send -s port.json '{"a": 1}'
check "settings: nested 100,000 deep" 2 '' 'deep.json:1:257: nested too deep' "$live" query -s deep.json x
check "settings: a folder" 2 '' 'Is a directory' "$live" query -s . x
check "run: settings absent" 2 '' 'absent.json: No such file' "$live" run -s absent.json
check "run: settings empty" 2 '' 'empty.json:1:1: the file is empty' "$live" run -s empty.json
check "run: settings not JSON" 2 '' 'broken.json:2:10: ' "$live" run -s broken.json
check "run: settings nested 100,000 deep" 2 '' 'deep.json:1:257: ' "$live" run -s deep.json
awk 'BEGIN { printf "{ \"processes\": { \"a\": { \"x\": \""; for (i = 0; i < 1000000; i++) printf "0123456789"; print "\" } } }" }' >big.json
check "validate: 10 MB" 1 'big.json:1:23: error: .processes.a.type: this setting must be given' '1 error' "$live" validate -s big.json
printf '{ "processes": {\n "a": [] } }' >process.json
printf '{ "enabled_modules": 3 }' >modules.json
printf '{ "logging": { "level": "loud" } }' >level.json
check "run: a process that is no object" 2 '' 'process.json:2:7: /processes/a: an object is due' "$live" run -s process.json
check "run: modules that are no list" 2 '' 'modules.json:1:22: /enabled_modules: a list' "$live" run -s modules.json
check "run: an unknown level" 2 '' "level.json:1:25: .*'loud' does not fit: .* error, warn, info or debug" "$live" run -s level.json

# Validating

printf '{ "processes": {\n  "a": { "type": "hst", "enabled": true },\n  "b": { "type": "host", "evry": 1 } },\n "enabled_modules": ["host"] }\n' >wrong.json
printf '{ "processes": { "b": { "type": "host", "comment": 1 } },\n "enabled_modules": ["live_agent.modules.host"] }\n' >warned.json
printf '{ "processes": { "b": { "type": "host" } },\n "enabled_modules": ["host"] }\n' >fine.json
check "validate" 0 '^fine.json: fine$' '' "$live" validate -s fine.json
check "validate: warnings alone" 0 '^warned.json:2:22: warning: /enabled_modules/0: .*called .host. here' '^0 errors, 2 warnings' "$live" validate -s warned.json
check "validate: an unknown type" 1 "^wrong.json:2:18: error: /processes/a/type: no enabled module has a process 'hst'; did you mean 'host'" '2 errors' "$live" validate -s wrong.json
check "validate: an unknown key" 1 "^wrong.json:3:26: error: /processes/b/evry: no such setting; did you mean 'every'" '2 errors' "$live" validate -s wrong.json
check "validate: as JSON" 1 '"severity":"error","pointer":"/processes/a/type".*"line":2,"column":18' '' "$live" validate -s wrong.json --json
check "validate: refused" 2 "^level.json:1:25: error: /logging/level: 'loud'" '1 error' "$live" validate -s level.json
check "validate: not JSON" 2 '' 'broken.json:2:10: ' "$live" validate -s broken.json
check "validate: not JSON, as JSON" 2 '"valid":false' '' "$live" validate -s broken.json --json
check "validate: absent" 2 '' 'absent.json: No such file' "$live" validate -s absent.json

check "describe" 0 '^### Process .host.$' '' "$live" describe host
check "describe: as JSON" 0 '"modules":\[\{"name":"host"' '' "$live" describe host --json
check "describe: as a schema" 0 '"const":"host"' '' "$live" describe host --schema
check "describe: a module that is nowhere" 1 '' "module 'gone' is neither in build/modules" "$live" describe gone

# Enabling

printf '{ "processes": {\n  "this one": { "enabled": false } } }\n' >own.json
check "enable: no name" 2 '' 'live enable: which process' "$live" enable
check "enable: an unknown name" 1 '' "own.json: no process and no module 'x'; there are 'this one'" "$live" enable -s own.json x
check "enable: settings absent" 1 '' 'absent.json: No such file' "$live" enable -s absent.json x
check "enable: settings not JSON" 1 '' 'broken.json:2:10: ' "$live" enable -s broken.json x
check "enable: no processes" 1 '' "none.json: no process and no module 'x'; there is none" "$live" enable -s none.json x
check "enable" 0 '^this one: enabled$' '' "$live" enable -s own.json 'this one'
check "enable: what is enabled" 0 '^this one: already enabled$' '' "$live" enable -s own.json 'this one'
check "disable" 0 '^this one: disabled$' '' "$live" disable -s own.json 'this one'
check "run --enable: an unknown name" 2 '' "no process and no module 'x'" "$live" run -s own.json --enable x

check "remove: no name" 2 '' 'live remove: which process' "$live" remove
check "remove: an unknown name" 1 '' "own.json: no process and no module 'x'; there are 'this one'" "$live" remove -s own.json x
check "add: no name" 2 '' 'live add: which process' "$live" add --type counter
check "add: no type" 2 '' "live add: of which type. '--type' says it" "$live" add x
check "add: a word that is no setting" 2 '' "'every' is no KEY=VALUE" "$live" add x --type counter every
check "add: a setting that an option says" 2 '' "'type' is given twice" "$live" add x --type counter type=host
check "add: a setting given twice" 2 '' "'every' is given twice" "$live" add x --type counter every=5s 'ever=1' every=6s
check "add" 0 '^x: added$' '' "$live" add -s own.json x --type counter every=5s 'limits={"files": 10}' note=7up
holds "add: JSON is JSON, the rest is text" grep -q '"x": {"type":"counter","enabled":false,"every":"5s","limits":{"files":10},"note":"7up"}' own.json
check "add: a name that is there" 1 '' 'own.json:3:8: processes/x: it is there already' "$live" add -s own.json x --type counter
check "remove" 0 '^x: removed$' '' "$live" remove -s own.json x
check "add: settings absent" 1 '' 'absent.json: No such file' "$live" add -s absent.json x --type counter

# An agent that does not run; what is done with one that does is in scenario/control.sh.

check "status: a word too many" 2 '' "'x' is one word too many" "$live" status x
check "reload: a word too many" 2 '' "'x' is one word too many" "$live" reload x
check "status: none runs" 1 '^down: no agent of none.json runs$' '' "$live" status -s none.json
check "start: settings not JSON" 2 '' 'broken.json:2:10: ' "$live" start -s broken.json
check "start: settings absent" 2 '' 'absent.json: No such file' "$live" start -s absent.json
for command in reload restart logs 'start x' 'stop x' 'restart x'; do
    # shellcheck disable=SC2086 # words
    check "$command: none runs" 1 '' 'no agent of none.json runs' "$live" $command -s none.json
done
mkdir -p stale/.live/run
touch stale/.live/run/control
check "status: a file in the socket's place" 1 '^down: no agent' '' "$live" status -s stale/settings.json

# A platform that works

"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
tcp=$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' platform)
settings ok.json "$url"
printf '{ "live": { "ip": "127.0.0.1", "port": %s } }' "$tcp" >tcp.json

check "send: one" 0 '^sent 1 event$' '' "$live" send -s ok.json --type t1 '{"n": 1}'
check "send: several" 0 '^sent 3 events$' '' "$live" send -s ok.json --type t3 '{"n": 1}' '{"n": 2}' '{"n": 3}'
printf '{"n": 1}\n\n{"n": 2}' >lines
input=lines
check "send: lines" 0 '^sent 2 events$' '' "$live" send -s ok.json --type t2
printf '{"n": 1}\nnonsense\n{"n": 2}\n' >lines
lines=2
check "send: a line that is none" 1 '^sent 2 events$' 'line 2: 1:1: a value is due' "$live" send -s ok.json --type t4
lines=1
awk 'BEGIN { for (i = 0; i < 1000; i++) printf "{\"n\": %d}\n", i }' >lines
check "send: a thousand lines" 0 '^sent 1000 events$' '' "$live" send -s ok.json --type t5
input=
check "send: TCP" 0 '^sent 2 events$' '' "$live" send -s tcp.json --type t6 '{"n": 1}' '{"n": 2}'
check "send: P-14 a time of its own" 0 '^sent 1 event$' '' "$live" send -s ok.json --type t7 '{"timestamp": 1600000000000, "x": 1}'
lines=2
check "send: no object" 1 'sent 0' 'event 1: an event is a JSON object' "$live" send -s ok.json --type t '[1]'
check "send: NaN" 1 'sent 0' 'event 1: 1:7: a value is due' "$live" send -s ok.json --type t '{"n": NaN}'
check "send: invalid UTF-8" 1 'sent 0' 'event 1: 1:8: not UTF-8' "$live" send -s ok.json --type t "$(printf '{"n": "\377"}')"
check "send: infinity" 1 'sent 0' 'event 1: 1:7: a value is due' "$live" send -s ok.json --type t '{"n": Infinity}'
check "send: beyond a double" 1 'sent 0' 'event 1: 1:7: a number beyond the range' "$live" send -s ok.json --type t '{"n": 1e999}'
check "send: half of a surrogate pair" 1 'sent 0' 'event 1: 1:8: half of a surrogate pair' "$live" send -s ok.json --type t '{"n": "\ud83d"}'
check "send: U+0000" 1 'sent 0' 'event 1: 1:8: a string holds no U\+0000' "$live" send -s ok.json --type t '{"n": "\u0000"}'
awk 'BEGIN { printf "{\"n\":"; for (i = 0; i < 1000; i++) printf "["; for (i = 0; i < 1000; i++) printf "]"; print "}" }' >lines
input=lines
check "send: nested 1,000 deep" 1 'sent 0' 'line 1: 1:[0-9]+: nested too deep' "$live" send -s ok.json --type t
awk 'BEGIN { printf "{\"n\":\""; for (i = 0; i < 1000000; i++) printf "0123456789"; print "\"}" }' >lines
lines=1
check "send: 10 MB" 0 '^sent 1 event$' '' "$live" send -s ok.json --type t10
input=
check "send: whole numbers beyond 2^53" 0 '^sent 1 event$' '' \
    "$live" send -s ok.json --type t11 '{"n": 9007199254740993, "m": -9223372036854775808}'
check "send: 3.0 and 1.7E12" 0 '^sent 1 event$' '' "$live" send -s ok.json --type t12 '{"n": 3.0, "timestamp": 1.7E12}'
lines=2
check "send: no type" 1 'sent 0' "no '__type' in the event" "$live" send -s ok.json '{"n": 1}'
check "send: a timestamp that is none" 1 'sent 0' "'timestamp' is no time" "$live" send -s ok.json --type t '{"timestamp": "now"}'
lines=1

check "query: history" 0 '"n":1' '' "$live" query -s ok.json 't1 => n' --span 'last hour'
[ "$(wc -l <out)" -eq 1 ] || { echo "not ok: query: history has other rows"; failed=$((failed + 1)); }
check "query: whole numbers beyond 2^53" 0 '"n":9007199254740993,"m":-9223372036854775808[,}]' '' \
    "$live" query -s ok.json t11 --span 'last hour'
check "query: 3.0 and 1.7E12" 0 '"n":3,.*"liverig__index__timestamp":1700000000000[,}]' '' \
    "$live" query -s ok.json t12 --span 'last hour'
check "query: a row of 10 MB" 0 '"n":"0123456789' '' "$live" query -s ok.json t10 --span 'last hour'
[ "$(wc -c <out)" -gt 10000000 ] || { echo "not ok: query: a row of 10 MB is shorter"; failed=$((failed + 1)); }
check "query: a thousand rows" 0 '"c":1000' '' "$live" query -s ok.json 't5 => count() as c at the end' --span 'last hour'
check "query: what went over TCP" 0 '"c":2' '' "$live" query -s ok.json 't6 => count() as c at the end' --span 'last hour'
check "query: P-14 a time of its own, and the platform's" 0 \
    '"x":1,"__type":"t7","liverig__index__timestamp":1600000000000,"timestamp":1[7-9]' '' \
    "$live" query -s ok.json 't7' --span 'last hour'
check "query: the current value of a curve, without any agent" 0 '"value":2[0-9]{3}' '' \
    "$live" query -s ok.json 'rig_1 mnemonic:SPP => lastv(value) as value at the end' --span 'last 10 minutes'
check "query: nothing there" 0 '' '' "$live" query -s ok.json 'nothing' --span 'last hour'
check "query: a count" 0 '"r":' '' "$live" query -s ok.json '=> random() as r every second' --follow --count 1
check "query: not enough in time" 1 '' 'passed after 0 rows of 1' "$live" query -s ok.json 'nothing' --follow --count 1 --timeout 200ms
check "query: following ends in time" 0 '' '' "$live" query -s ok.json 'nothing' --follow --timeout 200ms
check "query: a mistake in it, and where" 1 '' 'live: query:1:8: PipeException: At \(1, 8->1, 14\): unknown stage' \
    "$live" query -s ok.json 't1 => @nosuch'
check "query: on its second line" 1 '' 'live: query:2:5: PipeException: At \(2, 5' "$live" query -s ok.json 't1
=> @nosuch'
check "query: another provider" 1 '' 'sql' "$live" query -s ok.json 'select 1' --provider sql
check "query: a wrong span" 1 '' 'live: ' "$live" query -s ok.json 't1' --span 'last banana'
check "query: a reducer" 0 '"n":3' '' "$live" query -s ok.json 't3 => n' --span 'last hour' --reducer @latest

# A platform that restarts while a query follows: what is missed is said, and when it goes on.
"$live" simulate --port 0 --tcp-port 0 >gone 2>gone.err &
gone=$!
pids="$pids $gone"
settings gone.json "$(first_line gone $gone | sed 's/.*"url":"\([^"]*\)".*/\1/')"
port=$(sed 's/.*"url":"[^"]*:\([0-9]*\)".*/\1/' gone)
"$live" query -s gone.json '=> count() as n every 100 ms' --follow >gone.rows 2>gone.said &
follower=$!
pids="$pids $follower"
eventually "query: rows before the platform restarts" '"n":' gone.rows
kill -9 $gone
eventually "query: the platform is gone, which is said" '^live: the query does not run for now: ' gone.said
"$live" simulate --port "$port" --tcp-port 0 >back 2>back.err &
pids="$pids $!"
eventually "query: it is back, which is said" '^live: the query runs again$' gone.said
eventually "query: so is what was missed" '^live: rows are missing from 20[-0-9T:.]*Z to 20[-0-9T:.]*Z$' gone.said
kill -INT $follower
code=0
wait $follower || code=$?
holds "query: and SIGINT ends it as ever" test "$code" -eq 0
settings wrong.json "$url" live-agent s3cret
settings viewer.json "$url" viewer viewer
check "query: a wrong password" 1 '' 'POST /rest/query: HTTP 401' "$live" query -s wrong.json t1
check "query: a missing permission" 1 '' 'POST /rest/query: HTTP 403' "$live" query -s viewer.json t1
check "send: a wrong password" 1 'sent 0' 'HTTP 401' "$live" send -s wrong.json --type t '{"n": 1}'
check "simulate: a port in use" 1 '' "listening on 127.0.0.1 port ${url##*:}: Address already in use" \
    "$live" simulate --port "${url##*:}" --tcp-port 0
check "simulate: a TCP port in use" 1 '' "TCP input: listening on 127.0.0.1 port $tcp: Address already in use" \
    "$live" simulate --port 0 --tcp-port "$tcp"
printf '{ "users": 3 }' >world.json
check "simulate: a world that is none" 1 '' "world.json: 'users' is no list" "$live" simulate --port 0 --tcp-port 0 --world world.json

# A platform with a world and rules of its own

cat >world.json <<'END'
{ "users": [{ "id": 1, "name": "Bob", "username": "bob", "password": "builder", "teams": [1] }],
  "teams": [{ "id": 1, "name": "All", "roles": [{ "id": 1 }] }],
  "roles": [{ "id": 1, "name": "All", "permissions": ["CONSOLE"] }] }
END
"$live" simulate --port 0 --tcp-port 0 --world world.json --cometd-auth required >own 2>own.err &
pids="$pids $!"
own=$(first_line own $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
settings bob.json "$own" bob builder
settings other.json "$own"
check "simulate: a world's own user" 0 '"one":1' '' "$live" query -s bob.json '=> 1 as one every second' --follow --count 1
check "simulate: no user of the world" 1 '' 'HTTP 401' "$live" query -s other.json '=> 1 as one every second' --follow --count 1
handshake='[{"channel":"/meta/handshake","supportedConnectionTypes":["long-polling"]}]'
check "simulate: CometD without credentials" 0 '^401$' '' \
    curl -s -o nothing -w '%{http_code}\n' -d "$handshake" "$own/cometd"
check "simulate: CometD with credentials" 0 '"successful":true' '' curl -s -u bob:builder -d "$handshake" "$own/cometd"
check "simulate: CometD without credentials, by default" 0 '"successful":true' '' curl -s -d "$handshake" "$url/cometd"
check "simulate: a rule that is none" 2 '' "cometd-auth" "$live" simulate --cometd-auth perhaps

# A platform that does not

settings down.json "http://127.0.0.1:1"
check "platform down: query" 1 '' 'POST /rest/query: .*127.0.0.1 port 1' "$live" query -s down.json x
check "platform down: send" 1 'sent 0' '127.0.0.1 port 1' "$live" send -s down.json --type t '{"n": 1}'

misbehave() {
    "$peer" "$1" >"peer.$1" &
    pids="$pids $!"
    settings peer.json "http://127.0.0.1:$(first_line "peer.$1" $!)" live-agent s3cret
    check "platform answers $1: query" 1 '' "$2" "$live" query -s peer.json x
    check "platform answers $1: send" 1 'sent 0' "${3:-$2}" "$live" send -s peer.json --type t '{"n": 1}'
}
misbehave 302 "HTTP 302, a redirect to 'http://login.example/' that is not followed"
misbehave 400 'HTTP 400'
misbehave 401 'HTTP 401'
misbehave 403 'HTTP 403'
misbehave 404 'HTTP 404'
misbehave 500 'HTTP 500'
misbehave 503 'HTTP 503'
misbehave hang-up 'POST '
misbehave silent 'no answer within 5000 ms'
misbehave slow 'no answer within 5000 ms'
misbehave other-protocol 'POST '
misbehave half 'POST '
misbehave big 'longer than'

# An answer that is no JSON tells a query so; what an input's answer says is of no interest.
for kind in html truncated-json; do
    "$peer" $kind >"peer.$kind" &
    pids="$pids $!"
    settings peer.json "http://127.0.0.1:$(first_line "peer.$kind" $!)"
    check "platform answers $kind: query" 1 '' 'no JSON' "$live" query -s peer.json x
    check "platform answers $kind: send" 0 'sent 1' '' "$live" send -s peer.json --type t '{"n": 1}'
done

summary
