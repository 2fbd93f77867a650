#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The README's program compiles as it stands, and the pages it names are there.
#
#   readme.sh SOURCE BUILD
set -eu

cd "$1"
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk '/^```c$/ { code = 1; next } /^```$/ { code = 0 } code' README.md >"$work/client.c"
grep -q live_query_start "$work/client.c"
# shellcheck disable=SC2046
cc -std=c17 -Wall -Werror -fsyntax-only -Iliblive/include "-I$build/liblive/include" \
    $(pkg-config --cflags libcjson) "$work/client.c"
for page in README.md CONTRIBUTING.md docs/*.md docs/design/*.md; do
    for link in $(grep -oE '\]\([^)#]+' "$page" | sed 's/^..//' | grep -v '^http'); do
        [ -e "$(dirname "$page")/$link" ] || { echo "readme.sh: $page: $link is not there" >&2; exit 1; }
    done
done
