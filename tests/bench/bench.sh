#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the figures of docs/performance.md, measured on this machine now.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
platform=
second=
agent=
stop() {
    for process in $agent $platform $second; do kill -TERM "$process" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM

cd "$top"
cmake --preset release >/dev/null
cmake --build build/release --parallel "$(nproc)" --target live live-dev live-agent live-gateway host chatbot client_bench chat_bench outbox_bench queries_bench agent_bench flood sick test.unit.libagent.supervise.child >/dev/null
live=build/release/bin/live

"$live" simulate --port 0 --tcp-port 0 >"$work/platform" &
platform=$!
while [ ! -s "$work/platform" ]; do sleep 0.02; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
tcp=$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' "$work/platform")
sed "s|http://127.0.0.1:8080|$url|" tests/bench/settings.json >"$work/settings.json"

"$live" query --settings "$work/settings.json" host --follow --count 1 --timeout 30s >/dev/null &
reader=$!
sleep 0.5
began=$(date +%s%N)
"$live" run --settings "$work/settings.json" 2>"$work/log" &
agent=$!
wait "$reader"
printf '%-44s %10d ms\n' "'live run' to the first row on the platform" $((($(date +%s%N) - began) / 1000000))

sleep 3
pss() { awk '/^Pss:/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"; }
printf '%-44s %10d KiB\n' "PSS of the supervisor" "$(pss "$agent")"
printf '%-44s %10d KiB\n' "PSS of the gateway" "$(pss "$(pgrep -P "$agent" -f live-gateway)")"
printf '%-44s %10d KiB\n' "PSS of one worker (host)" "$(pss "$(pgrep -P "$agent" -f -- --worker)")"
kill -TERM "$agent"
wait "$agent"
agent=

sh tests/scenario/idle.sh "$live" "$top/build/release/tests/scenario" 60
build/release/tests/test.unit.libagent.supervise.child 2>&1 | grep 'kill to respawn'
began=$(date +%s%N)
for _ in 1 2 3 4 5 6 7 8 9 10; do "$live" version >/dev/null; done
printf '%-44s %10d ms\n' "'live version', ten times" $((($(date +%s%N) - began) / 1000000))

build/release/tests/bench/client_bench "$url" "$tcp"
build/release/tests/bench/outbox_bench "$work" tests/bench/python_way.py

"$live" simulate --port 0 --tcp-port 0 >"$work/second" & # one without a history
second=$!
while [ ! -s "$work/second" ]; do sleep 0.02; done
build/release/tests/bench/queries_bench "$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/second")" \
    "$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' "$work/second")" "$second"
kill -TERM "$second"
wait "$second" || true
second=

for turn in 10 1; do
    mkdir "$work/agent$turn"
    echo "a worker of 5,000 events/s that wakes up each $turn ms:"
    build/release/tests/bench/agent_bench "$top/$live" "$top/build/release/tests/bench" "$work/agent$turn" "$turn"
done

cat >"$work/chat.json" <<END
{ "enabled_modules": ["chatbot"],
  "processes": { "oliver": { "type": "chatterbot", "enabled": true, "alias": "Oliver",
                             "output": { "author": { "id": 2, "name": "Oliver" } } } },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/live-agent/" } }
END
"$live" run --settings "$work/chat.json" 2>"$work/log" &
agent=$!
"$live" query --settings "$work/chat.json" '__queries action:start => @filter(expression:startswith("__message -__delete"))' \
    --span 'last hour' --follow --count 1 --timeout 30s >/dev/null
printf '%-44s %10d KiB\n' "PSS of the bot, idle" "$(pss "$(pgrep -P "$agent" -f -- --worker)")"
build/release/tests/bench/chat_bench "$url"
printf '%-44s %10d KiB\n' "PSS of the bot, after its answers" "$(pss "$(pgrep -P "$agent" -f -- --worker)")"
