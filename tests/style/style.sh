#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The house style, as far as it can be counted: format, licence lines, banned functions, include arrows, sizes.
#
#   style.sh SOURCE
set -eu

cd "$1"
failed=0
bad() { echo "style: $*" >&2; failed=1; }

sources=$(git ls-files '*.c' '*.h' '*.cpp')
code=$(echo "$sources" | grep -v '^tests/')

if command -v clang-format >/dev/null; then
    # shellcheck disable=SC2086 # a list of files
    clang-format --dry-run --Werror $sources || bad "clang-format would change files"
else
    echo "style: clang-format is not installed: the format is not checked" >&2
fi

for file in $sources; do
    head -n 1 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || bad "$file: no licence line"
done

# shellcheck disable=SC2086
grep -nE '\b(strtok|sprintf|vsprintf|atoi|atol|strcpy|strncpy|strcat|gets|alloca)\(' $code && bad "banned functions"

# arrow PATTERN-OF-INCLUDES FILES-THAT-MAY…: others may not.
arrow() {
    pattern=$1
    shift
    # shellcheck disable=SC2086
    grep -lE "#include [<\"]$pattern" $code | while read -r file; do
        allowed=no
        for may in "$@"; do
            case $file in $may) allowed=yes ;; esac
        done
        [ $allowed = yes ] || echo "$file includes $pattern"
    done
}
wrong=$(
    arrow 'curl/' 'liblive/src/net/http.c' 'liblive/src/net/handle.*' 'liblive/src/net/sockets.*' \
        'liblive/src/net/secure.*' 'liblive/src/net/outcome.*'
    arrow 'uv\.h' 'liblive/src/loop/*'
    arrow 'sqlite3\.h' 'liblive/src/outbox/*'
    arrow 'microhttpd' 'libagent/src/http/*'
    arrow 'wslay/' 'libagent/src/http/*' 'liblive/src/net/websocket.c' 'liblive/src/net/frames.c'
    arrow '(base|loop|net|bayeux|outbox)/' 'liblive/src/*' 'cli/simulator/*' 'libagent/src/http/websocket.c'
    arrow '(core|gateway)/' 'libagent/src/*'
)
[ -z "$wrong" ] || bad "$wrong"
# shellcheck disable=SC2046
grep -nE '#include "\.\./' $(git ls-files 'libagent/modules/*.[ch]') && bad "a module includes what a stranger's could not"

# Without a number make starts a compiler for each file at once, which ends a small machine.
git grep -nE -e '--build .*--parallel( *$| +[^0-9"])' && bad "as many compilers as files"

# The templates: MANIFEST names every file, and an agent's format is ours.
listed=$(sed -n 's/^\([a-z_]*\) \([^ #]*\).*/templates\/\1\/\2/p' templates/MANIFEST | sort)
there=$(git ls-files 'templates/*/*' | sort)
[ "$listed" = "$there" ] || bad "templates/MANIFEST and the files of the templates differ"
cmp -s .clang-format templates/agent/.clang-format || bad "templates/agent/.clang-format is not .clang-format"

# Sizes: functions of at most 80 lines, nine tenths of them of at most 40, files of at most 700.
# shellcheck disable=SC2086
awk '
    FNR == 1 { start = 0 }
    /^\{/ { start = FNR }
    /^\}/ && start { print FNR - start - 1, FILENAME ":" start; start = 0 }
' $(echo "$code" | grep '\.c$') | sort -n >"${TMPDIR:-/tmp}/style.$$"
awk '
    { lines[NR] = $1; where[NR] = $2 }
    END {
        printf "functions: %d, median %d, nine tenths within %d, longest %d (%s)\n", NR,
            lines[int(NR / 2) + 1], lines[int(NR * 0.9)], lines[NR], where[NR]
        exit lines[int(NR / 2) + 1] > 12 || lines[int(NR * 0.9)] > 40 || lines[NR] > 80
    }
' "${TMPDIR:-/tmp}/style.$$" || bad "functions are too long"
rm -f "${TMPDIR:-/tmp}/style.$$"
for file in $code; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 700 ] || bad "$file has $lines lines"
done
exit $failed
