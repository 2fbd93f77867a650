#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the platform has, and what is said there: `list`, `say`, `annotate`, `chat`; with what others may write.
#
#   talk.sh BIN-OF-live PEER
set -eu

live=$1
peer=$2
. "$(dirname "$0")/setup.sh"

room=k3v9a1m2q0c7d5e8f6g4h2j1n0
"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
tcp=$(sed 's/.*"tcp_port":\([0-9]*\).*/\1/' platform)
settings ok.json "$url"
settings viewer.json "$url" viewer viewer
settings wrong.json "$url" live-agent s3cret
settings down.json "http://127.0.0.1:1"

cat >history <<END
#!/bin/sh
exec "$live" query -s ok.json "\$1" --span 'last hour'
END
chmod +x history

# Words

check "list: of what" 2 '' 'live list: list what\? rooms, users' "$live" list
check "list: of something else" 2 '' "'frogs' is nothing that can be listed" "$live" list frogs
check "list: an asset of rooms" 2 '' 'only curves are listed by asset, not rooms' "$live" list --asset rig/1 rooms
check "say: no room" 2 '' 'which room\? give --room' "$live" say hello
check "chat: no room" 2 '' 'which room\? give --room' "$live" chat
check "chat: a word too many" 2 '' "'x' is one word too many" "$live" chat --room r x
check "chat: a time that is none" 2 '' "--timeout: 'soon' is no duration" "$live" chat --room r --timeout soon
for command in "list rooms" "say --room r x" "annotate x" "chat --room r"; do
    # shellcheck disable=SC2086 # words
    check "${command%% *}: settings absent" 2 '' 'absent.json: No such file' "$live" $command -s absent.json
    # shellcheck disable=SC2086
    check "${command%% *}: a wrong password" 1 '' 'HTTP 401' "$live" $command -s wrong.json
done

check "platform down" 1 '' '127.0.0.1 port 1' "$live" list rooms -s down.json

# Lists

check "list rooms" 0 "^$room  All    Global  [0-9]+\$" '' "$live" list rooms -s ok.json
check "list rooms: the titles stand over the columns" 0 '^ID {26}NAME   TYPE    USERS$' '' "$live" list rooms -s ok.json
check "list rooms as JSON" 0 "^\[\{\"id\":\"$room\",\"name\":\"All\"" '' "$live" list rooms -s ok.json --json
check "list users" 0 '^1   Administrator  All, Rig 1$' '' "$live" list users -s ok.json
check "list users as JSON" 0 '"name":"Administrator","rooms":\["All","Rig 1"\]' '' "$live" list users -s ok.json --json
check "P-19 list assets" 0 '^crew/3  Frac crew A$' '' "$live" list assets -s ok.json
check "P-19 list assets as JSON: asset_type is filled in" 0 '"id":1,"name":"RIG-1","asset_type":"rig"' '' "$live" list assets -s ok.json --json
check "P-20 list curves: enabled ones" 0 '^SPP   yes      Rig SPP' '' "$live" list curves -s ok.json
check "P-20 list curves: disabled ones" 0 '^GAS   no$' '' "$live" list curves -s ok.json
check "list curves as JSON" 0 '"name":"GAS","enabled":false' '' "$live" list curves -s ok.json --json
check "analyse: of what" 2 '' 'live analyse: of what' "$live" analyse rig/1
check "analyse: a word too many" 2 '' "'x' is one word too many" "$live" analyse rig/1 SPP x
check "analyse: no asset" 1 '' "'rig' is no asset such as rig/1" "$live" analyse -s ok.json rig SPP
check "analyse: an asset that does not exist" 1 '' '.' "$live" analyse -s ok.json rig/99 SPP
check "analyse: a curve without data" 1 '' "rig/1 has no data of 'NONE' of that time" "$live" analyse -s ok.json rig/1 NONE
check "analyse" 0 '"min":2[0-9.]+,' '' "$live" analyse -s ok.json rig/1 SPP --last 1m
check "list curves of an asset" 0 '^STROKES  yes ' '' "$live" list curves -s ok.json --asset pump/4
check "list dashboards" 0 '^22  mud-pumps  Mud pumps$' '' "$live" list dashboards -s ok.json
check "list plugins" 0 '^plugin-sql          2.25.0           INACTIVE$' '' "$live" list plugins -s ok.json
check "P-22 list me" 0 '^2   Live agent  agent@rig.example  Administrators, Operations  ADMIN, .*CONSOLE, DASHBOARDS' '' "$live" list me -s ok.json
check "P-22 list me as JSON: one object" 0 '^\{"id":3,"name":"Viewer".*"permissions":\["DASHBOARDS"\]\}$' '' "$live" list me -s viewer.json --json
check "list: only what is named" 0 '^rig/12  RIG-12$' '' "$live" list assets -s ok.json RIG-12
holds "list: and nothing else" test "$(wc -l <out)" -eq 2
check "list: by its id" 0 '^rig/1   RIG-1$' '' "$live" list assets -s ok.json rig/1 crew/3
holds "list: two of them" test "$(wc -l <out)" -eq 3
check "list: an asset that does not exist" 1 '' "no asset 'RIG-2'" "$live" list assets -s ok.json RIG-1 RIG-2
check "list: curves of an asset that does not exist" 1 '' "no asset 'rig/99'; see 'live list assets'" "$live" list curves -s ok.json --asset rig/99
check "list: curves of what is no asset" 1 '' "'rig' is no asset such as rig/1" "$live" list curves -s ok.json --asset rig
check "list: curves of an asset whose number is none" 1 '' "'rig/1x' is no asset" "$live" list curves -s ok.json --asset rig/1x
check "list: an asset's path leads nowhere else" 1 '' "no asset '\.\./rest/me/1'|'\.\./rest/me/1' is no asset" "$live" list curves -s ok.json --asset ../rest/me/1
check "list: a curve that does not exist" 1 '' "no curve 'XXX'" "$live" list curves -s ok.json XXX
check "list: a room that does not exist" 1 '' "no room 'nowhere'" "$live" list rooms -s ok.json nowhere
check "list: a missing permission" 1 '' 'GET /services/plugin-liverig/assets/rig: HTTP 403' "$live" list assets -s viewer.json
"$peer" no-crews >peer.no-crews &
pids="$pids $!"
settings crews.json "http://127.0.0.1:$(first_line peer.no-crews $!)"
check "P-19 a type that fails is named, the others are listed" 1 '^rig/1  RIG-1$' 'left out: GET /services/plugin-liverig/assets/crew: HTTP 500' "$live" list assets -s crews.json

