#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each recording of tests/data/wire has a row in docs/design/platform.md, and the tests of the row name it, or read all.
#
#   recordings.sh SOURCE
set -eu

cd "$1"
page=docs/design/platform.md
failed=0
bad() { echo "recordings.sh: $*" >&2; failed=1; }

# A conversation is named without its transport, by the script that passes both on.
named() {
    case $1 in
        interop/recorded.mjs) grep -q 'readdirSync(folder)' "tests/$1" ;;
        interop/*) grep "$(basename "$1")" tests/interop/interop.sh | grep -q 'cometd_\$recording.json' ;;
        *) grep -q "\"$2\"" "tests/$1" ;;
    esac
}

count=0
for path in tests/data/wire/*; do
    file=$(basename "$path")
    count=$((count + 1))
    row=$(grep "^| \`$file\` |" "$page" || true)
    [ -n "$row" ] || { bad "$file has no row"; continue; }
    out=$(echo "$row" | cut -d '|' -f 3 | tr -d '` ')
    [ -n "$out" ] || bad "$file is sent by no test"
    for test in $(echo "$row" | grep -o '`[a-z_/]*\.\(c\|mjs\)`' | tr -d '`'); do
        named "$test" "$file" || bad "$file is not in tests/$test"
    done
done
[ "$(grep -c '^| `[a-z_]*\.json` |' "$page")" -eq "$count" ] || bad "a row is of no recording"
[ "$count" -ge 31 ] || bad "only $count recordings"
exit $failed
