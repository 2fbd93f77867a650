#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over the libraries, the modules and the tool, as .clang-tidy says; BUILD has compile_commands.json.
#
#   tidy.sh SOURCE BUILD
set -eu

cd "$1"
find liblive/src libagent/src libagent/modules cli -name '*.c' | sort |
    xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p "$2" 2>/dev/null
