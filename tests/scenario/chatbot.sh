#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A person and a bot in a room of the simulated platform: questions, a bot that is killed, two bots of one name.
#
#   chatbot.sh BIN-OF-live MODULES
set -eu

live=$1
export LIVE_MODULE_PATH=$2
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
platform=
agent=
room=k3v9a1m2q0c7d5e8f6g4h2j1n0

stop() {
    code=$?
    for process in $agent $platform; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "chatbot.sh: failed at: $at" >&2; tail -n 30 "$work/agent.log" "$work/answer" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

logged() { grep -qE -- "$1" "$work/agent.log"; }
rows() { "$live" query -s "$work/settings.json" "$@" --span 'last hour' --follow --timeout 20s; }

write_settings() {
    cat >"$work/settings.json" <<END
{ "enabled_modules": ["chatbot"], "processes": { $1 },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
}
bot() { printf '"%s": { "type": "chatterbot", "enabled": true, "alias": "Oliver", "output": { "author": { "id": 2, "name": "%s" } } }' "$1" "$2"; }

# start_agent N: N bots in all have begun to listen since the platform started.
start_agent() {
    : >"$work/agent.log"
    "$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
    agent=$!
    listening "$1"
}
listening() { rows '__queries action:start => @filter(expression:startswith("__message -__delete"))' --count "$1" >/dev/null; }
stop_agent() {
    kill -TERM "$agent"
    wait "$agent" || fail "the agent ended with $?"
    agent=
    ! grep -E 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"
}

# tell ROOM TEXT
tell() {
    "$live" send -s "$work/settings.json" "{\"__type\": \"__message\", \"message\": \"$2\", \"room\": {\"id\": \"$1\"}, \"author\": {\"id\": 1, \"name\": \"Ada\"}}" >/dev/null
}
# heard ROOM TEXT [N]: the bot says a message that has the text there (N times).
heard() { rows "__message __src:chatbot room->id:$1 => @filter(message:contains(\"$2\"))" --count "${3:-1}" >"$work/answer"; }
asked() { tell "$1" "$2"; heard "$1" "$3"; }

step "a bot joins the room it is asked in, and says what it can do"
"$live" simulate --port 0 --tcp-port 0 >"$work/platform" &
platform=$!
until_true test -s "$work/platform"
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
write_settings "$(bot oliver Oliver)"
start_agent 1
asked $room "Oliver, help" "what I can do"
rows '__messenger_control action:room_users_updated' --count 1 >"$work/answer"
grep -q '"name":"Oliver"' "$work/answer"

step "it lists the assets, selects one, and tells the latest value of a curve"
asked $room "which assets are there, oliver?" "- RIG-12"
asked $room "oliver, what is the current value of SPP?" "No asset is selected"
asked $room "oliver select RIG-1" "RIG-1 is selected: its events are of type rig_1"
asked $room "Oliver: what is the current value of SPP?" "SPP is "
grep -qE 'SPP is [0-9]+\.[0-9]{2} psi \([0-9]+ s ago\)' "$work/answer" || fail "no value"
asked $room "Oliver: the value of GAS?" "Which curve? RIG-1 has SPP"
# The answer is an action, its query a part of that, and the gateway's work on it a part of the query.
marks() { sed -n "s/.*\"event\":\"$1\".*\"task_uuid\":\"\([^\"]*\)\",\"task_level\":\[$2\],\"action_status\":\"succeeded\"}\$/\1/p" "$work/agent.log" | sort -u; }
marks chat.answer '[0-9]*' >"$work/answers"
marks chat.query '[0-9]*,[0-9]*' | comm -12 - "$work/answers" >"$work/queries"
marks query.start '[0-9]*,[0-9]*,[0-9]*' | comm -12 - "$work/queries" | grep -q . || fail "no query of an answer in the gateway"

step "it has a curve analysed, and annotates what the platform says"
asked $room "Oliver, analyse the last minute of SPP" "SPP over the last 1 min: minimum "
rows "__annotations room->id:$room" --count 1 >"$work/answer"
grep -q '"__src":"auto-analysis"' "$work/answer" || fail "no analysis"
grep -q '"linreg":{' "$work/answer" || fail "not all of it"

step "what it does not understand starts nothing, and no message ends it"
worker=$(pgrep -P "$agent" -f -- --worker)
asked $room "Oliver, stop the monitors" "I do not understand that"
"$live" send -s "$work/settings.json" '{"__type": "__message", "message": "oliver help", "timeZone": "No/Where", "createdAt": "x", "room": {"id": "r9"}, "author": null}' >/dev/null
heard r9 "what I can do"
head -c 1000000 /dev/zero | tr '\0' x |
    sed 's/.*/{"__type": "__message", "message": "oliver &", "room": {"id": "r8"}}/' | "$live" send -s "$work/settings.json" >/dev/null
heard r8 "I do not understand that"
[ "$(pgrep -P "$agent" -f -- --worker)" = "$worker" ] || fail "the bot has died"

step "two rooms have a memory each, and both outlive the bot"
asked $room "oliver, set depth = 1200 m" "depth = 1200 m"
asked r2 "oliver, get depth" "depth is not set here"
asked r2 "oliver, set depth = 30 m" "depth = 30 m"
kill -KILL "$worker"
listening 2
tell $room "oliver, get depth"
tell r2 "oliver, get depth"
heard $room "depth = 1200 m" 2
heard r2 "depth = 30 m" 2
asked $room "oliver, the value of RPM" "RPM is "
stop_agent

step "two bots of one alias answer once each, and never each other"
write_settings "$(bot one Oliver), $(bot two 'Night shift')"
start_agent 4
asked r3 "oliver help me" "This is what I can do"
heard r3 "This is what I can do" 2
asked r3 "oliver, get x" "x is not set here"
heard r3 "x is not set here" 2
"$live" query -s "$work/settings.json" '__message __src:chatbot room->id:r3 => count() as n at the end' --span 'last hour' >"$work/answer"
grep -q '"n":4' "$work/answer" || fail "not four answers"
until_true logged 'chatbot.double'
stop_agent
step "an answer that does not come ends the bot, which comes back and says why"
write_settings "$(bot oliver Oliver | sed 's/"alias"/"watchdog": "1s", "alias"/')"
sed -i 's/\["chatbot"\]/["chatbot", "failing"]/' "$work/settings.json"
start_agent 5
tell r4 "oliver, ponder"
until_true logged 'watchdog: answer\(\) has not come back for 5 s'
until_true logged '"oliver: ended by signal 6'
listening 6
asked r4 "oliver help" "what I can do"
stop_agent
echo "chatbot.sh: all went as it should"
