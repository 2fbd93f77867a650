#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of the platform's checks are true: each check has a row, and each file that it names has tests that carry its
# number.
#
#   platform.sh SOURCE
set -eu

cd "$1"
failed=0
bad() { echo "platform.sh: $*" >&2; failed=1; }

# checks PAGE FIRST LAST
checks() {
    number=$2
    while [ "$number" -le "$3" ]; do
        check=$(printf 'P-%02d' "$number")
        files=$(sed -n "s/^| $check | [^|]* | \(.*\) |\$/\1/p" "$1" | tr -d '\`,')
        [ -n "$files" ] || bad "$check has no row in $1"
        for file in $files; do
            grep -qiE "(^|[^0-9A-Za-z])(p_$(printf %02d "$number")_|$check([^0-9]|\$))|_p_$(printf %02d "$number")_" "tests/$file" ||
                bad "$check: no test of $file carries its number"
        done
        number=$((number + 1))
    done
}

checks docs/design/platform.md 1 24
checks docs/design/simulator.md 30 56
exit $failed
