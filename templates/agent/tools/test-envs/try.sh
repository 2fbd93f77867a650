#!/bin/sh
# Inside a test environment: installs the package of this agent, starts it, shows what it says, erases it.
set -eu

for package in /packages/myagent-[0-9]*.rpm; do newest=$package; done
rpm -i --force-debian --nodeps "$newest"
systemctl start myagent
tries=0
until journalctl -b -u myagent | grep -q 'gateway: up' || [ $tries -eq 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
systemctl status --no-pager --full myagent || :
journalctl --no-pager -b -u myagent
rpm -e --nodeps myagent
