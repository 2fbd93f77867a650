#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The long forms of the trials, as docs/reliability.md shows them; some forty minutes. The short ones: ctest -L reliability.
#
#   reliability.sh [NAME…]   some of them: kill agent power full full_agent month backlog reconnect fresh slow faults peers
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
cmake --preset release >/dev/null
cmake --build build/release --parallel "$(nproc)" >/dev/null
trials=build/release/tests/reliability

for name in ${*:-kill agent power full full_agent month backlog reconnect fresh slow faults}; do
    echo "== $name"
    case $name in
        kill) $trials/trial.kill 1000 200 ;;
        agent) sh tests/reliability/agent.sh build/release/bin/live build/release/lib/live/modules \
            build/release/tests/scenario 1000 ;;
        power) $trials/trial.power 6000 100000 1000 ;;
        full) $trials/trial.full 1 ;;
        full_agent) sh tests/reliability/full_agent.sh build/release/bin/live build/release/lib/live/modules \
            build/release/tests/scenario 30 ;;
        month) $trials/trial.month 30 1000 256 ;;
        backlog) $trials/trial.backlog 10000 ;;
        reconnect) $trials/trial.reconnect 10000 ;;
        fresh) $trials/trial.fresh 1000000 20 ;;
        slow) sh tests/reliability/slow.sh build/release/bin/live build/release/lib/live/modules 3000 ;;
        faults) $trials/trial.faults 50 24 ;;
        peers)
            work=build/release/tests/rows
            mkdir -p $work
            cp tests/interop/package*.json tests/interop/rows.mjs $work
            [ -d $work/node_modules/cometd ] || (cd $work && npm ci --ignore-scripts --no-audit --no-fund >npm.log)
            $trials/trial.faults 50 32 "" "node $work/rows.mjs cometd" polling plain
            $trials/trial.faults 50 32 "" "node $work/rows.mjs acks" polling
            $trials/trial.faults 50 32 "" "node $work/rows.mjs faye" polling socket plain ;;
        *) echo "reliability.sh: there is no trial '$name'" >&2; exit 2 ;;
    esac
done
