#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What install.sh runs in the booted system, as its root: the life of a package.
#
#   inside.sh URL-OF-THE-PLATFORM
set -eu

url=$1
settings=/etc/rig/settings.json
old=$(echo /packages/rig-1.0.0-*.rpm)
new=$(echo /packages/rig-1.1.0-*.rpm)

at=
passed=0
step() { at=$*; passed=$((passed + 1)); echo "-- $*"; }
trap 'code=$?; [ $code -eq 0 ] || { echo "inside.sh: failed at: $at"; journalctl --no-pager -b -u rig | tail -n 30; }' EXIT
fail() { echo "inside.sh: $*"; exit 1; }
until_true() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || fail "not in 20 s: $*"
        sleep 0.05
    done
}
# rpm is not the system's own here.
package() { rpm --force-debian --nodeps "$@" 2>&1 | grep -v -e '^rpm: RPM should not' -e '^rpm: However' || :; }
show() { systemctl show --value -p "$1" rig; }
is() { [ "$(show "$1")" = "$2" ]; }
stat_of() { stat -c '%a %U:%G' "$1"; }
rows() { (cd /etc/rig && rig query --settings "$settings" "$@" --timeout 20s); }
said() { journalctl -b -u rig -o cat | grep -q -- "$1"; }

step "it is installed: user, folders, unit; and does not run yet"
package -i "$old"
[ "$(rpm -q --qf '%{VERSION}' rig)" = 1.0.0 ] || fail "it is not there"
id rig | grep -q '(rig) gid=[0-9]*(rig)' || fail "$(id rig)"
getent passwd rig | grep -q ':/var/lib/rig:/usr/sbin/nologin$' || fail "$(getent passwd rig)"
[ "$(stat_of $settings)" = '640 root:rig' ] || fail "$(stat_of $settings)"
[ "$(stat_of /etc/rig/secrets)" = '750 root:rig' ] || fail "$(stat_of /etc/rig/secrets)"
is LoadState loaded || fail "the unit is not loaded"
is ActiveState inactive || fail "it runs already"
rpm -V --nodeps rig || fail "rpm -V"
rig version

step "as it comes it starts, with nothing enabled, and stays up"
systemctl start rig
until_true said 'no process is enabled'
is ActiveState active || fail "it does not run"
systemctl stop rig
is Result success || fail "it ended badly: $(show Result)"

step "with the platform and its password it sends what this machine does"
sed -i "s|http://127.0.0.1:8080|$url|" $settings
rig enable --settings $settings 'this machine'
printf 'live-agent\n' >/etc/rig/secrets/live_password
chgrp rig /etc/rig/secrets/live_password
chmod 640 /etc/rig/secrets/live_password
[ "$(stat_of $settings)" = '640 root:rig' ] || fail "enabling changed the mode: $(stat_of $settings)"
systemctl start rig
rows 'host => load1, uptime_s, memory_total_bytes, cpu_percent, disks, interfaces' --follow --count 2 >/root/rows
for figure in load1 uptime_s memory_total_bytes cpu_percent disks interfaces; do
    tail -n 1 /root/rows | grep -q "\"$figure\":[^n]" || fail "the module host sees no $figure: $(cat /root/rows)"
done

step "its own module and the bot, with the state in /var/lib"
rig enable --settings $settings 'pumps load' 'pumps alarm' bot
systemctl restart rig
rows pumps --follow --count 2
for process in 'pumps load' 'pumps alarm' bot; do until_true said "$process: up"; done
for folder in state outbox; do
    [ "$(stat_of /var/lib/rig/$folder)" = '700 rig:rig' ] || fail "$folder: $(stat_of /var/lib/rig/$folder)"
done
[ ! -e /etc/rig/.live ] || fail "it writes beside its settings"

