#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/cheatsheet.md: each line of its last column runs; each example it links uses what stands beside it; none is left out.
#
#   cheatsheet.sh SOURCE BIN-OF-live
set -eu

source=$1
live=$2
page=$source/docs/cheatsheet.md
. "$source/tests/cli/setup.sh"

"$live" simulate --port 0 --tcp-port 0 >platform 2>platform.err &
pids="$pids $!"
url=$(first_line platform $! | sed 's/.*"url":"\([^"]*\)".*/\1/')
settings settings.json "$url"
PATH=$(dirname "$live"):$PATH
export PATH

holds "an asset has changed" "$live" send --type __asset '{"event": "normalizer", "type": "rig", "id": 1, "config": {}}'

# Cells end at bars that no backslash keeps.
sed 's/\\|/\a/g' "$page" | awk -F '|' '/^\|/ { print $5 }' | tr '\a' '|' | sed -n 's/^ `\(live .*\|printf .*\)` $/\1/p' >lines
holds "the page has lines to run" test "$(wc -l <lines)" -ge 26
while IFS= read -r line; do
    check "$line" 0 . '' sh -c "$line"
done <lines

grep -o '(\.\./examples/client/[a-z_]*\.c)' "$page" | tr -d '()' | sort >linked
for file in "$source"/examples/client/*.c; do
    name=$(basename "$file")
    row=$(grep "/$name)" "$page" || true)
    holds "$name is in the page" test -n "$row"
    for word in $(printf '%s\n' "$row" | awk -F '|' '{ print $4 }' | grep -o '`live_[a-z_]*' | tr -d '`'); do
        holds "$name uses $word" grep -qw "$word" "$file"
    done
done
if command -v python3 >/dev/null; then
    holds "the Python column" python3 "$source/tests/docs/python_column.py" "$page" "$source/tests/data/wire"
fi
for word in $(grep -o '`live_[a-z_]*()' "$page" | tr -d '`()' | sort -u); do
    holds "$word is exported" sh -c "cat '$source'/tests/abi/*.symbols | grep -qx $word"
done

summary
