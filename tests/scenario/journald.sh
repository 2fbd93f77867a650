#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The log of an agent in a real systemd-journald, which has /run of a name space of its own.
#
#   journald.sh BIN-OF-live MODULES
#
# Exit code 77: this machine has no journald, or lets nobody run one.
set -eu

queue=512 # records that may wait for a journal, as systemd sets it when it starts
journald=
for path in /usr/lib/systemd/systemd-journald /lib/systemd/systemd-journald; do
    [ ! -x $path ] || journald=$path
done
if [ "${3:-}" != inside ]; then
    for tool in journalctl systemd-cat unshare; do
        command -v $tool >/dev/null 2>&1 || { echo "journald.sh: skipped: no $tool" >&2; exit 77; }
    done
    [ -n "$journald" ] || { echo "journald.sh: skipped: no systemd-journald" >&2; exit 77; }
    # shellcheck disable=SC2015 # both have to hold
    [ "$(id -u)" -eq 0 ] && unshare -m -n sh -c "echo $queue >/proc/sys/net/unix/max_dgram_qlen" 2>/dev/null || { echo "journald.sh: skipped: no name space to be had" >&2; exit 77; }
    exec unshare -m -n --propagation private sh "$0" "$1" "$2" inside
fi

live=$1
export LIVE_MODULE_PATH=$2
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
mkdir "$work/rig"
agent=
journal=
reader=
stop() {
    code=$?
    for process in $agent $journal $reader; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "journald.sh: failed at: $at" >&2; tail -n 30 "$work/journald.log" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
entries() { journalctl -D /run/log/journal -o json --no-pager "$@" 2>/dev/null; }
found() { entries "$@" | grep -q .; }
# has TEXT MATCH…: the entries that match have TEXT.
has() { text=$1; shift; entries "$@" | grep -qF -- "$text"; }
# texts WAY IDENTIFIER: the text of each entry that came so; one that did not fit into the journal at once came by standard error.
texts() { journalctl -D /run/log/journal -o cat --output-fields=MESSAGE --no-pager "_TRANSPORT=$1" SYSLOG_IDENTIFIER="$2" 2>/dev/null; }
# Every line that a follower was given is in the journal, by one way, or was told as lost.
whole() {
    given=$(wc -l <"$work/followed")
    there=$({ texts journal rig; texts stdout unit; } | wc -l)
    gone=$(texts journal rig | awk '/^[0-9]+ lines of the log found nobody/ { n += $1 - 1 } END { print n + 0 }')
    [ "$gone" -gt 0 ] && [ $((there + gone)) -eq "$given" ]
}
long() { [ "$(wc -l <"$work/followed")" -gt 15000 ]; } # more than the ways to the journal hold

step "a journal runs"
mount -t tmpfs run /run
mkdir -p /run/log/journal /run/systemd/journal /run/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=no\nForwardToSyslog=no\nForwardToWall=no\nRateLimitIntervalSec=0\n' >/run/systemd/journald.conf.d/test.conf
if [ ! -s /etc/machine-id ]; then
    echo 0123456789abcdef0123456789abcdef >/run/machine-id
    mount --bind /run/machine-id /etc/machine-id
fi
echo $queue >/proc/sys/net/unix/max_dgram_qlen
start_journal() {
    "$journald" >>"$work/journald.log" 2>&1 &
    journal=$!
    until_true test -S /run/systemd/journal/socket
}
start_journal
echo ready | systemd-cat -t first
until_true found SYSLOG_IDENTIFIER=first

step "what an agent and its processes say has fields to be found by"
cat >"$work/rig/settings.json" <<END
{ "enabled_modules": ["sick", "failing"],
  "processes": { "bad": { "type": "fail_at_poll", "enabled": true, "restart": "never" },
                 "chatter": { "type": "flood_log", "enabled": false, "every": "50ms" },
                 "speaker": { "type": "speaker", "enabled": true, "every": "1s" } } }
END
# As systemd starts a service: standard error leads to the journal, and JOURNAL_STREAM says so.
# shellcheck disable=SC2016 # expanded inside
systemd-cat -t unit sh -c 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); export JOURNAL_STREAM; exec "$@"' sh \
    "$live" run --settings "$work/rig/settings.json" &
