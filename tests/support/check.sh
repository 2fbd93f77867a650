# SPDX-License-Identifier: Apache-2.0
# For scripts that run the tool and look at what its users see. Source it; $work is a folder of their own.
failed=0
count=0

# check NAME CODE WHAT-STANDARD-OUTPUT-HAS WHAT-STANDARD-ERROR-HAS COMMAND…: '' means nothing at all; both are
# expressions for grep -E. A command that fails says so in one line.
check() {
    name=$1 want=$2 out=$3 err=$4
    shift 4
    count=$((count + 1))
    code=0
    timeout 30 "$@" >"$work/out" 2>"$work/err" <"${input:-/dev/null}" || code=$?
    problem=
    [ "$code" -eq "$want" ] || problem="exit code $code instead of $want"
    if [ -n "$out" ]; then grep -qE -- "$out" "$work/out" || problem="$problem; standard output lacks '$out'"
    elif [ -s "$work/out" ]; then problem="$problem; standard output is not empty"; fi
    if [ -n "$err" ]; then grep -qE -- "$err" "$work/err" || problem="$problem; standard error lacks '$err'"
    elif [ -s "$work/err" ]; then problem="$problem; standard error is not empty"; fi
    [ -z "$err" ] || [ "$(wc -l <"$work/err")" -le "${lines:-1}" ] || problem="$problem; standard error has $(wc -l <"$work/err") lines"
    ! grep -qE 's3cret|token=|AddressSanitizer|runtime error' "$work/out" "$work/err" || problem="$problem; a secret or a sanitizer"
    if [ -n "$problem" ]; then
        echo "not ok: $name: $problem"
        sed 's/^/    out: /' "$work/out" | head -n 5
        sed 's/^/    err: /' "$work/err" | head -n 5
        failed=$((failed + 1))
    else
        echo "ok: $name"
    fi
}

# holds NAME COMMAND…: one check more, of anything.
holds() {
    name=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok: $name"
    else
        echo "not ok: $name"
        failed=$((failed + 1))
    fi
}

# eventually NAME PATTERN FILE: waits until the file has it, for at most 20 s.
eventually() {
    tries=0
    until grep -qE -- "$2" "$3" 2>/dev/null || [ "$tries" -ge 400 ]; do
        tries=$((tries + 1))
        sleep 0.05
    done
    holds "$1" grep -qE -- "$2" "$3"
}

# The end of a script: what came of it.
summary() {
    echo "$((count - failed)) passed, $failed failed"
    [ "$failed" -eq 0 ]
}
