#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `check-features`: what a platform has, and what of it an agent's settings use.
#
#   features.sh BIN-OF-live PEER
set -eu

live=$1
peer=$2
. "$(dirname "$0")/setup.sh"

# agent FILE USER REST-INPUT MODULES PROCESSES
agent() {
    cat >"$1" <<END
{ "enabled_modules": $4, "processes": $5,
  "live": { "url": "$url", "username": "$2", "password": "$2", "rest_input": "$3" } }
END
}

"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
tcp=$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' platform)
input_path=/services/plugin-restinput/cli/
printf 'live-agent\n' >password
printf 's3cret\n' >wrong
printf 'viewer\n' >viewers

# Words

check "an unknown flag" 2 '' "live check-features: '--frob' is no option" "$live" check-features --frob
check "a word too many" 2 '' "'x' is one word too many" "$live" check-features x
check "two platforms" 2 '' '--live-url takes the place of --settings' "$live" check-features -s a.json --live-url http://x
check "a name without a platform" 2 '' '--username goes with --live-url' "$live" check-features --username x
check "a platform without a name" 2 '' '--live-url needs --username' "$live" check-features --live-url http://x
check "a platform without a password" 2 '' '--live-url needs --password-file' "$live" check-features --live-url http://x --username x
check "settings absent" 2 '' 'settings.json: No such file' "$live" check-features
check "a password file that is not there" 2 '' 'password: gone: No such file' "$live" check-features --live-url "$url" --username x --password-file gone
check "a url that is none" 2 '' 'url: not of the form http' "$live" check-features --live-url ftp://x --username x --password-file password
printf '{ "live": { "url": "%s" }, "processes": 3 }' "$url" >refused.json
check "settings that the agent refuses" 2 '' 'refused.json:1:[0-9]+: ' "$live" check-features -s refused.json

# A platform alone

cat >by_url <<END
#!/bin/sh
exec "$live" check-features --live-url "$url" "\$@"
END
chmod +x by_url
check "P-23 every feature, by one who may everything" 0 '^every feature is available$' '' ./by_url --username live-agent --password-file password
holds "P-23 all nine" test "$(grep -c ' AVAILABLE$' out)" -eq 9
check "P-23 by one who may little" 1 '^annotations +UNAVAILABLE  permission EDIT_ANNOTATIONS is missing$' '' ./by_url --username viewer --password-file viewers
holds "P-23 what needs no permission is there" test "$(grep -cE '^(REST input|TCP input|messenger events|dashboards) +AVAILABLE$' out)" -eq 4
check "as JSON" 1 '^\{"asked":true,.*"name":"queries","available":false,"missing":\["permission CONSOLE is missing"\],"used":true\}.*"available":false\}$' '' \
    ./by_url --username viewer --password-file viewers --json
check "P-11 an input that is there" 0 '^REST input +AVAILABLE$' '' ./by_url --username live-agent --password-file password --rest-input $input_path
check "P-11 an input that is not" 1 '^REST input +UNAVAILABLE  GET /nowhere/: HTTP 404$' '' ./by_url --username live-agent --password-file password --rest-input /nowhere/
check "P-11 something that is no input" 1 '^REST input +UNAVAILABLE  GET /rest/me: what answers is no input$' '' ./by_url --username live-agent --password-file password --rest-input /rest/me

# A platform that cannot be asked reads differently.

check "cannot be asked: a wrong password" 1 '' 'the platform cannot be asked: GET /rest/plugin: HTTP 401' ./by_url --username live-agent --password-file wrong
check "cannot be asked: as JSON" 1 '^\{"asked":false,"why":"GET /rest/plugin: HTTP 401"\}$' 'cannot be asked' ./by_url --username live-agent --password-file wrong --json
check "cannot be asked: it is down" 1 '' 'cannot be asked: GET /rest/plugin: .*127.0.0.1 port 1' \
    "$live" check-features --live-url http://127.0.0.1:1 --username x --password-file password
printf '{ "live": { "ip": "127.0.0.1", "port": %s } }' "$tcp" >tcp.json
check "cannot be asked: there is only a TCP input" 1 '' 'cannot be asked: .*no url' "$live" check-features -s tcp.json
"$peer" html >peer.html &
pids="$pids $!"
check "cannot be asked: a login page" 1 '' "cannot be asked: .*no JSON but 'text/html'" \
    "$live" check-features --live-url "http://127.0.0.1:$(first_line peer.html $!)" --username x --password-file password
cat >world.json <<'END'
{ "users": [{ "id": 1, "name": "U", "username": "u", "password": "u", "teams": [1] }],
  "teams": [{ "id": 1, "name": "T", "roles": [{ "id": 1 }, { "id": 99 }] }],
  "roles": [{ "id": 1, "permissions": ["CONSOLE", "ADMIN"] }],
  "plugins": [{ "name": "plugin-messenger", "version": "2.24.0-SNAPSHOT", "status": { "status": "VALID" } },
              { "name": "plugin-restinput", "version": "2.9.9", "status": { "status": "VALID" } },
              { "name": "plugin-tcpinput", "version": "2.30.0", "status": { "status": "INACTIVE\u001b[2J" } }],
  "dashboards": [], "lookups": [], "extensions": [], "audits": [], "curves": {}, "rooms": [],
  "assets": { "rig": [], "crew": [], "pump": [] } }