# Saying

check "say: words are one message" 0 '^sent 1 message$' '' "$live" say -s ok.json --room $room one '*two*' '<http://x|three>'
check "P-15 say: as the platform has it" 0 '"message":"one \*two\* <http://x\|three>","room":\{"id":"'$room'"\},"author":\{"id":2,"name":"' '' \
    ./history '__message => @filter(message:contains("three"))'
printf 'first line\r\n\nsecond line' >input.txt
input=input.txt
check "say: lines" 0 '^sent 2 messages$' '' "$live" say -s ok.json --room $room --author Driller
input=
check "say: under another name" 0 '"message":"first line".*"author":\{"id":2,"name":"Driller"\}' '' \
    ./history '__message author->name:Driller'
printf 'good\n\377\nbe\000ll\nbetter\n' >input.txt
input=input.txt lines=2
check "say: a line that is no text is named, the others are sent" 1 '^sent 2 messages$' "live say: line 2: member 'message' is not valid UTF-8" \
    "$live" say -s ok.json --room $room
holds "say: and a NUL" grep -q 'line 3: a NUL is no text' err
input= lines=1
head -c 1048576 /dev/zero | tr '\0' m >input.txt
input=input.txt
check "say: a megabyte" 0 '^sent 1 message$' '' "$live" say -s ok.json --room $room
input=
check "say: a name that is no text" 1 '^sent 0 messages$' "live say: member 'name' is not valid UTF-8" "$live" say -s ok.json --room $room --author "$(printf '\377')" x
check "say: a room that does not exist" 1 '' "no room has the id 'nowhere'; see 'live list rooms'" "$live" say -s ok.json --room nowhere x
check "say: a room by its name" 1 '' "no room has the id 'All'; the one of that name has '$room'" "$live" say -s ok.json --room All x
check "say: rooms that may not be seen" 1 '' 'plugin-messenger/rooms: HTTP 403' "$live" say -s viewer.json --room $room x
printf '{ "output": { "author": { "id": 77, "name": "Watch" } }, "live": { "ip": "127.0.0.1", "port": %s } }' "$tcp" >tcp.json
printf '{ "live": { "ip": "127.0.0.1", "port": %s } }' "$tcp" >nobody.json
check "say: over TCP, by the author of the settings" 0 '^sent 1 message$' '' "$live" say -s tcp.json --room $room over tcp
check "say: it arrived" 0 '"author":\{"id":77,"name":"Watch"\}' '' ./history '__message => @filter(message:contains("tcp"))'
check "say: nobody to speak as" 1 '' "no author: the settings have no 'output.author' and no 'live.url'" "$live" say -s nobody.json --room $room x

