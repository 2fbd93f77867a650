#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# live add-module: what it writes and where, and every name and project that it refuses.
#
#   add.sh BIN-OF-live
set -eu

live=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
HOME=$work/home
export HOME
mkdir "$HOME"
git config --global user.name 'Ann Operator'
git config --global user.email ann@rig.example

. "$here/../support/check.sh"
. "$here/that.sh"

cd "$work"
"$live" create-agent rig >/dev/null
cd rig
root=$PWD
commit() { git -C "$root" add -A && git -C "$root" commit -qm "$1"; }

# What it writes

check "at the agent's root" 0 'rig/modules/pumps: [0-9]+ files' '' "$live" add-module pumps
for path in README.md module.c pumps.h CMakeLists.txt requirements.txt settings_template.json tests/pumps_test.c \
    datasources/load.c monitors/alarm.c logic_adapters/busy.c; do
    that "it has $path" test -f "modules/pumps/$path"
done
that "nothing of the template's name stays" none grep -riq mymodule modules/pumps
that "in neither spelling" has modules/pumps/pumps.h '^#define PUMPS_H$'
that "settings.json enables the module" has settings.json '"enabled_modules": \["host", "chatbot", "pumps"\]'
that "and has its processes" has settings.json '^    "pumps alarm": \{$'
that "disabled" none grep -q '"enabled": *true' settings.json
that "and nothing else is changed in it" same "$(git diff --numstat settings.json | cut -f 2)" 1
that "the bot that was there stays the only one" same "$(grep -c '"type": "chatterbot"' settings.json)" 1
that ".live-template.json has its files" has .live-template.json '"modules/pumps/monitors/alarm.c": "sha256:[0-9a-f]{64}"'
sed -n 's/^ *"\(modules.*\)": "sha256:\([0-9a-f]*\)".*/\2  \1/p' .live-template.json >"$work/sums"
that "with their hashes" sha256sum -c --quiet "$work/sums"
that "no hidden folder stays" none test -e .live-new
commit pumps

mkdir -p modules/pumps/deep/er
cd modules/pumps/deep/er
check "from any folder below" 0 'rig/modules/valves: ' '' "$live" add-module valves --empty
cd "$root"
rm -r modules/pumps/deep
for folder in datasources monitors logic_adapters; do
    that "--empty has $folder/" test -d modules/valves/$folder
    that "without code" same "$(find modules/valves/$folder -name '*.[ch]')" ''
done
that "its tables are empty" same "$(grep -c '{ 0 },' modules/valves/module.c)" 2
that "it is enabled too" has settings.json '"pumps", "valves"\]'
that "and adds no process" same "$(git diff --numstat settings.json | cut -f 1)" 1
commit valves

# Names

for name in '' 1pump pump-1 'two words' 'pömp' ../x x/y . .. 'a;b' '$(x)' -; do
    check "no C identifier: '$name'" 1 '' "is no name for a module: it takes letters" "$live" add-module -- "$name"
done
for name in int while _Bool restrict typeof; do
    check "a keyword of C: $name" 1 '' "'$name' is no name for a module: it is a keyword of C$" "$live" add-module $name
done
for name in class xor co_await char8_t; do
    check "a keyword of C++: $name" 1 '' "'$name' is no name for a module: it is a keyword of C\+\+" "$live" add-module $name
done
for name in test all clean; do
    check "a name of CMake: $name" 1 '' "'$name' is no name for a module: it is a target" "$live" add-module $name
done
check "a name that is too long" 1 '' 'longer than 64 letters' "$live" add-module "$(printf 'x%.0s' $(seq 65))"
check "one that is there" 1 '' "the module 'pumps' is there already: .*/rig/modules/pumps" "$live" add-module pumps
check "one that comes with the toolkit" 1 '' "the module 'host' comes with the toolkit" "$live" add-module host
check "no name, no terminal" 2 '' "what is the module's name" "$live" add-module
check "two names" 2 '' "'b' is one word too many" "$live" add-module a b
check "an unknown flag" 2 '' "'--frob' is no option" "$live" add-module --frob
that "none of them wrote anything" clean .

that "on a terminal the name is asked for" \
    sh -c "printf 'tanks\n' | script -qec \"'$live' add-module --empty\" /dev/null | grep -q 'Name of the module'"
that "and taken" test -f modules/tanks/module.c
commit tanks

# Projects

cd "$work"
check "no agent here" 1 '' "no agent here, nor in a folder above: 'live create-agent' makes one" "$live" add-module x
cd "$root"
cp settings.json "$work/settings"
printf '{\n  "enabled_modules": [oops] }\n' >settings.json
check "settings that are no JSON" 1 '' 'rig/settings.json:2:23: ' "$live" add-module x
printf '[]' >settings.json
check "settings that are a list" 1 '' 'rig/settings.json:1:1: the file: an object is due' "$live" add-module x
printf '{ "enabled_modules": {} }' >settings.json
check "modules that are no list" 1 '' 'settings.json:1:22: enabled_modules: a list is due' "$live" add-module x
printf '{ "processes": [] }' >settings.json
check "processes that are a list" 1 '' 'settings.json:1:16: processes: an object is due' "$live" add-module x
printf '{}' >settings.json
check "settings that are empty get what is needed" 0 'modules/x: ' '' "$live" add-module x
that "and are JSON" "$live" enable x
rm settings.json
check "no settings" 1 '' 'rig/settings.json: No such file' "$live" add-module y
cp "$work/settings" settings.json
cp .live-template.json "$work/origin"
printf '{' >.live-template.json
check "a broken .live-template.json" 1 '' '.live-template.json:1:2: ' "$live" add-module y
printf '{}' >.live-template.json
check "one without its list" 1 '' "$(basename "$root")/.live-template.json:1:1: templates: a list is due" "$live" add-module y
cp "$work/origin" .live-template.json
that "none of them wrote anything" none test -e modules/y

# The file keeps its shape and its mode

printf '{ "enabled_modules": [],\t"processes": {\n\t"old":\t{ "type": "host" }\n} }' >settings.json
chmod 640 settings.json
check "a file of another shape" 0 'modules/z: ' '' "$live" add-module z
that "keeps what it has" has settings.json '"old":	\{ "type": "host" \}'
that "by its own indentation" has settings.json '^	"z load": \{$'
that "and its mode" same "$(stat -c %a settings.json)" 640
check "all of a module is enabled by its name" 0 '^z alarm: enabled$' '' "$live" enable z
that "and nothing else" none grep -q '"old".*enabled' settings.json

echo "$((count - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
