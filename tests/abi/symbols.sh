#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared libraries export what the committed lists say, and nothing else.
#
#   symbols.sh LISTS LIBRARY...     compare
#   symbols.sh --update LISTS LIBRARY...
set -eu

update=no
[ "$1" != --update ] || { update=yes; shift; }
lists=$1
shift

for library in "$@"; do
    name=$(basename "$library" | sed 's/\.so.*//')
    found=$(nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort)
    if echo "$found" | grep -v -E '^(live|agent)_'; then
        echo "symbols.sh: $name exports what is not live_* or agent_*" >&2
        exit 1
    fi
    if [ "$update" = yes ]; then
        echo "$found" >"$lists/$name.symbols"
    elif ! echo "$found" | diff "$lists/$name.symbols" -; then
        echo "symbols.sh: the exports of $name changed. If that is meant: $0 --update $lists $library" >&2
        exit 1
    fi
done