# Annotations

check "annotate: words" 0 '^sent 1 annotation$' '' "$live" annotate -s ok.json --room $room took a sample
check "P-17 annotate: as the platform has it" 0 \
    '^\{"message":"took a sample","__type":"__annotations","__src":"live_agent","uid":"[0-9a-f-]{36}","createdAt":[0-9]{13},"author":"[^"]+","room":\{"id":"'$room'"\},"dashboardId":null,"dashboard":null,"searchable":true,"begin":[0-9]{13},"end":[0-9]{13}' '' \
    ./history '__annotations => @filter(message:contains("sample"))'
printf 'plain\n{"message":"spanned","begin":1600000000000,"end":1600000010000}\n' >input.txt
input=input.txt
check "annotate: lines, of text and of JSON" 0 '^sent 2 annotations$' '' "$live" annotate -s ok.json
check "annotate: a span of its own" 0 '"begin":1600000000000,.*"end":1600000010000' '' ./history '__annotations => @filter(message == "spanned")'
printf '{"begin":0}\n{"message":\n{"message":"fine"}\n' >input.txt
lines=2
check "P-17 annotate: what is none is named" 1 '^sent 1 annotation$' "line 1: annotation: 'begin' is no time in ms since 1970" "$live" annotate -s ok.json
holds "annotate: and what is no JSON" grep -q 'live annotate: line 2: 1:12: ' err
input= lines=1
check "annotate: a room that does not exist" 1 '' "no room has the id 'nowhere'" "$live" annotate -s ok.json --room nowhere x

# A conversation

said() { ./history "__message => @filter(message:contains(\"$1\"))" | grep -q .; }
until_said() {
    tries=0
    until said "$1"; do
        tries=$((tries + 1))
        [ "$tries" -le 200 ] || { echo "'$1' was never said"; exit 1; }
        sleep 0.05
    done
}

check "chat: a room that does not exist" 1 '' "no room has the id 'nowhere'" "$live" chat -s ok.json --room nowhere --say x
check "chat: nobody answers" 1 '' 'nobody answered within 300 ms' "$live" chat -s ok.json --room $room --say lonely --timeout 300ms
timeout 30 "$live" chat -s ok.json --room $room --say question --timeout 20s >answer 2>answer.err &
asking=$!
until_said question
"$live" send -s ok.json >/dev/null "{\"__type\":\"__message\",\"message\":\"elsewhere\",\"room\":{\"id\":\"p7r2t8w4y6b1c3d5f9g0h2k4m6\"}}" \
    "{\"__type\":\"__message\",\"message\":\"gone\",\"__delete\":true,\"room\":{\"id\":\"$room\"}}" \
    "{\"__type\":\"__message\",\"message\":\"42\\nas ever\",\"createdAt\":1700000000000,\"uid\":\"u\",\"room\":{\"id\":\"$room\"},\"author\":{\"id\":9,\"name\":\"Bot\"}}"
wait $asking
holds "chat: the answer ends it" grep -qE '^[0-9]{2}:[0-9]{2} Bot: 42$' answer
holds "chat: of this room only, without what is deleted, and without what we said" test "$(wc -l <answer)" -eq 2
holds "chat: a further line is indented" grep -q '^      as ever$' answer

