# SPDX-License-Identifier: Apache-2.0
# What the scripts of this folder begin with: a folder of their own, and processes ($pids) that end with them.
support=$(cd "$(dirname "$0")/../support" && pwd)
work=$(mktemp -d)
pids=

stop() {
    code=$?
    for process in $pids; do
        kill "$process" 2>/dev/null || true
    done
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
cd "$work"

. "$support/check.sh"

# The first line of a file that a process is about to write.
first_line() {
    while [ ! -s "$1" ]; do
        kill -0 "$2" || exit 1
        sleep 0.05
    done
    head -n 1 "$1"
}

# settings FILE URL [USER PASSWORD [PORT-OF-TCP-INPUT]]
settings() {
    address=
    [ -z "${5:-}" ] || address=" \"ip\": \"127.0.0.1\", \"port\": $5,"
    cat >"$1" <<END
{ "live": { "url": "$2", "username": "${3:-live-agent}", "password": "${4:-live-agent}",$address
            "rest_input": "/services/plugin-restinput/cli/" } }
END
}
