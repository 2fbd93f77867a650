#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every public header compiles alone, as C17 and as C++17, pedantic, with each compiler there is; each says of its functions
# which threads may call them.
#
#   headers.sh SOURCE BUILD
set -eu

source=$1
build=$2
flags="-pedantic -Wall -Wextra -Werror -fsyntax-only -I$source/liblive/include -I$build/liblive/include"
flags="$flags -I$source/libagent/include $(pkg-config --cflags libcjson)"
count=0

for header in "$source"/liblive/include/live/*.h "$build"/liblive/include/live/*.h "$source"/libagent/include/agent/*.h; do
    name=$(basename "$(dirname "$header")")/$(basename "$header")
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        # shellcheck disable=SC2086 # a list of flags
        printf "#include <%s>\nextern int used;\n" "$name" | $compiler -std=c17 -x c $flags -
        # shellcheck disable=SC2086
        printf "#include <%s>\nextern int used;\n" "$name" | $compiler -std=c++17 -x c++ $flags -
        count=$((count + 2))
    done
done
for header in $(grep -lE '^(LIVE_API|AGENT_API)' "$source"/liblive/include/live/*.h "$source"/libagent/include/agent/*.h); do
    grep -q '^ \* Threads: ' "$header" || { echo "$header does not say which threads may call what"; exit 1; }
done
echo "$count compilations of public headers"
[ "$count" -gt 0 ]
