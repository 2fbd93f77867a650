#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test again and again, with its first allocation failing, its second, … until none fails. Expectations may
# fail then; a crash or a hang must not be. With `leaks` the program leaves no memory behind either, whatever failed.
#
#   torture.sh FAULT-LIBRARY MOST TEST [leaks]
#
# With TORTURE_EACH=N only the first N allocations are taken one by one, of the later ones every 37th.
set -eu

fault=$1
most=$2
program=$3
report=$(mktemp -u)
log=$(mktemp)
leaks=$(mktemp -u)
folders=$(mktemp)
trap 'rm -f "$report" "$log" "$leaks" "$folders"' EXIT
if [ "${4:-}" = leaks ]; then export FAULT_LEAKS="$leaks"; fi

# What a test leaves that failed in its middle: processes of its group, and its folders.
clear_away() {
    kill -KILL "-$group" 2>/dev/null || true
    while read -r folder; do rm -rf "$folder"; done <"$folders"
    : >"$folders"
}

each=${TORTURE_EACH:-$most}
stride=37
# The first one with nothing failing.
n=-1
while [ $n -lt "$most" ]; do
    n=$((n + (n < each ? 1 : stride)))
    rm -f "$report"
    code=0
    FAULT_AT=$n FAULT_REPORT=$report FAULT_FOLDERS=$folders LD_PRELOAD=$fault timeout 20 "$program" >"$log" 2>&1 &
    group=$! # timeout makes it one
    wait "$group" || code=$?
    clear_away
    if { [ $code -ge 124 ] && [ $code -lt 192 ]; } || grep -q 'Test failed with exception' "$log"; then
        echo "torture.sh: ${program##*/}: allocation $n: exit code $code" >&2
        grep -B3 'exception' "$log" | head -n 20 >&2 || true
        exit 1
    fi
    if [ -e "$leaks" ]; then
        echo "torture.sh: ${program##*/}: allocation $n: memory that was allocated here is left:" >&2
        sort "$leaks" | uniq -c | head -n 10 | while read -r count file offset; do
            echo "  $count: $(addr2line -f -p -e "$file" "$offset" 2>/dev/null || echo "$file $offset")" >&2
        done
        exit 1
    fi
    [ -e "$report" ] || [ $n -eq 0 ] || break
done
echo "${program##*/}: up to allocation $n$([ $n -lt "$most" ] || echo ', the bound')"
