#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# live create-agent and live add-module are killed before one call after the other that changes a folder. Whatever they leave, after
# the next run all of it is there or nothing.
#
#   kill.sh BIN-OF-live KILL.so
set -eu

live=$1
kill=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
HOME=$work/home
export HOME
mkdir "$HOME"
git config --global user.name 'Ann Operator'
git config --global user.email ann@rig.example
cd "$work"

fail() { echo "kill.sh: $*" >&2; ls -lAR . | head -n 60 >&2; exit 1; }

# What is in a folder, but for what git keeps for itself.
look() {
    [ -d "$1" ] || return 0
    tar -cf - --sort=name --mtime=@0 --exclude=.git -C "$1" . | cksum
    ls -d "$1/.git" 2>/dev/null || true
}

# killed N COMMAND…: whether it was killed before its call N; not killed, it has to work.
killed() {
    code=0
    LD_PRELOAD=$kill KILL_AT=$1 "$2" "$3" "$4" ${5:-} >"$work/out" 2>"$work/err" || code=$?
    [ $code -eq 137 ] && return 0
    [ $code -eq 0 ] || fail "killed at $1: exit code $code: $(cat "$work/err")"
    return 1
}

# A new folder: it is there as a whole, or not at all, at once.
mkdir whole
(cd whole && "$live" create-agent rig >/dev/null)
mv whole/rig rig
want=$(look rig)
at=1
while rm -rf rig .rig.live-new && killed $at "$live" create-agent rig; do
    if [ -e rig ]; then
        [ "$(look rig)" = "$want" ] || fail "new folder, killed at $at: it is half there"
        git -C rig fsck --strict >/dev/null 2>&1 && git -C rig diff --quiet HEAD || fail "killed at $at: its repository is broken"
    else
        "$live" create-agent rig >/dev/null || fail "new folder, killed at $at: it cannot be made any more"
        [ "$(look rig)" = "$want" ] && [ ! -e .rig.live-new ] || fail "new folder, killed at $at: something is left"
    fi
    at=$((at + 19))
done
echo "a new folder: $((at / 19)) kills of $at calls"
[ $at -gt 50 ] || fail "that is too few"

# A folder with files, some of them in the way. The second run puts everything back, then refuses.
prepare() {
    rm -rf rig
    mkdir -p rig/modules
    echo mine >rig/README.md
    echo mine >rig/modules/own
    git init -q rig
}
prepare
before=$(look rig)
"$live" create-agent rig --force >/dev/null
after=$(look rig)
[ "$before" != "$after" ] || fail "nothing was written"
check_both() {
    "$live" create-agent rig >"$work/out" 2>"$work/err" && fail "$1: README.md is gone"
    grep -q 'rig/README.md is there already' "$work/err" || fail "$1: $(cat "$work/err")"
    now=$(look rig)
    [ "$now" = "$before" ] || [ "$now" = "$after" ] || fail "$1: it is half there"
}
at=1
while prepare && killed $at "$live" create-agent rig --force; do
    check_both "folder with files, killed at $at"
    at=$((at < 55 ? at + 11 : at + 2)) # at first it writes in the hidden folder alone
done
echo "a folder with files: $at calls"
[ $at -gt 50 ] || fail "that is too few"

# Putting back is interrupted, too.
half=$((at * 3 / 4))
back=1
while prepare && { killed $half "$live" create-agent rig --force || fail "it was not killed"; } &&
    { LD_PRELOAD=$kill KILL_AT=$back "$live" create-agent rig >"$work/out" 2>"$work/err"; [ $? -eq 137 ]; }; do
    check_both "killed at $half, then at $back"
    back=$((back + 1))
done
echo "putting back: $((back / 4)) kills of $back calls"
[ $back -gt 10 ] || fail "that is too few"

# A module: its folder, settings.json and .live-template.json go together.
rm -rf rig
"$live" create-agent rig >/dev/null
cd rig
at=1
while git clean -qdfx modules && git checkout -q . && killed $at "$live" add-module pumps; do
    "$live" add-module host >"$work/out" 2>"$work/err" && fail "the module 'host' was added"
    grep -q 'comes with the toolkit' "$work/err" || fail "$(cat "$work/err")"
    if [ -e modules/pumps ]; then
        [ "$(git status --porcelain | tr '\n' ' ')" = ' M .live-template.json  M settings.json ?? modules/pumps/ ' ] ||
            fail "module, killed at $at: it is half there"
    else
        [ -z "$(git status --porcelain)" ] || fail "module, killed at $at: something is left"
    fi
    at=$((at < 30 ? at + 7 : at + 3))
done
echo "a module: $at calls"
[ $at -gt 30 ] || fail "that is too few"
