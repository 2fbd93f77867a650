#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The simulator's page in a real browser.
#
#   browser.sh BIN-OF-live SOURCE WORK CHROMIUM
set -eu

live=$1
source=$2
work=$3
chromium=$4
platform=

stop() {
    code=$?
    [ -z "$platform" ] || kill "$platform" 2>/dev/null || true
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM

mkdir -p "$work"
cp "$source"/package*.json "$source"/*.mjs "$work"
cd "$work"
[ -d node_modules/axe-core ] || npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; exit 1; }

rm -f ready
"$live" simulate --port 0 --tcp-port 0 >ready &
platform=$!
while [ ! -s ready ]; do
    kill -0 "$platform" || exit 1
    sleep 0.05
done
# A browser keeps things of its own at home.
HOME=$work node page.mjs "$(sed 's/.*"url":"\([^"]*\)".*/\1/' ready)" "$live" "$chromium" "$work"
