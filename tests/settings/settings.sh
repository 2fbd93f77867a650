#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Settings that are broken in every way, and the schema made from the tables beside ajv.
#
#   settings.sh BIN-OF-live SOURCE WORK SAMPLE-MODULES
set -eu

live=$1
source=$2
work=$3
export LIVE_MODULE_PATH="$4"

mkdir -p "$work"
cp "$source"/package*.json "$source"/*.mjs "$work"
cd "$work"
[ -d node_modules/ajv ] || npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || { cat npm.log; exit 1; }
"$live" describe every gauge --schema >schema.json
node mutate.mjs "$live" "$source/valid.json" schema.json