step "it runs as its user, who can do little"
pid=$(show MainPID)
for process in $pid $(cat "/proc/$pid/task/$pid/children"); do
    [ "$(stat -c %U "/proc/$process")" = rig ] || [ "$(awk '/^Uid/ { print $2 }' "/proc/$process/status")" = "$(id -u rig)" ] ||
        fail "process $process is another's"
    grep -q '^NoNewPrivs:.1' "/proc/$process/status" || fail "process $process may get privileges"
    grep -q '^CapBnd:.0000000000000000' "/proc/$process/status" || fail "process $process has capabilities"
    grep -q '^Seccomp:.2' "/proc/$process/status" || fail "process $process may call everything"
done

step "killed, it comes back"
kill -KILL "$pid"
until_true said 'Scheduled restart job'
until_true is ActiveState active
rows host --follow --count 1 >/dev/null

step "it says how it is; a reload leaves it running; when its loop stands still it is ended and comes back"
pid=$(show MainPID)
show StatusText | grep -q 'up' || fail "its status is '$(show StatusText)'"
systemctl reload rig || fail "the reload"
until_true said 'the settings were read again'
is MainPID "$pid" || fail "the reload started it again"
mkdir -p /etc/systemd/system/rig.service.d
printf '[Service]\nWatchdogSec=2s\n' >/etc/systemd/system/rig.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart rig
sleep 5 # longer than the watchdog waits
is NRestarts 0 || fail "its loop does not feed the watchdog"
kill -STOP "$(show MainPID)"
until_true said 'Watchdog timeout'
until_true is NRestarts 1
until_true is ActiveState active
rows host --follow --count 1 >/dev/null
rm -r /etc/systemd/system/rig.service.d
systemctl daemon-reload
systemctl restart rig

step "upgraded, it runs on, with the settings that were edited; new ones lie beside them"
cp $settings /root/edited.json
pid=$(show MainPID)
package -U "$new"
[ "$(rpm -q --qf '%{VERSION}' rig)" = 1.1.0 ] || fail "it is not there"
cmp $settings /root/edited.json || fail "the settings are other ones"
grep -q debug $settings.rpmnew || fail "there are no new ones"
is ActiveState active || fail "it does not run"
[ "$(show MainPID)" != "$pid" ] || fail "the old version runs on"
rows host --follow --count 1 >/dev/null

step "a password from the system's credentials"
mkdir -p -m 700 /etc/credstore
mv /etc/rig/secrets/live_password /etc/credstore/live_password
sed -i 's|{ "file": "secrets/live_password" }|{ "credential": "live_password" }|' $settings
systemctl restart rig
sed 's|{ "credential": "live_password" }|{ "file": "/etc/credstore/live_password" }|' $settings >/root/query.json
rig query --settings /root/query.json host --follow --count 1 --timeout 20s >/dev/null

step "settings that are refused do not make it start again and again"
echo oops >>$settings
systemctl restart rig || :
until_true is ActiveState failed
is ExecMainStatus 2 || fail "it ended with $(show ExecMainStatus)"
is NRestarts 0 || fail "it was started again"
cp /root/edited.json $settings
systemctl reset-failed rig
systemctl start rig
until_true is ActiveState active

step "erased, it is stopped; edited settings, state and user are left"
package -e rig
! rpm -q rig >/dev/null || fail "it is still there"
[ ! -e /usr/bin/rig ] && [ ! -e /usr/lib64/rig ] && [ ! -e /usr/lib/systemd/system/rig.service ] || fail "files are left"
[ -e $settings.rpmsave ] || fail "the edited settings are gone"
[ -d /var/lib/rig/state ] && id rig >/dev/null || fail "the state or the user is gone"
is LoadState not-found || is ActiveState inactive || fail "the unit is still $(show ActiveState)"
! grep -lE "^Uid:.$(id -u rig)" /proc/[0-9]*/status 2>/dev/null || fail "a process is left"
! systemctl is-enabled -q rig 2>/dev/null || fail "it is still enabled"
echo "$passed passed, 0 failed"