END
sed 's/"plugins": .*/"plugins": [],/; /plugin-/d' world.json >bare.json
for world in world bare; do
    "$live" simulate --port 0 --tcp-port 0 --world $world.json >$world.platform 2>$world.err &
    pids="$pids $!"
    settings $world.settings "$(first_line $world.platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')" u u
done
check "P-23 cannot be asked: no plugin is listed" 1 '' 'cannot be asked: GET /rest/plugin: the platform lists no plugin' "$live" check-features -s bare.settings
check "P-22 P-23 a role that nobody knows, ADMIN that implies nothing, a suffix" 1 '^messenger events +AVAILABLE$' '' "$live" check-features -s world.settings
holds "P-23 numbers, not texts" grep -qE '^REST input +UNAVAILABLE  plugin plugin-restinput is 2\.9\.9, not >=2\.25\.0$' out
holds "P-23 a disabled plugin, harmless to the terminal" grep -qE '^TCP input +UNAVAILABLE  plugin plugin-tcpinput is not enabled \(INACTIVE␛\[2J\)$' out
holds "P-23 permissions" grep -qE '^queries +AVAILABLE$' out

# What settings use

agent idle.json live-agent $input_path '[]' '{}'
check "settings that use nothing but their input" 0 '^everything that the settings use is available$' '' "$live" check-features -s idle.json
agent viewers.json viewer $input_path '["host"]' '{ "h": { "type": "host", "enabled": true } }'
check "a feature that nobody uses may be missing" 0 '^queries +UNAVAILABLE' '' "$live" check-features -s viewers.json
holds "its module and process are there" test "$(grep -cE '^(host +AVAILABLE|h +AVAILABLE +yes)$' out)" -eq 2
agent path.json live-agent /nowhere/ '["host"]' '{}'
check "the input is used" 1 '^not everything that the settings use is available$' '' "$live" check-features -s path.json
agent gone.json live-agent $input_path '["gone", "host"]' '{ "g": { "type": "gone", "enabled": true } }'
check "a module that is not there" 1 "^gone +UNAVAILABLE  module 'gone' is neither in build/modules, modules/gone, LIVE_MODULE_PATH nor installed; 'live add-module gone' makes one$" '' "$live" check-features -s gone.json
holds "its process" grep -qE "^g +UNAVAILABLE  yes +/processes/g/type: no enabled module has a process 'gone'" out
agent off.json live-agent $input_path '["host"]' '{ "x": { "type": "frob" }, "h": { "type": "host", "enabled": true } }'
check "a process that is not enabled does not count" 0 "^x +UNAVAILABLE  no +/processes/x/type: no enabled module has a process 'frob'" '' "$live" check-features -s off.json
agent bad.json live-agent $input_path '["host"]' '{ "h": { "type": "host", "enabled": true, "every": "x" } }'
check "a process whose settings keep it from running" 1 '^h +UNAVAILABLE  yes +/processes/h/every: a duration' '' "$live" check-features -s bad.json
bot='{ "bot": { "type": "chatterbot", "enabled": true, "output": { "author": { "id": 1, "name": "Oliver" } } } }'
agent bot.json live-agent $input_path '["chatbot"]' "$bot"
check "a module's needs are met" 0 '^chatbot +AVAILABLE$' '' "$live" check-features -s bot.json
agent bots_viewer.json viewer $input_path '["live_agent.modules.chatbot"]' "$bot"
check "a module's needs are not met" 1 '^chatbot +UNAVAILABLE  permission CONSOLE is missing; permission ASSETS is missing$' '' "$live" check-features -s bots_viewer.json
holds "nor is its process available" grep -qE '^bot +UNAVAILABLE  yes +module chatbot is unavailable$' out
check "as JSON: the same" 1 '"modules":\[\{"name":"chatbot","available":false,"missing":\["permission CONSOLE is missing","permission ASSETS is missing"\]\}\],"processes":\[\{"name":"bot","type":"chatterbot","enabled":true,"available":false,"missing":\["module chatbot is unavailable"\]\}\]' '' \
    "$live" check-features -s bots_viewer.json --json

if command -v script >/dev/null; then
    TERM=xterm script -qec "$live check-features -s idle.json" /dev/null </dev/null >styled
    holds "a terminal gets colours" grep -q "$(printf '\033')\[32mAVAILABLE" styled
    NO_COLOR=1 TERM=xterm script -qec "$live check-features -s idle.json" /dev/null </dev/null >plain
    holds "not with NO_COLOR" sh -c "grep -q AVAILABLE plain && ! grep -q '$(printf '\033')' plain"
fi

summary
