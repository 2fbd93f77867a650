#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of docs/design/cometd.md are true: each check has a row, and a row's tests are in the files it names, under
# the check's number. A row without a test gives a reason.
#
#   cometd.sh SOURCE
set -eu

cd "$1"
page=docs/design/cometd.md
failed=0
bad() { echo "cometd.sh: $*" >&2; failed=1; }

# The rows of a section's first table: a check, a tab, its cell with a line for each test.
rows() {
    awk -F' [|] ' -v heading="## $1" '
        /^## / { wanted = $0 == heading; done = 0; begun = 0 }
        wanted && !done && /^\| [CS]-[0-9]/ {
            begun = 1
            check = substr($1, 3)
            cell = $2
            sub(/ ?[|]$/, "", cell)
            count = split(cell, tests, "<br>")
            for (i = 1; i <= count; i++) print check "\t" tests[i]
            next
        }
        begun { done = 1 }
    ' "$page"
}

# table HEADING LETTER COUNT FOLDER: LETTER-01 to LETTER-COUNT have rows whose files are below FOLDER.
table() {
    listed=$(rows "$1")
    number=1
    while [ "$number" -le "$3" ]; do
        check=$(printf '%s-%02d' "$2" "$number")
        echo "$listed" | grep -q "^$check	..*" || bad "$check has no row"
        number=$((number + 1))
    done
    tab=$(printf '\t')
    while IFS=$tab read -r check test; do
        case $test in
            '`'*'`: `'*'`') ;;
            *'`'*) bad "$check: '$test' is not of the form \`file\`: \`test\`"; continue ;;
            *) continue ;; # a reason
        esac
        file=$4/$(echo "$test" | sed 's/^`\([^`]*\)`: .*/\1/')
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

table Client C 65 tests/unit/liblive
table Server S 70 tests
exit $failed
