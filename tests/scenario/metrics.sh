#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The endpoint that Prometheus asks: the same text as the command prints, read by others' programs where they are installed.
#
#   metrics.sh BIN-OF-live MODULES
set -eu

live=$1
export LIVE_MODULE_PATH=$2
. "$(dirname "$0")/../support/steps.sh"
work=$(mktemp -d)
agent=
prometheus=
stop() {
    code=$?
    for process in $prometheus $agent; do kill -KILL "$process" 2>/dev/null || true; done
    [ "$code" -eq 0 ] || { echo "metrics.sh: failed at: $at" >&2; tail -n 30 "$work/agent.log" >&2; }
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 1' INT TERM
logged() { grep -qE -- "$1" "$work/agent.log"; }
status() { "$live" status -s "$work/settings.json" "$@"; }
scrape() { curl -sS --noproxy '*' --max-time 10 "$@"; }
program() { pgrep -P "$agent" -f live-metrics; }
write_settings() {
    cat >"$work/settings.json" <<END
{ "enabled_modules": ["sick"], $1
  "processes": { "count \"1\"\\\\": { "type": "counter", "enabled": true }, "idle": { "type": "idle", "enabled": true } } }
END
}
# A text without what differs from one look to the next: the figures.
shape() { sed 's/^\([^#][^ ]*.*\) [^ ]*$/\1/'; }
find_url() { url=$(sed -n 's|.*"text":"\(http://[^"]*/metrics\)".*|\1|p' "$work/agent.log" | tail -n 1) && [ -n "$url" ]; }

step "without the setting there is no such process"
write_settings ''
"$live" run --settings "$work/settings.json" >"$work/agent.log" 2>&1 &
agent=$!
until_true logged '"event":"agent.ready"'
[ -z "$(program)" ] || fail "there is one"

step "a reload begins with it, and touches nobody else"
others=$(pgrep -P "$agent" | sort)
write_settings '"metrics": { "listen": "127.0.0.1:0" },'
"$live" reload -s "$work/settings.json" >"$work/out" || fail "$(cat "$work/out")"
until_true find_url
[ "$(pgrep -P "$agent" | grep -vx "$(program)" | sort)" = "$others" ] || fail "others were touched"

step "what it answers is what the command prints"
scrape "$url" >"$work/scraped"
status --prometheus >"$work/printed" || fail "not healthy"
shape <"$work/scraped" >"$work/scraped.shape"
shape <"$work/printed" >"$work/printed.shape"
diff "$work/printed.shape" "$work/scraped.shape" || fail "they differ"
grep -qF 'live_process_up{process="count \"1\"\\"} 1' "$work/scraped" || fail "$(cat "$work/scraped")"
grep -qx 'live_process_up{process="metrics"} 1' "$work/scraped" || fail "it does not count itself"

step "the text keeps to the format"
awk '
    /^# HELP [a-z_]+ .+/ { if ($3 in help) bad("helped twice"); help[$3] = 1; next }
    /^# TYPE [a-z_]+ (gauge|counter)$/ { if (!($3 in help) || $3 in type) bad("a type out of place"); type[$3] = $4; last = $3; next }
    /^[a-z_]+(\{process="([^"\\]|\\["\\n])*"\})? -?[0-9.]+(e[-+][0-9]+)?$/ {
        name = $0; sub(/[{ ].*/, "", name); series = $0; sub(/ [^ ]*$/, "", series)
        if (name != last) bad("a figure away from its type")
        if ((type[name] == "counter") != (name ~ /_total$/)) bad("a counter is no _total")
        if (series in seen) bad("a figure twice")
        seen[series] = 1; next }
    { bad("no line of the format") }
    function bad(why) { print why ": " $0; failed = 1 }
    END { exit failed }' "$work/scraped" || fail "see above"

if command -v promtool >/dev/null 2>&1; then
    step "promtool has nothing to say about it"
    promtool check metrics <"$work/scraped" || fail "it has"
fi
if /usr/bin/python3 -c 'import prometheus_client' 2>/dev/null; then
    step "Prometheus' own parser reads it"
    /usr/bin/python3 - "$url" <<'END' || fail "it does not"
import sys, urllib.request
from prometheus_client.parser import text_string_to_metric_families
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
text = opener.open(sys.argv[1], timeout=10).read().decode()
figures = {(s.name, tuple(s.labels.items())): s.value for family in text_string_to_metric_families(text) for s in family.samples}
assert figures["live_agent_healthy", ()] == 1, figures
assert figures["live_process_up", (("process", 'count "1"\\'),)] == 1, figures
END
fi
if command -v prometheus >/dev/null 2>&1; then
    step "a Prometheus scrapes it"
    cat >"$work/prometheus.yml" <<END
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: agent, static_configs: [{ targets: ["${url#http://}"] }] }]
END
    sed -i 's|/metrics"|"|' "$work/prometheus.yml"
    no_proxy='*' prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
        --web.listen-address=127.0.0.1:0 --log.format=json >"$work/prometheus.log" 2>&1 &
    prometheus=$!
    until_true grep -q '"msg":"Server is ready' "$work/prometheus.log"
    port=$(sed -n 's|.*"address":"127.0.0.1:\([0-9]*\)","component":"web".*|\1|p; s|.*"address":"127.0.0.1:\([0-9]*\)".*"msg":"Listening on".*|\1|p' "$work/prometheus.log" | head -n 1)
    [ -n "$port" ] || fail "$(cat "$work/prometheus.log")"
    scraped() { scrape "http://127.0.0.1:$port/api/v1/query?query=live_agent_healthy" | grep -q '"value":\[[0-9.]*,"1"\]'; }
    until_true scraped
    kill "$prometheus"
    wait "$prometheus" || true
    prometheus=
