#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where libraries are missing, configuring names all of them at once, each with its apt and its dnf package.
#
#   missing.sh SOURCE WORK
set -eu

source=$1
work=$2
rm -rf "$work"
mkdir -p "$work/nothing"

fail() { echo "missing.sh: $*" >&2; sed 's/^/    /' "$work/log" >&2; exit 1; }

code=0
PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR="$work/nothing" cmake -S "$source" -B "$work/build" \
    -DCMAKE_FIND_ROOT_PATH="$work/nothing" -DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY \
    -DCMAKE_FIND_ROOT_PATH_MODE_LIBRARY=ONLY >"$work/log" 2>&1 || code=$?
[ $code -ne 0 ] || fail "it configures without any library"

count=0
while read -r name apt dnf; do
    count=$((count + 1))
    grep -qE "^ +$name( |\$)" "$work/log" || fail "it does not name $name"
    grep -E '^ +apt-get install ' "$work/log" | grep -qF -- " $apt" || fail "the line for apt lacks $apt"
    grep -E '^ +dnf install ' "$work/log" | grep -qF -- " $dnf" || fail "the line for dnf lacks $dnf"
done <<END
$(sed -nE 's/^ *live_dependency\([^ ]+ ([^ ]+) [^ ]+ ([^ ]+) ([^ )]+)\)$/\1 \2 \3/p
           s/^ *live_dependency_plain\([^ ]+ [^ ]+ ([^ ]+) ([^ ]+) ([^ )]+)\)$/\1 \2 \3/p' "$source/cmake/LiveDependencies.cmake")
END
declared=$(grep -cE '^ *live_dependency(_plain)?\(' "$source/cmake/LiveDependencies.cmake")
[ "$count" -eq "$declared" ] && [ "$count" -gt 5 ] || fail "$count of $declared libraries were looked for"

# What configuring asks for is what the scripts install.
grep -E '^ +(apt-get|dnf) install ' "$work/log" | sed 's/.*install//' | tr ' ' '\n' | grep . | while read -r package; do
    grep -qF -- "$package" "$source/cmake/packages.sh" || fail "packages.sh does not install $package"
done
echo "$count passed, 0 failed"
