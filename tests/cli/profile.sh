#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A simulator that behaves as a report says is seen to behave so: fact by fact, and again by the report of that.
#
#   profile.sh BIN-OF-live DIFFER
set -eu

live=$1
differ=$2
. "$(dirname "$0")/setup.sh"

# The facts that a report saw, one a line: "id value".
facts() {
    tr '{' '\n' <"$1" | sed -n 's/^"id":"\([^"]*\)".*"seen":"\([^"]*\)".*/\1 \2/p' | sort
}

# probed REPORT PROFILE [ROOM]: runs the trials on a simulator of the profile.
probed() {
    rm -f platform
    "$live" simulate --port 0 --tcp-port 0 --data off --profile "$2" >platform 2>notes &
    simulator=$!
    pids="$pids $simulator"
    line=$(first_line platform $simulator)
    settings settings.json "$(echo "$line" | sed 's/.*"url":"\([^"]*\)".*/\1/')" live-agent live-agent \
        "$(echo "$line" | sed 's/.*"tcp_port":\([0-9]*\).*/\1/')"
    code=0
    timeout 240 "$live" probe -s settings.json -o "$1" >table 2>err || code=$?
    kill "$simulator"
    wait "$simulator" || true
}

# Reports that are none

refused() {
    printf '%s' "$3" >report.json
    check "$1" 2 '' "$2" "$live" simulate --port 0 --tcp-port 0 --profile report.json
}
schema='"schema":"live-probe-report/1"'
check "a report that is absent" 2 '' 'absent.json: No such file' "$live" simulate --profile absent.json
refused "no JSON" 'report.json:1:2: ' '{]'
refused "no object" 'report.json:1:1: an object is due' '[]'
refused "no schema" "report.json:1:1: 'schema' is missing" '{"facts":[]}'
refused "another schema" "report.json:2:11: 'live-probe-report/9' is not live-probe-report/1" '{
"schema": "live-probe-report/9"}'
refused "no facts" "report.json:1:1: 'facts' is no list" "{$schema}"
refused "facts that are none" "report.json:1:41: 'facts' is no list" "{$schema,\"facts\":7}"
refused "an unknown member" "report.json:1:41: a report has no member 'fact' here" "{$schema,\"fact\": 7}"
refused "an unknown fact" "report.json:2:8: no fact has the name 'a.b'" "{$schema,\"facts\":[
{\"id\": \"a.b\",\"result\":\"agrees\",\"seen\":\"x\"}]}"
refused "a fact twice" "report.json:3:8: 'rest.ids' is there twice" "{$schema,\"facts\":[
{\"id\": \"rest.ids\",\"result\":\"agrees\",\"seen\":\"number\"},
{\"id\": \"rest.ids\",\"result\":\"agrees\",\"seen\":\"number\"}]}"
refused "no result" "report.json:1:42: 'result' is missing" "{$schema,\"facts\":[{\"id\":\"rest.ids\"}]}"
refused "a result that is none" "report.json:1:68: 'so' is no result" "{$schema,\"facts\":[{\"id\":\"rest.ids\",\"result\":\"so\"}]}"
refused "nothing seen" "'seen' is missing" "{$schema,\"facts\":[{\"id\":\"rest.ids\",\"result\":\"agrees\"}]}"
refused "a value that is none" "'roman' is no value of rest.ids" "{$schema,\"facts\":[{\"id\":\"rest.ids\",\"result\":\"differs\",\"seen\":\"roman\"}]}"
refused "a number where none is" "'7' is no value of rest.ids" "{$schema,\"facts\":[{\"id\":\"rest.ids\",\"result\":\"differs\",\"seen\":\"7\"}]}"

# What cannot be imitated is said

cat >report.json <<END
{$schema, "facts": [ {"id": "rest.me", "result": "differs", "believed": "as-read", "seen": "other", "members": ["userId"]},
  {"id": "input.status", "result": "differs", "believed": "200", "seen": "302"},
  {"id": "rest.ids", "result": "differs", "believed": "number", "seen": "text"},
  {"id": "rest.forbidden", "result": "differs", "believed": "403", "seen": "418"},
  {"id": "window.late", "result": "not tried", "why": "it would take a source whose clock is wrong"} ] }
END
rm -f platform
"$live" simulate --port 0 --tcp-port 0 --profile report.json >platform 2>notes &
pids="$pids $!"
settings viewer.json "$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')" viewer viewer
holds "what is not known is not imitated" grep -q "^live: rest.me: 'other' is not imitated: how it would be instead is not known$" notes
holds "nor what would not work" grep -q "^live: input.status: '302' is not imitated: the simulator would not work so$" notes
holds "the rest is" test "$(wc -l <notes)" -eq 2
check "such as a refusal of another status" 1 '' 'HTTP 418' "$live" list rooms -s viewer.json

# Everything that is imitated

for turn in ${turns:-1 2 3 4}; do
    "$differ" "$turn" >wanted.json
    probed seen.json wanted.json
    holds "$turn: something differs" test "$code" -eq 1
    holds "$turn: everything of the profile is imitated" sh -c '! grep -v "TCP input: a line " notes'
    facts wanted.json >wanted
    facts seen.json >seen
    join -v 1 wanted seen >unseen # lines whose fact was not seen
    holds "$turn: each fact was seen" sh -c '! [ -s unseen ] || { cat unseen; exit 1; }'
    join wanted seen | awk '$2 != $3' >other
    holds "$turn: each fact is seen as the profile has it" sh -c '! [ -s other ] || { cat other; exit 1; }'
    join -v 2 wanted seen >rest
    holds "$turn: nothing else differs" sh -c '! grep -vE " (as-read|not-needed)$" rest'
done

# What that report says is imitated and seen in turn.
cp seen.json first.json
probed again.json first.json
facts again.json >again
holds "the report of a profile is a profile" cmp seen again

summary