agent=$!
until_true found LIVE_EVENT=agent.ready
until_true found LIVE_PROCESS=speaker LIVE_EVENT=sick.loud
until_true found LIVE_PROCESS=bad LIVE_EVENT=process.failed
has '"PRIORITY":"6"' LIVE_PROCESS=speaker LIVE_EVENT=sick.loud || fail "info"
has '"MESSAGE":"to whom it concerns"' LIVE_PROCESS=speaker || fail "the text"
has '"PRIORITY":"3"' LIVE_PROCESS=bad LIVE_EVENT=process.failed || fail "error"
has '"SYSLOG_IDENTIFIER":"rig"' LIVE_EVENT=agent.ready || fail "the identifier"
has '"_TRANSPORT":"journal"' LIVE_EVENT=agent.ready || fail "the way"

step "a journal that stands still holds nobody up, and every line is there once or told as lost"
"$live" stop -s "$work/rig/settings.json" speaker >"$work/out"
"$live" logs --follow --json -n 10000 -s "$work/rig/settings.json" >"$work/followed" &
reader=$!
until_true grep -q process.failed "$work/followed"
kill -STOP "$journal"
timeout 10 "$live" start -s "$work/rig/settings.json" chatter >"$work/out" || fail "no start: $(cat "$work/out")"
until_true long
timeout 10 "$live" stop -s "$work/rig/settings.json" chatter >"$work/out" || fail "no end: $(cat "$work/out")"
kill -CONT "$journal"
timeout 10 "$live" reload -s "$work/rig/settings.json" >"$work/out" || fail "no reload: $(cat "$work/out")"
until_true grep -q 'agent.reload.*succeeded' "$work/followed"
kill "$reader"
reader=
until_true whole

step "what a module prints is there, with its process"
timeout 10 "$live" start -s "$work/rig/settings.json" chatter >"$work/out" || fail "no start: $(cat "$work/out")"
until_true has '?[31mno? sense? at all"' LIVE_PROCESS=chatter LIVE_EVENT=process.output
timeout 10 "$live" stop -s "$work/rig/settings.json" chatter >"$work/out" || fail "no end: $(cat "$work/out")"

step "a journal that is away is not waited for, and found again"
kill -TERM "$journal"
wait "$journal" || true
journal=
rm -f /run/systemd/journal/socket
timeout 10 "$live" reload -s "$work/rig/settings.json" >"$work/out" || fail "the agent stands still: $(cat "$work/out")"
start_journal
"$live" stop -s "$work/rig/settings.json" >"$work/out"
wait "$agent" || fail "the agent ended with $?"
agent=
until_true found LIVE_EVENT=agent.stopped

step "a log file of the settings is in the place of the journal"
sed -i 's/"processes"/"logging": { "file": "own.log" }, "processes"/' "$work/rig/settings.json"
before=$(entries LIVE_EVENT=agent.ready | wc -l)
# shellcheck disable=SC2016 # expanded inside
systemd-cat -t unit sh -c 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); export JOURNAL_STREAM; exec "$@"' sh \
    "$live" run --settings "$work/rig/settings.json" &
agent=$!
until_true grep -qs '"event":"agent.ready"' "$work/rig/own.log"
"$live" stop -s "$work/rig/settings.json" >"$work/out"
wait "$agent" || fail "the agent ended with $?"
agent=
journalctl -D /run/log/journal --sync >/dev/null 2>&1 || true
[ "$(entries LIVE_EVENT=agent.ready | wc -l)" = "$before" ] || fail "it went to the journal too"
kill -TERM "$journal"
wait "$journal" || true
journal=
echo "$steps passed, 0 failed"
