#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reloads under load, good and bad ones by chance: no event is lost, and no process is touched that did not change.
#
#   reload.sh BIN-OF-live MODULES [COUNT [SEED]]
set -eu

live=$1
export LIVE_MODULE_PATH=$2
count=${3:-150}
seed=${4:-$$}
work=$(mktemp -d)
platform=

stop() {
    code=$?
    [ "$code" -eq 0 ] || { echo "reload.sh: seed $seed, failed at: ${at:-}" >&2; cat "$work/out" >&2; tail -n 20 .live/log/agent.log >&2; } || true
    [ ! -s .live/run/pid ] || kill -KILL "$(cat .live/run/pid)" 2>/dev/null || true
    [ -z "$platform" ] || kill "$platform" 2>/dev/null || true
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
fail() { echo "reload.sh: $*" >&2; exit 1; }
cd "$work"

"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
platform=$!
until [ -s platform ]; do sleep 0.05; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' platform)

# A list of files and of what is to come of each: the generator knows what is in force. A line is "good" or "bad", and the
# processes that are concerned, sorted.
awk -v seed="$seed" -v count="$count" -v url="$url" '
    function chance(n) { return int(rand() * n) }
    function put(file, bad,    i, sep) {
        printf "{ \"enabled_modules\": [\"sick\"],\n  \"processes\": {\n" >file
        printf "    \"steady\": { \"type\": \"counter\", \"enabled\": true, \"every\": \"20ms\" }" >file
        for (i = 1; i <= 4; i++)
            if (there[i])
                printf ",\n    \"p%d\": { \"type\": \"counter\", \"enabled\": %s, \"every\": \"%dms\" }", i,
                    on[i] ? "true" : "false", every[i] >file
        if (bad == 1) printf ",\n    \"x\": { \"type\": \"cuonter\", \"enabled\": true }" >file
        if (bad == 2) printf ",\n    \"x\": { \"type\": \"counter\", \"every\": \"soon\" }" >file
        if (bad == 3) printf ",\n    \"x\": oops" >file
        if (bad == 4) printf ",\n    \"steady\": { \"type\": \"counter\" }" >file
        if (bad == 5) printf " },\n  \"logging\": { \"level\": \"loud\"" >file
        printf " },\n  \"live\": { \"url\": \"%s\", \"username\": \"live-agent\", \"password\": \"live-agent\",", url >file
        printf " \"rest_input\": \"/services/plugin-restinput/x/\" },\n" >file
        printf "  \"outbox\": { \"batch_count\": %d, \"max_age\": \"%s\" } }%s\n", batch, bad == 7 ? "soon" : "9d",
            bad == 6 ? " }" : "" >file
        close(file)
    }
    BEGIN {
        srand(seed)
        for (i = 1; i <= 4; i++) { there[i] = on[i] = 1; every[i] = 20 + i }
        batch = 500
        put("0.json", 0)
        for (n = 1; n <= count; n++) {
            if (chance(3) == 0) { put(n ".json", 1 + chance(7)); print "bad"; continue }
            line = "good"
            if (chance(6) == 0) { batch = batch == 500 ? 20 : 500; line = line " gateway" }
            for (i = 1; i <= 4; i++) {
                was_there = there[i]; was_on = on[i]; was_every = every[i]
                what = chance(8)
                if (what == 0) there[i] = !there[i]
                if (what == 1 && there[i]) on[i] = !on[i]
                if (what == 2 && there[i]) every[i] = 20 + chance(40)
                if (there[i] ? was_there ? on[i] != was_on || (on[i] && every[i] != was_every) : on[i] : was_there)
                    line = line " p" i
            }
            put(n ".json", 0); print line
        }
    }' >plan || fail "no plan"

cp 0.json settings.json
at=start
"$live" start >out 2>&1 || fail "it does not start"
pid_of() { "$live" status --json | sed 's/{"name"/\n&/g' | sed -n "s/.*\"name\":\"$1\".*\"pid\":\([0-9]*\).*/\1/p"; }
steady=$(pid_of steady) gateway=$(pid_of gateway)

number=0
good=0
while read -r kind concerned; do
    number=$((number + 1))
    at="reload $number ($kind $concerned)"
    cp "$number.json" settings.new
    mv settings.new settings.json
    [ $((number % 5)) -ne 0 ] || kill -HUP "$(cat .live/run/pid)" # a reload beside the one below
    code=0
    "$live" reload >out 2>err || code=$?
    case $concerned in gateway*) gateway=$(pid_of gateway) ;; esac
    if [ "$kind" = good ]; then
        good=$((good + 1))
        [ "$code" -eq 0 ] || { cat err; fail "exit code $code"; }
        found=$(sed 's/:.*//' out | sort | tr '\n' ' ' | sed 's/ $//')
        # The other one may have seen it first.
        [ "$found" = "$concerned" ] || { [ $((number % 5)) -eq 0 ] && [ -z "$found" ]; } || fail "concerned are '$found'"
    else
        [ "$code" -eq 1 ] && [ -s err ] && [ ! -s out ] || fail "exit code $code"
    fi
done <plan
at="the end"
[ "$(pid_of steady)" = "$steady" ] || fail "the steady process was touched"
[ "$(pid_of gateway)" = "$gateway" ] || fail "the gateway was touched"
"$live" status >out || grep -q 'settings file was refused' out || fail "$(head -n 1 out)"
"$live" stop >out
! grep -E 'Sanitizer|runtime error' .live/log/agent.log || fail "a sanitizer"
"$live" query -s 0.json 'counter => n:max() as last, n:dcount() as distinct by who at the end' --span 'last hour' --timeout 20s |
    sed 's/.*"who":"\([^"]*\)".*"last":\([0-9]*\).*"distinct":\([0-9]*\).*/\1 \2 \3/' >arrived
[ "$(wc -l <arrived)" -eq 5 ] || fail "$(wc -l <arrived) processes sent something"
awk '$2 != $3 { print; gap = 1 } END { exit gap }' arrived || fail "numbers are missing"
echo "$number reloads, $good of them good, $((number - good)) refused; $(awk '{ n += $2 } END { print n }' arrived) events, none missing"
