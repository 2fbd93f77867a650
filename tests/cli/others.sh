#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the client does on platforms that are other than we believe is what it does on ours: everything differs at once.
#
#   others.sh BIN-OF-live DIFFER
set -eu

live=$1
differ=$2
. "$(dirname "$0")/setup.sh"

room=k3v9a1m2q0c7d5e8f6g4h2j1n0

# What differs from run to run, and what numbers and times may look like on the wire.
plain() {
    sed -E 's/"timestamp":("[^"]*"|[0-9.E+]+)/"timestamp":TIME/g; s/1[0-9]{12}(\.[0-9]+)?(E\+[0-9]+)?/TIME/g
            s/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g; s/127\.0\.0\.1:[0-9]+/HOST/g'
}

# asked NAME COMMAND…: what the client prints, and how it ends, as the file NAME of this platform.
asked() {
    name=$1
    shift
    code=0
    timeout 30 "$live" "$@" >out 2>err || code=$?
    { cat out err; echo "$code"; } | plain >"$folder/$name"
}

# ask_all FOLDER PROFILE
ask_all() {
    folder=$1
    mkdir "$folder"
    rm -f platform
    "$live" simulate --port 0 --tcp-port 0 --data off --profile "$2" >platform 2>/dev/null &
    simulator=$!
    pids="$pids $simulator"
    settings settings.json "$(first_line platform $simulator | sed 's/.*"url":"\([^"]*\)".*/\1/')"
    for what in rooms users assets curves dashboards plugins; do
        asked "list $what" list $what
    done
    for n in 1 2; do
        echo "{\"__type\":\"t\",\"n\":$n,\"text\":\"Größe\"}" >event
        asked "send $n" send <event
    done
    asked 'query' query 't => n, text' --span 'last 10 minutes'
    asked 'query of everything' query 't' --span 'since ts 0'
    asked 'query that counts' query 't => count() as c by text at the end' --span 'last 10 minutes'
    asked 'query that follows' query 't => n' --span 'last 10 minutes' --follow --count 2
    asked 'query without rows' query 'none => n' --span 'last 10 minutes'
    asked 'say' say --room $room hello
    asked 'message' query '__message -__delete:*' --span 'last 10 minutes'
    asked 'annotate' annotate hello
    asked 'annotation' query '__annotations' --span 'last 10 minutes'
    asked 'analyse' analyse rig/1 SPP
    asked 'mistake' query 't => nosuch()' --span 'last 10 minutes'
    asked 'mistake while following' query 't => nosuch()' --follow --timeout 20s
    asked 'features' check-features
    kill "$simulator"
    wait "$simulator" || true
}

echo '{"schema":"live-probe-report/1","facts":[]}' >ours.json
ask_all ours ours.json
holds "a platform without a profile lists rooms" grep -q "^$room  All " "ours/list rooms"
holds "answers queries" test "$(grep -c '"n":' ours/query)" -eq 2
holds "and follows them" test "$(tail -n 1 "ours/query that follows")" -eq 0

for turn in 1 2 3 4; do
    "$differ" "$turn" >other.json
    ask_all "other$turn" other.json
    for file in ours/*; do
        name=${file#ours/}
        case $name in
        # Texts of mistakes are the platform's own, where it tells any; still one line and a failure.
        mistake*) holds "$turn: $name: fails in one line" test "$(wc -l <"other$turn/$name")-$(tail -n 1 "other$turn/$name")" = 2-1 ;;
        # By its status a GET tells an input.
        features) holds "$turn: features: all but the input" test "$(grep -c UNAVAILABLE "other$turn/$name")" -eq 1 ;;
        # Modifiers and sources may be shown or not: whole events are only counted.
        'query of everything' | message | annotation)
            holds "$turn: $name" test "$(wc -l <"$file")" -eq "$(wc -l <"other$turn/$name")" ;;
        *) holds "$turn: $name" diff "$file" "other$turn/$name" ;;
        esac
    done
    holds "$turn: who says something is known by the same id" sh -c \
        'grep -o "\"author\":{[^}]*}" ours/message >a; grep -o "\"author\":{[^}]*}" "$1" >b; cmp a b' sh "other$turn/message"
done

summary
