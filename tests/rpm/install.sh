#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The packages that build.sh left, on a system of their own: installed, run on the simulator, upgraded, erased.
#
#   install.sh HERE BIN-OF-live WORK
set -eu

here=$1
live=$2
work=$3
platform=

stop() {
    code=$?
    [ $code -eq 0 ] || [ -z "$platform" ] || kill -0 $platform || echo "install.sh: the simulator ended: $(cat "$work/platform.err")" >&2
    [ -z "$platform" ] || { kill "$platform" && wait "$platform"; } || :
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

rm -f "$work/platform"
"$live" simulate --port 0 --tcp-port 0 >"$work/platform" 2>"$work/platform.err" &
platform=$!
until [ -s "$work/platform" ]; do
    kill -0 $platform || { cat "$work/platform.err" >&2; exit 1; }
    sleep 0.05
done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/platform")
# rpm keeps a database at home where it is not the system's own.
HOME=$work/home sh "$work/packages/tools/test-envs/boot.sh" "$work/debian" "$work/packages" "$here/inside.sh" "$url"
