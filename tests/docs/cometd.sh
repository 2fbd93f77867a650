#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of docs/design/cometd.md are true: each check has a row, and a row's tests are in the files it names, under
# the check's number. A cell without a test gives a reason; "the same" in the second one of a client's check needs a test
# in the first that is run for both transports.
#
#   cometd.sh SOURCE
set -eu

cd "$1"
page=docs/design/cometd.md
failed=0
bad() { echo "cometd.sh: $*" >&2; failed=1; }

# The rows of a section's first table, a line for each test: a check, a tab, the number of its cell, a tab, the test.
rows() {
    awk -F' [|] ' -v heading="## $1" '
        /^## / { wanted = $0 == heading; done = 0; begun = 0 }
        wanted && !done && /^\| [CS]-[0-9]/ {
            begun = 1
            sub(/ ?[|]$/, "")
            check = substr($1, 3)
            for (cell = 2; cell <= NF; cell++) {
                count = split($cell, tests, "<br>")
                for (i = 1; i <= count; i++) print check "\t" cell - 1 "\t" tests[i]
            }
            next
        }
        begun { done = 1 }
    ' "$page"
}

# Where the files of a cell are.
place() {
    case $1 in
        interop/*) echo "tests/$1" ;;
        *) echo "$2/$1" ;;
    esac
}

# same CHECK FOLDER: one of the check's tests is run for both transports.
same() {
    echo "$listed" | sed -n "s/^$1	1	\`\(.*\)\`: \`\(.*\)\`$/\1 \2/p" >"$pairs"
    while read -r file name; do
        tr -d '\n ' <"$(place "$file" "$2")" | grep -qE "(TALK_ON_BOTH|ACK|TIMESYNC)\($name\)" && return 0
    done <"$pairs"
    return 1
}

# table HEADING LETTER COUNT FOLDER CELLS: LETTER-01 to LETTER-COUNT have rows of so many cells, with files below FOLDER.
table() {
    listed=$(rows "$1")
    number=1
    while [ "$number" -le "$3" ]; do
        check=$(printf '%s-%02d' "$2" "$number")
        for cell in $5; do
            echo "$listed" | grep -q "^$check	$cell	..*" || bad "$check has no cell $cell"
        done
        echo "$listed" | grep -q "^$check	.*\`: \`" || bad "$check has no test"
        number=$((number + 1))
    done
    tab=$(printf '\t')
    while IFS=$tab read -r check cell test; do
        case $test in
            'the same') same "$check" "$4" || bad "$check: no test of it is run for both transports"; continue ;;
            '`'*'`: `'*'`') ;;
            *'`'*) bad "$check: '$test' is not of the form \`file\`: \`test\`"; continue ;;
            *) continue ;; # a reason
        esac
        file=$(place "$(echo "$test" | sed 's/^`\([^`]*\)`: .*/\1/')" "$4")
        name=$(echo "$test" | sed 's/.*`: `\(.*\)`$/\1/')
        [ -f "$file" ] || { bad "$check: $file is not there"; continue; }
        grep -qF "$name" "$file" || bad "$check: '$name' is not in $file"
        case $name in
            *"$check"* | *"$(echo "$check" | tr - _)"_*) ;;
            *) bad "$check: '$name' does not carry its number" ;;
        esac
    done <<END
$listed
END
}

pairs=$(mktemp)
trap 'rm -f "$pairs"' EXIT
table Client C 65 tests/unit/liblive '1 2'
table Server S 70 tests 1
exit $failed
