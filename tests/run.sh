#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs all tests. Installs what is missing first, with apt and (for the peers that others
# wrote, and to drive a browser) npm.
set -eu

usage() {
    cat <<'END'
Usage: sh tests/run.sh [--no-install] [--sudo] [--preset NAME] [--label REGEX] [--help]

  --no-install   install nothing; stop when something is missing
  --sudo         use sudo to install packages without asking, where this is not root
  --preset NAME  dev (default), release, asan or tsan
  --label REGEX  only the tests with these ctest labels, such as unit
END
}

install=--install
sudo=
preset=dev
label=
while [ $# -gt 0 ]; do
    case $1 in
        --no-install) install=--check ;;
        --sudo) sudo=--sudo ;;
        --preset) preset=${2:?--preset wants a name}; shift ;;
        --label) label=${2:?--label wants an expression}; shift ;;
        --help) usage; exit 0 ;;
        *) echo "run.sh: '$1' is no option; see --help" >&2; exit 2 ;;
    esac
    shift
done

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

echo "== This builds liblive in $top/build/$preset and runs its tests"
echo "It installs, with apt, the compilers, libraries and tools that are missing, and npm has a cache; nothing else leaves"
echo "  $top/build"
others=interop
if command -v node >/dev/null && command -v npm >/dev/null; then others=; fi
if ! command -v chromium >/dev/null; then others="$others browser"; fi
sh cmake/packages.sh "$install" $sudo build test rpm $others

echo "== Configuring and building"
cmake --preset "$preset" >/dev/null
cmake --build "build/$preset" --parallel "$(nproc)"

echo "== Testing"
cd "build/$preset"
code=0
ctest --output-on-failure --no-tests=error --parallel "$(nproc)" --output-junit Testing/results.xml \
    ${label:+-L "$label"} || code=$?
# ctest names who was skipped; why is the last line that each of them said.
awk '
    /<testcase / { split($0, part, "\""); skipped = 0; why = "" }
    /<skipped / { skipped = 1 }
    skipped { gsub(/<[/]?system-out>/, "") }
    skipped && $0 !~ /<|^[ \t]*$/ { why = $0 }
    /<[/]testcase>/ && skipped { print part[2] " was skipped: " (why ? why : "it does not say why") }
' Testing/results.xml
exit "$code"