mkfifo typed
timeout 60 "$live" chat -s ok.json --room $room --author Driller <typed >heard 2>heard.err &
talking=$!
exec 3>typed
printf 'anybody there?\n' >&3
until_said there
cat >foreign <<END
{"__type":"__message","message":null,"room":{"id":"$room"},"author":{"id":9,"name":"Null"}}
{"__type":"__message","message":{"text":"object"},"room":{"id":"$room"},"author":{"id":9,"name":"Object"}}
{"__type":"__message","message":"from Mars","timeZone":"Mars/Olympus_Mons","createdAt":"yesterday","room":{"id":"$room"},"author":{"id":9,"name":"Zone"}}
{"__type":"__message","message":"nobody said it","room":{"id":"$room"},"author":null,"createdAt":null}
{"__type":"__message","message":"clear \\u001b[2J\\u009b2J\\u0007 \\u202egnp.exe","room":{"id":"$room"},"author":{"id":9,"name":"Esc\\u001b]0;x\\u0007\\nape"}}
{"__type":"__message","message":"*bold* <http://x|label> <script>alert(1)</script>","room":{"id":"$room"},"author":{"id":9,"name":"Markup"}}
END
{
    printf '{"__type":"__message","message":"'
    head -c 1048576 /dev/zero | tr '\0' x
    printf '","room":{"id":"%s"},"author":{"id":9,"name":"Long"}}\n' $room
    printf '{"__type":"__message","message":"still there","room":{"id":"%s"},"author":{"id":9,"name":"Last"}}\n' $room
} >>foreign
"$live" send -s ok.json <foreign >/dev/null
eventually "chat: goes on after all of it" '^[0-9:]+ Last: still there$' heard
holds "chat: a null text is no message" sh -c '! grep -qE "Null|Object" heard'
eventually "chat: an unknown time zone and an unreadable time do no harm" '^[0-9:-]+ Zone: from Mars$' heard
eventually "chat: an author who is nobody" '^[0-9:-]+ somebody: nobody said it$' heard
eventually "chat: control characters do not reach the terminal" '^[0-9:]+ Esc␛]0;x␇␊ape: clear ␛\[2J�2J␇ �gnp\.exe$' heard
holds "chat: not one of them" sh -c "! LC_ALL=C tr -d '\n' <heard | LC_ALL=C grep -q '[[:cntrl:]]'"
eventually "chat: markup is shown as it is" 'Markup: \*bold\* <http://x\|label> <script>alert\(1\)</script>$' heard
eventually "chat: a megabyte is cut" '^[0-9:]+ Long: x+… \(1028576 bytes more\)$' heard
holds "chat: what we said ourselves is not shown again" sh -c '! grep -q anybody heard'
printf 'bye' >&3 # without an end of line
exec 3>&-
code=0
wait $talking || code=$?
holds "chat: the end of input ends it" test "$code" -eq 0
check "chat: the last line too was said" 0 '"message":"bye".*"name":"Driller"' '' ./history '__message => @filter(message == "bye")'
holds "chat: nothing was complained of" test ! -s heard.err
printf 'from a file\n' >input.txt
input=input.txt
check "chat: input from a file" 0 '' '' "$live" chat -s ok.json --room $room
input=
check "chat: it was said" 0 '"message":"from a file"' '' ./history '__message => @filter(message:contains("file"))'

# Names that are hostile, in tables

cat >world.json <<'END'
{ "users": [{ "id": 1, "name": "A\u001b[31mB", "username": "u", "password": "u", "teams": [1] }],
  "teams": [{ "id": 1, "name": "T\nT", "roles": [{ "id": 1 }] }],
  "roles": [{ "id": 1, "permissions": ["USE_MESSENGER", "DASHBOARDS", "ASSETS"] }],
  "plugins": [], "dashboards": [], "lookups": [], "extensions": [], "audits": [], "curves": {},
  "assets": { "rig": [], "crew": [], "pump": [] },
  "rooms": [{ "id": "r1", "name": "\u202eevil\u009b2J", "type": "Global", "users": [] }] }
END
"$live" simulate --port 0 --tcp-port 0 --world world.json >hostile 2>hostile.err &
pids="$pids $!"
settings hostile.json "$(first_line hostile $! | sed 's/.*"url":"\([^"]*\)".*/\1/')" u u
check "list: a hostile name" 0 '^r1  �evil�2J  Global  0$' '' "$live" list rooms -s hostile.json
check "list: a hostile user" 0 '^1   A␛\[31mB  +T␊T' '' "$live" list me -s hostile.json
check "list: nothing at all" 0 '^ASSET  NAME$' '' "$live" list assets -s hostile.json
check "list: nothing at all as JSON" 0 '^\[\]$' '' "$live" list assets -s hostile.json --json

# Styles are for terminals, and only where they are wanted.

if command -v script >/dev/null; then
    TERM=xterm script -qec "$live list assets -s ok.json" /dev/null </dev/null >styled
    holds "list: a terminal gets styles" grep -q "$(printf '\033')" styled
    NO_COLOR=1 TERM=xterm script -qec "$live list assets -s ok.json" /dev/null </dev/null >plain
    holds "list: not with NO_COLOR" sh -c "grep -q RIG-12 plain && ! grep -q '$(printf '\033')' plain"
fi

summary
