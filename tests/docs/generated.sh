#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The generated pages are what the tool makes today.
#
#   generated.sh SOURCE BIN-OF-live            compare
#   generated.sh --update SOURCE BIN-OF-live
set -eu

update=no
[ "$1" != --update ] || { update=yes; shift; }
source=$1
live=$2
made=$(mktemp)
trap 'rm -f "$made"' EXIT

# page NAME FILE: the page NAME is what FILE is.
page() {
    if [ "$update" = yes ]; then
        cp "$2" "$source/docs/$1"
    elif ! diff "$source/docs/$1" "$2"; then
        echo "generated.sh: docs/$1 is not what the tables say. Make it anew: sh tests/docs/generated.sh --update . $live" >&2
        exit 1
    fi
}

"$live" describe host chatbot --markdown >"$made"
page settings.md "$made"
page cli.md "$(dirname "$live")/../share/doc/live/cli.md"
page probe.md "$(dirname "$live")/../share/doc/live/probe.md"
