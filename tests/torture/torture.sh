#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a test again and again, with its first allocation failing, its second, … until none fails. Expectations may
# fail then; a crash or a hang must not be.
#
#   torture.sh FAULT-LIBRARY MOST TEST
set -eu

fault=$1
most=$2
program=$3
report=$(mktemp -u)
log=$(mktemp)
trap 'rm -f "$report" "$log"' EXIT

n=0
while [ $n -lt "$most" ]; do
    n=$((n + 1))
    rm -f "$report"
    code=0
    FAULT_AT=$n FAULT_REPORT=$report LD_PRELOAD=$fault timeout 20 "$program" >"$log" 2>&1 || code=$?
    if { [ $code -ge 124 ] && [ $code -lt 192 ]; } || grep -q 'Test failed with exception' "$log"; then
        echo "torture.sh: ${program##*/}: allocation $n: exit code $code" >&2
        grep -B3 'exception' "$log" | head -n 20 >&2 || true
        exit 1
    fi
    [ -e "$report" ] || break
done
echo "${program##*/}: $n runs$([ $n -lt "$most" ] || echo ', the bound')"
