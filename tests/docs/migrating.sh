#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each claim of docs/migrating.md names the test that shows it, and that test is there. (Its commands are run by commands.sh.)
#
#   migrating.sh SOURCE
set -eu

cd "$1"
page=docs/migrating.md
failed=0
count=0
bad() { echo "migrating.sh: $page: $*" >&2; failed=1; }

claims=$(mktemp)
trap 'rm -f "$claims"' EXIT
sed -n 's/^| .* | \([^|]*\) |$/\1/p' $page | grep -vE '^(-+|shown by|above)$' >"$claims"
while IFS= read -r claim; do
    count=$((count + 1))
    claim=$(printf '%s' "$claim" | tr -d '`')
    file=tests/${claim%%: *}
    grep -qF -- "${claim#*: }" "$file" || bad "'$claim' is in no test"
done <"$claims"
[ "$count" -ge 35 ] || bad "only $count claims are shown"
exit $failed
