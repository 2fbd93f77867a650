#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# boot.sh, where debootstrap is killed while it works: nothing stays mounted, and the next time begins anew.
#
#   interrupted.sh BOOT-SH
set -eu

boot=$1
[ "$(id -u)" -eq 0 ] || { echo "interrupted.sh: it takes root" >&2; exit 77; }
for program in debootstrap systemd-nspawn; do
    command -v $program >/dev/null || { echo "interrupted.sh: $program is not installed" >&2; exit 77; }
done
work=$(mktemp -d)
stop() {
    code=$?
    umount "$work/debian.new/proc" 2>/dev/null || :
    rm -rf "$work"
    exit $code
}
trap stop EXIT
trap 'exit 1' INT TERM

# It mounts as debootstrap does, in the folder that is its second word but one, and is killed.
mkdir "$work/bin" "$work/packages"
cat >"$work/bin/debootstrap" <<'END'
#!/bin/sh
while [ $# -gt 2 ]; do shift; done
mkdir -p "$1/proc"
mount -t proc proc "$1/proc" || exit 1
kill -KILL $$
END
chmod +x "$work/bin/debootstrap"

for time in first second; do
    code=0
    PATH=$work/bin:$PATH sh "$boot" "$work/debian" "$work/packages" /dev/null >"$work/out" 2>&1 || code=$?
    [ $code -eq 77 ] || { echo "the $time time: exit code $code instead of 77"; cat "$work/out"; exit 1; }
    grep -q 'debootstrap failed' "$work/out" || { cat "$work/out"; exit 77; } # this machine names no mirror
    [ -d "$work/debian.new/proc" ] || { echo "the $time time: the stand-in did nothing"; cat "$work/out"; exit 1; }
    ! grep "$work" /proc/self/mounts || { echo "the $time time: it stays mounted"; exit 1; }
done
