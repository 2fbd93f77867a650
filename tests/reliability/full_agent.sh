#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The disk of an agent's outbox, a small one of its own, is full again and again, with the platform away; meanwhile the gateway
# is killed now and then. The status says so, the agent recovers by itself, and no number that its datasource counts is missing
# on the platform afterwards. Where no file system can be mounted the test is skipped (77).
#
#   full_agent.sh BIN-OF-live MODULES SAMPLES [TIMES]
set -eu

if [ "${1:-}" != --inside ]; then
    # Root needs no user of its own for it, and may not be given one.
    for namespace in -m -rm; do
        unshare $namespace true 2>/dev/null && exec unshare $namespace sh "$0" --inside "$@"
    done
    echo "full_agent.sh: skipped: nothing can be mounted here"
    exit 77
fi
live=$2
times=${5:-40}
export LIVE_MODULE_PATH=$3:$4
work=$(mktemp -d)
disk=$work/.live/outbox
platform=
agent=

stop() {
    code=$?
    [ "$code" -eq 0 ] || tail -n 20 "$work/agent.log" >&2
    for process in $agent $platform; do kill -KILL "$process" 2>/dev/null || true; done
    umount -l "$disk" 2>/dev/null || true
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() { echo "full_agent.sh: $*" >&2; exit 1; }
# until_says WHAT: waits, at most a minute, until the status has it.
until_says() {
    tries=0
    until "$live" status -s "$work/settings.json" 2>&1 | grep -q "$1" || [ "$tries" -gt 600 ]; do tries=$((tries + 1)); sleep 0.1; done
    [ "$tries" -le 600 ] || fail "the status does not say '$1': $("$live" status -s "$work/settings.json" 2>&1 | head -n 1)"
}
ask() {
    "$live" query -s "$work/settings.json" "counter => $1 as a at the end" --span 'last hour' --timeout 20s |
        sed 's/.*"a":\([-0-9]*\).*/\1/'
}

mkdir -p "$disk"
chmod 700 "$work/.live"
mount -t tmpfs -o size=24m,mode=700 tmpfs "$disk"
"$live" simulate --port 0 --tcp-port 0 --data off >"$work/platform" 2>"$work/platform.err" &
platform=$!
while [ ! -s "$work/platform" ]; do sleep 0.02; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
cat >"$work/settings.json" <<END
{ "enabled_modules": ["sick"],
  "processes": { "count": { "type": "counter", "enabled": true, "every": "1ms" } },
  "outbox": { "min_free": 0, "retry_cap": "500ms" },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/x/" } }
END
"$live" run --settings "$work/settings.json" >>"$work/agent.log" 2>&1 &
agent=$!
until_says healthy
kills=0
time=0
while [ "$time" -lt "$times" ]; do
    time=$((time + 1))
    random=$(od -An -N2 -tu2 /dev/urandom)
    "$live" restart -s "$work/settings.json" gateway >/dev/null # its log is small then, and has to grow
    kill -STOP "$platform"
    dd if=/dev/zero of="$disk/filler" bs=64k 2>/dev/null || true
    truncate -s -$((random % 65536)) "$disk/filler" # the write that fails is another one each time
    until_says 'cannot store (.*full'
    sleep "0.$((100 + random % 300))"
    if [ $((random % 3)) -eq 0 ] && [ "$kills" -lt 10 ]; then # who dies more often in a row is left alone
        kill -KILL "$(pgrep -P "$agent" -f live-gateway | head -n 1)"
        kills=$((kills + 1))
    fi
    kill -CONT "$platform"
    rm "$disk/filler"
    until_says healthy
done
kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
missing=$(ask 'n:max() - n:dcount()')
printf '%-60s %14d\n' "times that the disk was full" "$times"
printf '%-60s %14d\n' "kills of the gateway meanwhile" "$kills"
printf '%-60s %14d\n' "the largest number counted" "$(ask 'n:max()')"
printf '%-60s %14d\n' "... missing between 1 and that" "$missing"
printf '%-60s %14d\n' "events that came again" "$(ask 'count() - n:dcount()')"
[ "$missing" = 0 ] || fail "$missing numbers are missing"
