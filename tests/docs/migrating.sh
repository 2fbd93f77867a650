#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each claim of docs/migrating.md names the test that shows it, and that test is there; each of the 50 faults that were found
# in the Python packages has its row. (Its commands are run by commands.sh.)
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
sed -n 's/^| .* | \([^|]*\) |$/\1/p' $page | grep -vE '^(-+|shown by|above|nothing yet)$' >"$claims"
while IFS= read -r claim; do
    count=$((count + 1))
    claim=$(printf '%s' "$claim" | tr -d '`')
    file=tests/${claim%%: *}
    grep -qF -- "${claim#*: }" "$file" || bad "'$claim' is in no test"
done <"$claims"
number=1
while [ "$number" -le 50 ]; do
    [ "$(grep -c "^| $number | .* | .* | .* |$" $page)" -eq 1 ] || bad "fault $number has no row, or several"
    number=$((number + 1))
done
[ "$count" -ge 84 ] || bad "only $count claims are shown"
exit $failed
