#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every example of examples/client does on the simulator what its first line says, and is short.
#
#   examples.sh SOURCE BIN-OF-live FOLDER-OF-PROGRAMS
set -eu

source=$1
live=$2
programs=$3
. "$source/tests/cli/setup.sh"

"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
settings s.json "$url"
tried=

# example NAME PATTERN: it succeeds and prints that.
example() {
    tried="$tried $1"
    check "$1" 0 "$2" '' "$programs/example.$1" "$url"
}
# arrives NAME PATTERN QUERY: a row of the last minute has that.
arrives() { check "$1" 0 "$2" '' "$live" query -s s.json "$3" --span 'last minute'; }

printf 'one "quoted"\ntwo\n' >two
example list_assets '^rig/1 RIG-1$'
example asset_information '^event type rig_1, filter raw_rig_1$'
holds "and its curves" grep -qx 'curve SPP' "$work/out"
holds "without those that have no source" sh -c "! grep -q GAS '$work/out'"
example dashboards '^21 Overview \(overview\)$'
example plugins '^plugin-messenger 2\.25\.1$'
holds "none that is off" sh -c "! grep -q plugin-sql '$work/out'"
example rooms '^p7r2t8w4y6b1c3d5f9g0h2k4m6 Rig 1$'
example permissions '^USE_MESSENGER$'
example batch_query '"value":[0-9.]+'
example query_provider '"mnemonic":"SPP","n":[0-9]+'
example query_reducer '"mnemonic":"ROP"'
holds "only the latest of each" test "$(wc -l <"$work/out")" -le 4
example realtime_query '^[0-9.]+$'
holds "ten rows" test "$(wc -l <"$work/out")" -eq 10
example analyse_curve '^[A-Z]+: [0-9.]+ to [0-9.]+, [0-9.]+ on average$'

example features '^messenger rooms: (not )?available$'
silent() { tried="$tried $1"; check "$1" 0 '' '' "$programs/example.$1" "$url"; }
silent annotate_analysis
arrives "the annotation of the analysis" '"avg":[0-9.]+.*"author":"Example"' __annotations
silent membership
arrives "it joined and left the room" '"removedUsers":\[\{"id":77' __messenger_control
check "and is where everybody is" 0 '77 +Example +All$' '' "$live" list -s s.json users

# What is typed, or not, comes from `input`.
typed() { tried="$tried $1"; input=two check "$1" 0 "$2" '' "$programs/example.$1" "$url"; input=; }
quiet() {
    tried="$tried $1"
    holds "$1" "$programs/example.$1" "$url" <two
}
quiet send_events
arrives "both events" '"line":"one \\"quoted\\""' example
holds "each once" test "$(grep -c '"line"' "$work/out")" -eq 2
quiet send_messages
arrives "both messages" '"message":"two","room":\{"id":"p7r2' __message
quiet send_annotations
arrives "both annotations" '"message":"two".*"author":"Example"' __annotations
quiet log_events
arrives "both lines of the log" '"message":"two","message_type":"info"' example_log
typed durable_sender '^0 wait$'
arrives "both, with a uid" '"line":"two","uid"' example
holds "each once" test "$(grep -c '"uid"' "$work/out")" -eq 2

# Without a platform the outbox keeps what it took; the next run delivers it.
echo three | "$programs/example.durable_sender" http://127.0.0.1:1 >kept 2>&1 || true
holds "the outbox keeps what cannot be sent" grep -q '^1 wait$' kept
input=/dev/null check "and sends it later" 0 '^0 wait$' '' "$programs/example.durable_sender" "$url"
arrives "it arrived" '"line":"three"' example

tried="$tried message_on_event own_poll_loop"
"$programs/example.message_on_event" "$url" 2>told.err &
watcher=$!
pids="$pids $watcher"
said() { "$live" query -s s.json __message --span 'last minute' | grep -q '"message":"\*Alarm\*: pressure"'; }
for try in 1 2 3 4 5 6 7 8 9 10; do
    "$live" send -s s.json --type alarm '{"what": "pressure"}' >/dev/null
    if said; then break; fi
    sleep 0.3
done
holds "message_on_event" said
holds "without a complaint" test ! -s told.err

tried="$tried watch_asset"
"$programs/example.watch_asset" "$url" >changes 2>&1 &
watcher=$!
pids="$pids $watcher"
until grep -q 'normalizer: 1 curves' changes; do
    kill -0 "$watcher"
    "$live" send -s s.json --type __asset '{"event": "normalizer", "type": "rig", "id": 1, "config": {"curves": {"A": {}}}}' >/dev/null
done
"$live" send -s s.json --type __asset '{"event": "delete", "type": "rig", "id": 1}' >/dev/null
holds "watch_asset ends with its asset" wait "$watcher"
holds "of which it tells" grep -q '^delete: 0 curves$' changes

mkfifo keys
"$programs/example.own_poll_loop" "$url" <keys >polled &
poller=$!
pids="$pids $poller"
exec 3>keys
eventually "own_poll_loop: rows" '^0\.[0-9]+$' polled
echo q >&3
holds "and it ends when something is typed" wait "$poller"

for file in "$source"/examples/client/*.c; do
    name=$(basename "$file" .c)
    case " $tried " in *" $name "*) ;; *) holds "$name is tried" false ;; esac
    holds "$name has 60 lines at most" test "$(wc -l <"$file")" -le 60
    holds "and says what it does" sh -c "sed -n 2p '$file' | grep -q '^// [A-Z].*[.]$'"
done
check "one that finds no platform says so" 1 '' '^LIVE_E_CONNECT: .*' "$programs/example.rooms" http://127.0.0.1:1

summary
