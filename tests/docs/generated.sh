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

"$live" describe host chatbot --markdown >"$made"
if [ "$update" = yes ]; then
    cp "$made" "$source/docs/settings.md"
elif ! diff "$source/docs/settings.md" "$made"; then
    echo "generated.sh: docs/settings.md is not what the tables say. Make it anew: sh tests/docs/generated.sh --update . $live" >&2
    exit 1
fi