fi

step "who asks by another's name, for anything else, or to change something, gets nothing"
code() { scrape -o /dev/null -w '%{http_code}' "$@"; }
[ "$(code -I "$url")" = 200 ] || fail "HEAD"
[ "$(code -H 'Host: rebound.example' "$url")" = 403 ] || fail "a name that is not its own"
[ "$(code "${url%metrics}")" = 404 ] || fail "another path"
[ "$(code -X POST -d x "$url")" = 405 ] || fail "POST"

step "nobody wakes up while nobody asks, and it needs little"
until_true sh -c '! ss -Htn state established "( sport = :${1##*:} )" | grep -q .' sh "${url%/metrics}"
wakes() { awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/$(program)/status"; }
before=$(wakes)
sleep 2
[ "$(wakes)" = "$before" ] || fail "it woke up $(($(wakes) - before)) times in 2 s"
awk '/^Pss:/ { printf "PSS of the endpoint: %d KiB\n", $2; exit $2 > 8192 }' "/proc/$(program)/smaps_rollup" || [ -n "${ASAN_OPTIONS:-}" ] || fail "too much"
if pgrep -P "$agent" -f -- --worker | while read -r worker; do grep -l libmicrohttpd "/proc/$worker/maps"; done | grep .; then
    fail "a worker has loaded the HTTP server"
fi
! grep -q libmicrohttpd "/proc/$agent/maps" || fail "the supervisor has loaded the HTTP server"

step "it comes back when it is killed, and ends with the agent"
first=$(program)
kill -KILL "$first"
back() { [ -n "$(program)" ] && [ "$(program)" != "$first" ]; }
until_true back
settled() { status >"$work/out"; }
until_true settled

step "a port that is taken is said, and the others go on"
find_url
taken=${url%/metrics}
taken=${taken##*:}
mkdir "$work/other"
echo "{ \"metrics\": { \"listen\": \"127.0.0.1:$taken\" } }" >"$work/other/settings.json"
"$live" start -s "$work/other/settings.json" >"$work/out" 2>&1 || true
# It is started again and again: between two starts the verdict says what it waits for.
complains() {
    ! "$live" status -s "$work/other/settings.json" >"$work/out" || fail "healthy: $(cat "$work/out")"
    grep -q "^degraded: 'metrics' .*listening on 127.0.0.1 port $taken: Address already in use" "$work/out"
}
until_true complains
"$live" stop -s "$work/other/settings.json" >"$work/out" 2>&1

step "an address that others reach is refused, with a place"
write_settings '"metrics": { "listen": "0.0.0.0:9464" },'
"$live" reload -s "$work/settings.json" >"$work/out" 2>&1 && fail "$(cat "$work/out")"
grep -q 'settings.json:1:[0-9]*: /metrics/listen: other machines would reach 0.0.0.0' "$work/out" || fail "$(cat "$work/out")"
scrape "$url" | grep -qx 'live_agent_reload_refused 1' || fail "the last good settings are not in force"

step "without the setting it goes"
write_settings ''
"$live" reload -s "$work/settings.json" >"$work/out" || fail "$(cat "$work/out")"
gone() { [ -z "$(program)" ]; }
until_true gone

kill -TERM "$agent"
wait "$agent" || fail "the agent ended with $?"
agent=
! grep -E 'Sanitizer|runtime error' "$work/agent.log" || fail "a sanitizer"
echo "$steps passed, 0 failed"
