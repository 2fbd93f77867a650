#!/bin/sh
# Boots a small Debian and runs a script in it, as root, under its systemd.
#
#   boot.sh ROOT PACKAGES SCRIPT [WORD...]
#
# ROOT is made when it is not there. PACKAGES is a folder, seen inside at /packages. Prints what the script prints; exit code:
# the script's; 77 when this machine cannot do it, having said why.
set -eu

root=$1
packages=$(cd "$2" && pwd)
script=$3
shift 3
cannot() { echo "boot.sh: $*" >&2; exit 77; }

[ "$(id -u)" -eq 0 ] || cannot "it takes root"
for program in debootstrap systemd-nspawn; do
    command -v $program >/dev/null || cannot "$program is not installed: apt-get install debootstrap systemd-container"
done

# The system itself: whole, or not there. It has one unit of ours, which runs the script, keeps its exit code, and powers off.
if [ ! -d "$root" ]; then
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null | awk -v suite="$suite" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || cannot "this machine's apt names no mirror"
    rm -rf "$root.new"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,rpm,libcurl4,libuv1,libcjson1 \
        "$suite" "$root.new" "$mirror" >"$root.log" 2>&1 || { tail -n 5 "$root.log" >&2; cannot "debootstrap failed; see $root.log"; }
    cat >"$root.new/etc/systemd/system/script.service" <<'END'
[Service]
Type=oneshot
WorkingDirectory=/work
ExecStart=/bin/sh -c 'xargs -d "\\n" sh script <words >output 2>&1; echo $? >code'
ExecStopPost=/bin/systemctl poweroff --no-block
END
    mkdir -p "$root.new/etc/systemd/system/multi-user.target.wants"
    ln -s ../script.service "$root.new/etc/systemd/system/multi-user.target.wants"
    mv "$root.new" "$root"
fi
systemd-nspawn -q -D "$root" --volatile=overlay --keep-unit --register=no true >/dev/null 2>&1 ||
    cannot "systemd-nspawn does not work here"

# What the script changes is gone when the system is off.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: >"$work/words"
cp "$script" "$work/script"
[ $# -eq 0 ] || printf '%s\n' "$@" >"$work/words"
timeout 300 systemd-nspawn -q -D "$root" --volatile=overlay --boot --keep-unit --register=no --console=pipe \
    --bind="$work:/work" --bind-ro="$packages:/packages" </dev/null >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; echo "boot.sh: it did not boot, or did not end" >&2; }
[ ! -e "$work/output" ] || cat "$work/output"
[ -e "$work/code" ] && exit "$(cat "$work/code")"
exit 1
