#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/errors.md has every error code, as the header has it, and every event id that the sources log; and no other.
#
#   errors.sh SOURCE
set -eu

cd "$1"
page=docs/errors.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
bad() { echo "errors.sh: $page: $*" >&2; failed=1; }

# A code's row begins as the list of the header has it: name, number, meaning.
sed -n 's/^ *X(\(LIVE_[A-Z_]*\), \(-*[0-9]*\), "\(.*\)").*/| `\1` | \2 | \3 |/p' liblive/include/live/error.h >"$work/codes"
[ "$(wc -l <"$work/codes")" -gt 10 ]
while IFS= read -r row; do
    grep -qF -- "$row" $page || bad "no row begins with: $row"
done <"$work/codes"
grep -c '^| `LIVE_' $page | grep -qx "$(wc -l <"$work/codes")" || bad "it has other codes"

# The ids: texts with dots in calls of live_log() up to its format, and events of records.
# shellcheck disable=SC2046
awk '
    /(live_log|live_action_begin|live_action_begin_at|ag_supervisor_act)\(/ { call = ""; inside = 1 }
    inside { call = call $0 }
    inside && /;/ {
        inside = 0
        while (match(call, /"[a-z]+(\.[a-z_]+)+"/)) {
            print substr(call, RSTART + 1, RLENGTH - 2)
            call = substr(call, RSTART + RLENGTH)
        }
    }
    match($0, /\.event = "[a-z.]+"/) { print substr($0, RSTART + 10, RLENGTH - 11) }
' $(git ls-files 'liblive/*.c' 'libagent/*.c' 'cli/*.c') | sort -u >"$work/logged"
sed -n 's/^| `\([a-z]*\.[a-z_.]*\)` .*/\1/p' $page | sort >"$work/documented"
[ "$(wc -l <"$work/logged")" -gt 40 ]
for id in $(comm -23 "$work/logged" "$work/documented"); do
    bad "the sources log '$id', which has no row: | \`$id\` | when | what to do |"
done
for id in $(comm -13 "$work/logged" "$work/documented"); do
    bad "nothing logs '$id'"
done

# Every row says when and what helps.
awk -F '|' '/^\| `/ && !/LIVE_OK/ { for (i = 3; i < NF; i++) if ($i ~ /^ *$/) { print FILENAME ": an empty cell: " $0; found = 1 } } END { exit found }' $page || failed=1
exit $failed
