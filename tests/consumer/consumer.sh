#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A stranger uses the installed toolkit: by pkg-config and by CMake, in C and C++, shared and static, after the
# prefix was moved; runs modules and a program of its own on the simulator; then it is uninstalled.
#
#   consumer.sh SOURCE WORK shared|static
set -eu

source=$1
work="$2/a strangers place"
kind=$3
prefix="$work/first"
moved="$work/second"
platform=
agent=

stop() {
    code=$?
    for process in $agent $platform; do
        kill -TERM "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    [ "$code" -eq 0 ] || echo "consumer.sh: failed at: $at" >&2
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

at=
step() { at=$*; echo "-- $*"; }
fail() { echo "consumer.sh: $*" >&2; exit 1; }

case $kind in
    shared) shared=ON ;;
    static) shared=OFF ;;
    *) fail "'$kind' is neither shared nor static" ;;
esac

rm -rf "$work"
mkdir -p "$work"
reference=
if command -v doxygen >/dev/null; then reference=-DLIVE_REFERENCE=ON; fi

step "install ($kind) into a folder with a space"
cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Debug -DLIVE_TESTS=OFF -DBUILD_SHARED_LIBS=$shared \
    $reference -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib >"$work/log"
cmake --build "$work/build" --parallel 2 >"$work/log"
cmake --install "$work/build" >"$work/log"
cp -R "$prefix" "$moved.copy"

step "install for a packager, below DESTDIR"
DESTDIR="$work/stage" cmake --install "$work/build" >"$work/log"
(cd "$prefix" && find . ! -type d | sort) >"$work/installed"
(cd "$work/stage$prefix" && find . ! -type d | sort) >"$work/staged"
cmp "$work/installed" "$work/staged" || fail "DESTDIR has other files"
[ "$(find "$work/stage" ! -type d | wc -l)" -eq "$(wc -l <"$work/staged")" ] || fail "files beside the prefix"
! grep -rlF -- "$work/stage" "$work/stage" || fail "these name DESTDIR"
rm -rf "$work/stage"

step "uninstall leaves nothing"
cmake --build "$work/build" --target uninstall >"$work/log"
[ ! -e "$prefix" ] || [ -z "$(find "$prefix" -mindepth 1)" ] || fail "left: $(find "$prefix" -mindepth 1)"
rm -rf "$prefix"
mv "$moved.copy" "$moved"

export PKG_CONFIG_PATH="$moved/lib/pkgconfig"
export LD_LIBRARY_PATH="$moved/lib"
export PATH="$moved/bin:$PATH"

step "pkg-config names what is needed"
for package in liblive-base liblive libagent; do
    [ "$(pkg-config --modversion "$package")" = 0.1.0 ] || fail "$package has no version 0.1.0"
done
pkg-config --libs liblive | grep -q cjson || fail "liblive.pc does not pull in cJSON"

cp "$source/tests/consumer/client.c" "$work/client.cpp"
for tool in "cc -std=c17 -x c" "c++ -std=c++20 -x c++"; do
    step "pkg-config, $tool"
    # pkg-config escapes the space of the prefix for the shell.
    eval "$tool -Wall -Wextra -Werror -o '$work/by_pkg'" \
        "'$work/client.cpp' -x none $(pkg-config --cflags --libs liblive libagent)"
    "$work/by_pkg"
done

step "CMake, programs and modules"
cmake -S "$source/tests/consumer" -B "$work/stranger" -DCMAKE_PREFIX_PATH="$moved" >"$work/log"
cmake --build "$work/stranger" --parallel 2 >"$work/log" 2>&1 || { cat "$work/log"; fail "it does not build"; }
"$work/stranger/client_c"
"$work/stranger/client_cpp"
for module in count_c count_cpp; do
    exported=$(nm -D --defined-only "$work/stranger/modules/$module.so" | awk '$3 !~ /^_/ { print $3 }')
    [ "$exported" = agent_module_v1 ] || fail "$module exports: $exported"
done

step "the tool of the moved prefix"
live="$moved/bin/live"
"$live" version
for shell in bash zsh fish; do
    "$live" completion $shell | grep -q check-features || fail "no completion for $shell"
