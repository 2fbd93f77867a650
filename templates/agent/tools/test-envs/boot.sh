#!/bin/sh
# Boots a small Debian and runs a script in it, as root, under its systemd.
#
#   boot.sh ROOT PACKAGES SCRIPT [WORD...]
#
# ROOT is made when it is not there, or lacks what the packages need. PACKAGES is a folder, seen inside at /packages. Prints what
# the script prints (a WORD has no blanks); exit code: the script's; 77 when this machine cannot do it, having said why.
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

# What the packages want of the system's libraries, as packages of Debian.
libraries() {
    rpm -qp --requires "$packages"/*.rpm | sed -n 's/^\(lib[^(]*\.so[^(]*\)(.*/\1/p' | sort -u | while read -r library; do
        path=$(ldconfig -p | awk -v library="$library" '$1 == library { print $NF; exit }')
        dpkg -S "$path" 2>/dev/null || dpkg -S "$(readlink -f "$path")" 2>/dev/null || dpkg -S "/usr$path" 2>/dev/null || :
    done | sed 's/:.*//' | sort -u
}

# The system itself: whole, or not there. It has one unit of ours, which runs the script, keeps its exit code, and powers off.
include=$(echo systemd systemd-sysv rpm $(libraries) | tr ' ' ,)
if [ "$(cat "$root/etc/included" 2>/dev/null)" != "$include" ]; then
    [ ! -e "$root" ] || [ -e "$root/etc/included" ] || { echo "boot.sh: $root is there and is none of mine" >&2; exit 1; }
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null | awk -v suite="$suite" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || cannot "this machine's apt names no mirror"
    unshare --mount true 2>/dev/null || cannot "there is no mount namespace to be had here"
    rm -rf "$root" "$root.new"
    # What it mounts in there is its own and ends with it, also when it is killed.
    unshare --mount debootstrap --variant=minbase --include="$include" "$suite" "$root.new" "$mirror" >"$root.log" 2>&1 ||
        { tail -n 5 "$root.log" >&2; cannot "debootstrap failed; see $root.log"; }
    echo "$include" >"$root.new/etc/included"
    cat >"$root.new/etc/systemd/system/script.service" <<'END'
[Service]
Type=oneshot
WorkingDirectory=/work
ExecStart=/bin/sh -c 'sh script $$(cat words) >output 2>&1; echo $? >code'
ExecStopPost=/bin/systemctl poweroff --no-block
END
    mkdir -p "$root.new/etc/systemd/system/multi-user.target.wants"
    ln -s ../script.service "$root.new/etc/systemd/system/multi-user.target.wants"
    mv "$root.new" "$root"
fi
within() { systemd-nspawn -q -D "$root" --volatile=overlay --keep-unit --register=no "$@" >/dev/null 2>&1; }
within true || cannot "systemd-nspawn does not work here"
within unshare --user true || cannot "there are no user namespaces here, of which the service has one (PrivateUsers)"

# What the script changes is gone when the system is off.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$script" "$work/script"
echo "$*" >"$work/words"
timeout 300 systemd-nspawn -q -D "$root" --volatile=overlay --boot --keep-unit --register=no --console=pipe \
    --bind="$work:/work" --bind-ro="$packages:/packages" </dev/null >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log" >&2; echo "boot.sh: it did not boot, or did not end" >&2; }
[ ! -e "$work/output" ] || cat "$work/output"
[ -e "$work/code" ] && exit "$(cat "$work/code")"
exit 1
