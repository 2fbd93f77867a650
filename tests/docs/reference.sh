#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The reference of the public headers is made without a warning, every exported function has a manual page, and says what
# its callers have to know (owners.awk, contracts.awk).
#
#   reference.sh SOURCE BUILD WORK
set -eu

source=$1
made=$2/liblive/include
work=$3
if ! command -v doxygen >/dev/null; then
    echo "skipped: doxygen is not installed"
    exit 77
fi
rm -rf "$work"
mkdir -p "$work"
cd "$source"
{
    cat docs/Doxyfile
    printf '%s "%s"\n' 'OUTPUT_DIRECTORY =' "$work" 'INPUT +=' "$made" 'STRIP_FROM_PATH +=' "$made" \
        'STRIP_FROM_INC_PATH +=' "$made"
} | doxygen -
cmake "-DPAGES=$work/man/man3" "-DOUTPUT=$work/man3" -P cmake/reference_pages.cmake

awk -f tests/docs/owners.awk liblive/include/live/*.h libagent/include/agent/*.h
awk -f tests/docs/contracts.awk liblive/include/live/*.h libagent/include/agent/*.h
missing=
for name in $(cat tests/abi/*.symbols); do
    page="$work/man3/$name.3"
    [ -s "$page" ] && [ -s "$work/$(sed -n '1s/^\.so //p' "$page")" ] || missing="$missing $name"
done
[ -z "$missing" ] || { echo "reference.sh: no manual page of$missing" >&2; exit 1; }
# Names of members, such as stop(3) or size(3), would hide other pages.
foreign=$(cd "$work/man3" && ls | grep -vE '^(live|agent|LIVE|AGENT)[_-]' || true)
[ -z "$foreign" ] || { echo "reference.sh: pages of others' names: $foreign" >&2; exit 1; }
grep -q 'Yours: cJSON_Delete' "$work/man3/live-query.h.3"
ls "$work/man3" | wc -l