done
if [ -n "$reference" ]; then
    grep -qx '\.so man3/live-query.h.3' "$moved/share/man/man3/live_query_start.3" || fail "no manual page of a function"
    [ -s "$moved/share/doc/live/html/index.html" ] || fail "no reference"
fi
for page in live live-query live-build-rpm; do
    grep -q '^.SH SYNOPSIS' "$moved/share/man/man1/$page.1" || fail "no man page $page"
done

step "an own program, by pkg-config and by CMake"
mkdir "$work/own"
cp "$source/examples/own_agent/"* "$work/own"
eval "cc -std=c17 -o '$work/own/by_pkg' '$work/own/own_agent.c' $(pkg-config --cflags --libs libagent)"
cmake -S "$work/own" -B "$work/own/build" -DCMAKE_PREFIX_PATH="$moved" >"$work/log"
cmake --build "$work/own/build" >"$work/log"

first_line() {
    while [ ! -s "$1" ]; do
        kill -0 "$2" || fail "it ended: $(cat "$1.err")"
        sleep 0.05
    done
    head -n 1 "$1"
}
"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
url=$(first_line "$work/platform" $platform | sed 's/.*"url":"\([^"]*\)".*/\1/')
sed -i "s|http://127.0.0.1:8080|$url|" "$work/own/settings.json"

stop_agent() {
    kill -TERM "$agent"
    wait "$agent" || fail "the agent ended with $?: $(cat "$work/agent.log")"
    agent=
    if ps -e -o args= | grep -F -- "$work" | grep -v -e simulate -e consumer.sh -e grep; then
        fail "a process is left"
    fi
}

for program in "$work/own/by_pkg" "$work/own/build/own_agent"; do
    step "it runs: ${program##*/}"
    "$program" --settings "$work/own/settings.json" >"$work/agent.log" 2>&1 &
    agent=$!
    "$live" query --settings "$work/own/settings.json" 'beat => from' --follow --count 2 --timeout 20s ||
        fail "no row: $(cat "$work/agent.log")"
    step "its worker has no client and no TLS, and comes back when it is killed"
    worker=$(pgrep -P "$agent" -f -- --worker)
    ! grep -E 'libcurl|libssl|libsqlite|libmicrohttpd' "/proc/$worker/maps" || fail "the worker loads too much"
    kill -KILL "$worker"
    "$live" query --settings "$work/own/settings.json" 'beat => from' --follow --count 2 --timeout 20s ||
        fail "it did not come back: $(cat "$work/agent.log")"
    stop_agent
done

if [ "$kind" = shared ]; then
    step "modules in C17 and C++20, loaded by name"
    mkdir -p "$work/rig/build/modules"
    cp "$work/stranger/modules/"*.so "$work/rig/build/modules"
    cat >"$work/rig/settings.json" <<END
{ "enabled_modules": ["modules.count_c", "count_cpp", "host"],
  "processes": {
    "c": { "type": "count_c", "enabled": true, "start": 40, "range": { "high": 2.5 }, "names": ["x"],
           "ranges": [{ "high": 7 }] },
    "cpp": { "type": "count_cpp", "enabled": true },
    "this machine": { "type": "host", "enabled": true, "collect": ["load"] } },
  "live": { "url": "$url", "username": "live-agent", "password": "live-agent",
            "rest_input": "/services/plugin-restinput/rig/" } }
END
    "$live" run --settings "$work/rig/settings.json" >"$work/agent.log" 2>&1 &
    agent=$!
    row=$("$live" query --settings "$work/rig/settings.json" 'count_c n:40' --span 'last hour' --follow --count 1 \
        --timeout 20s) || fail "no row: $(cat "$work/agent.log")"
    echo "$row"
    for part in '"n":40' '"high":2.5' '"first_high":7' '"name":"x"'; do
        echo "$row" | grep -qF -- "$part" || fail "the row lacks $part"
    done
    for type in count_cpp host; do
        "$live" query --settings "$work/rig/settings.json" "$type" --follow --count 1 --timeout 20s ||
            fail "no row of $type: $(cat "$work/agent.log")"
    done
    stop_agent
fi
step "done"
