# SPDX-License-Identifier: Apache-2.0
# For scripts that go on step by step and end at the first that fails. Source it; $at is the step, $steps how many there were.
at=
steps=0
step() { at=$*; steps=$((steps + 1)); echo "-- $*"; }
fail() { echo "${0##*/}: $*" >&2; exit 1; }

# Waits until a condition holds, which it does unless something is wrong: $tries_most times, with $pause between them. What is
# read of a file of an earlier step may be that step's: empty it before, since a program in the background does so too late.
tries_most=400
pause=0.05
until_true() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt $tries_most ] || fail "not after $tries_most times $pause s: $*"
        sleep $pause
    done
}
