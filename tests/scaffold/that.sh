# SPDX-License-Identifier: Apache-2.0
# Beside check.sh, for what is on the disk afterwards. Source it.

# that SENTENCE COMMAND…: the command succeeds.
that() {
    name=$1
    shift
    count=$((count + 1))
    if "$@" >"$work/that" 2>&1; then echo "ok: $name"
    else
        echo "not ok: $name"
        head -n 5 "$work/that"
        failed=$((failed + 1))
    fi
}
none() { ! "$@"; }
nothing_in() { [ -z "$(ls -A "$1")" ]; }
same() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; false; }; }
clean() { [ -z "$(git -C "$1" status --porcelain --ignored=no)" ]; }
has() { grep -qE -- "$2" "$1"; }
