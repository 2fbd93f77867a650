#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `live build-rpm` as its users see it: what is wrong with an agent or a machine, and a package that holds what it should,
# passes rpmlint and is the same from everywhere. Leaves two versions in WORK/packages for install.sh.
#
#   build.sh SOURCE BUILD WORK
set -eu

source=$1
build=$2
work=$3
here=$source/tests/rpm
live=$work/toolkit/bin/live
agent=$work/agents/rig

at=
step() { at=$*; echo "-- $*"; }
fail() { echo "build.sh: $at: $*" >&2; exit 1; }

# refuses WHAT-STANDARD-ERROR-HAS COMMAND…: exit code 1, nothing printed, nothing left behind.
refuses() {
    want=$1
    shift
    before=$(find "$agent" | sort)
    code=0
    "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
    [ "$code" -eq 1 ] || fail "exit code $code: $(cat "$work/err")"
    [ ! -s "$work/out" ] || fail "standard output: $(cat "$work/out")"
    grep -qE -- "$want" "$work/err" || fail "standard error lacks '$want': $(cat "$work/err")"
    [ "$before" = "$(find "$agent" | sort)" ] || fail "the folder of the agent is not as it was"
}

# A folder with the programs of this machine but those named.
without() {
    rm -rf "$work/bin"
    mkdir "$work/bin"
    for folder in /usr/bin /usr/sbin /bin; do
        ln -sf "$folder"/* "$work/bin" 2>/dev/null || :
    done
    for program in "$@"; do rm -f "$work/bin/$program"; done
}

make_agent() {
    (cd "${1%/*}" && "$live" create-agent "${1##*/}" && cd "$1" && "$live" add-module pumps) >"$work/log" </dev/null
    printf 'run openssl >= 1.1.1 # asks for nothing but a line\n' >>"$1/modules/pumps/requirements.txt"
}

for program in rpmbuild rpmlint eu-strip; do
    command -v $program >/dev/null || { echo "build.sh: skipped: $program is not installed"; exit 77; }
done
unset SOURCE_DATE_EPOCH
rm -rf "$work/toolkit" "$work/agents" "$work/packages" "$work/else where"
mkdir -p "$work/agents" "$work/packages" "$work/home"
HOME=$work/home
export HOME GIT_CONFIG_NOSYSTEM=1
cmake --install "$build" --prefix "$work/toolkit" >"$work/log"
make_agent "$agent"
cd "$agent"

step "a toolkit that is not installed says so"
refuses "is not installed: 'cmake --install'" "$build/bin/live" build-rpm

step "a folder that is no agent's is refused"
cd /
refuses 'no agent here, nor in a folder above' "$live" build-rpm
cd "$agent"

step "a tool that is missing is named with its package, and so are several"
without rpmbuild
refuses 'not installed: rpmbuild; apt-get install rpm, or dnf install rpm-build$' env PATH="$work/bin" "$live" build-rpm
without cc gcc c99 cmake
refuses 'not installed: cmake cc; apt-get install cmake gcc, or dnf install cmake gcc$' env PATH="$work/bin" "$live" build-rpm

step "a version that is none is refused, and so is a name"
refuses "VERSION is '1-2'; due: digits" "$live" build-rpm --version 1-2
sed -i 's/^NAME=rig/NAME=Rig/' tools/vars.sh
refuses "NAME is 'Rig'; due: at most 31 small letters" "$live" build-rpm
sed -i 's/^NAME=Rig/NAME=rig/' tools/vars.sh

step "an output folder that cannot be is refused"
refuses '/no/such/folder: No such file' "$live" build-rpm --output /no/such/folder

# From here on a build comes as far as its folder.
mkdir build-rpm

step "settings that are no JSON are refused with their place"
cp settings.json "$work/settings.json"
echo oops >>settings.json
refuses 'looking for secrets in the settings: .*settings.json:[0-9]+:1: ' "$live" build-rpm

step "settings that do not fit a module are refused with their place"
sed 's/"every": "1s"/"every": "often"/' "$work/settings.json" >settings.json
refuses '^settings.json:[0-9]+:[0-9]+: error: /processes/this machine/every: a duration' "$live" build-rpm

step "a password in the clear is refused with its place, and not shown"
sed 's/{ "file": "secrets[^}]*}/"s3cret-canary"/' "$work/settings.json" >settings.json
refuses 'settings.json:[0-9]+:[0-9]+: live/password: a secret in the clear' "$live" build-rpm
! grep -q canary "$work/err" || fail "it shows the password"
cp "$work/settings.json" settings.json

step "a secret that the settings only refer to may be in no file of the payload"
cp README.md "$work/README.md"
echo s3cret-canary >secrets/live_password
echo 'the password is s3cret-canary' >>README.md
refuses "the payload holds the secret of 'live/password', in .*README.md" "$live" build-rpm
cp "$work/README.md" README.md

step "a module that does not compile: the compiler's words, and nothing half-built"
cp modules/pumps/module.c "$work/module.c"
echo 'int oops(void) { return no_such_thing; }' >>modules/pumps/module.c
refuses "module.c:[0-9]+:.*no_such_thing" "$live" build-rpm
grep -q '^live: building the modules: ' "$work/err" || fail "its last line says not what failed"
cp "$work/module.c" modules/pumps/module.c

step "what is required and missing is named"
echo 'build no-such-library apt:libno-such-dev' >>modules/pumps/requirements.txt
refuses 'apt-get install libno-such-dev' "$live" build-rpm
sed -i '$d' modules/pumps/requirements.txt

step "a spec that rpmbuild refuses: its words"
cp tools/rpm.spec.in "$work/rpm.spec.in"
sed -i 's/^Summary:/NoSuchTag:/' tools/rpm.spec.in
refuses 'NoSuchTag' "$live" build-rpm
echo '@NO_SUCH_VARIABLE@' >>tools/rpm.spec.in
refuses 'tools/vars.sh sets no NO_SUCH_VARIABLE' "$live" build-rpm
cp "$work/rpm.spec.in" tools/rpm.spec.in

step "it is built from a folder below, and says where it is"
cd modules/pumps
"$live" build-rpm --version 1.0.0 --builder host >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
cd "$agent"
package=$agent/build-rpm/$(cd build-rpm && echo rig-1.0.0-1*.rpm)
[ "$(head -n 1 "$work/out")" = "$package" ] || fail "it printed: $(cat "$work/out")"
[ "$(ls -A build-rpm | wc -l)" -eq 2 ] || fail "left: $(ls -A build-rpm)"
[ "$(grep -c . "$work/err")" -eq 7 ] || fail "rpmlint, or a stage, said more: $(cat "$work/err")"

step "rpmlint has nothing to say"
sed 's/@NAME@/rig/g' tools/rpmlint.toml.in >"$work/rpmlint.toml"
rpmlint -c "$work/rpmlint.toml" build-rpm/*.rpm >"$work/out" || cat "$work/out"
grep -q ' 0 errors, 0 warnings' "$work/out" || fail "$(cat "$work/out")"

step "it holds, requires and provides what it should"
# Without what varies from machine to machine, the architecture and the folder of libraries; without the modules of the
# toolkit, which are all there; and without the libraries of the system, which are looked at below.
rpm -qp --qf '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES} %{FILEFLAGS:fflags} %{FILELINKTOS}\n]' "$package" |
    sed 's| *$||; s|/rig/lib64|/rig/lib|' >"$work/golden"
for module in "$work"/toolkit/lib*/live/modules/*.so; do
    line="-rwxr-xr-x root:root /usr/lib64/rig/lib/live/modules/${module##*/}"
    grep -qxF -- "$line" "$work/golden" || fail "it lacks ${module##*/}"
    grep -vxF -- "$line" "$work/golden" >"$work/golden.rest"
    mv "$work/golden.rest" "$work/golden"
done
for what in provides requires; do
    echo "$what:"
    rpm -qp --$what "$package" | grep -v '^[a-z0-9+-]*\.so[^(]*(' | sed "s/$(uname -m | tr _ -)/ARCH/" | LC_ALL=C sort -u
done >>"$work/golden"
diff -u "$here/golden.txt" "$work/golden" || fail "if that is meant: cp $work/golden $here/golden.txt"

step "it requires every library that its files need, but those that it brings, and no developer's"
mkdir -p "$work/else where/payload"
(cd "$work/else where/payload" && rpm2cpio "$package" | cpio -idm --quiet)
find "$work/else where/payload/usr/lib64" -type f -exec readelf -dW {} + 2>/dev/null |
    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v -e '^liblive' -e '^libagent' | LC_ALL=C sort -u >"$work/needed"
rpm -qp --requires "$package" | sed -n 's/^\([a-z0-9+-]*\.so[^(]*\)(.*/\1/p' | LC_ALL=C sort -u >"$work/required"
diff -u "$work/needed" "$work/required" || fail "they differ"
! grep -E 'libgit2|libcmocka' "$work/required" || fail "that is a developer's"

step "no secret, no path of this machine, no developer's program is in it"
! grep -rl s3cret-canary "$work/else where/payload" || fail "the password"
! grep -l -- "$work" "$work/else where/payload/usr/lib64/rig/"lib*/live/modules/pumps.so || fail "the path of the build"
! find "$work/else where/payload" -name 'live-dev*' | grep . || fail "live-dev"
! rpm -qp --scripts "$package" | grep -E '^(getent|systemctl|\[)' | grep -v '|| :$' || fail "a line that may fail"

step "the module is hardened and finds the toolkit where it lies"
readelf -dW "$work/else where/payload/usr/lib64/rig/"lib*/live/modules/pumps.so >"$work/out"
grep -q 'BIND_NOW' "$work/out" || fail "it is bound late"
grep -q 'RUNPATH.*\[$ORIGIN/\.\./\.\.\]' "$work/out" || fail "$(grep RUNPATH "$work/out")"
readelf -lW "$work/else where/payload/usr/lib64/rig/"lib*/live/modules/pumps.so >"$work/out"
grep -q 'GNU_RELRO' "$work/out" || fail "no relro"
! grep 'GNU_STACK.*RWE' "$work/out" || fail "its stack can be executed"

step "the same bytes, in another folder, with another mask, time zone and language"
mkdir "$work/else where/deeper"
make_agent "$work/else where/deeper/rig"
cd "$work/else where/deeper/rig"
(umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$live" build-rpm --version 1.0.0 --output "$work/else where/out") >"$work/out" 2>"$work/err" ||
    fail "$(cat "$work/err")"
for file in "$agent"/build-rpm/*.rpm; do
    cmp "$file" "$work/else where/out/${file##*/}" || fail "they differ"
done
cd "$agent"

step "--release, SOURCE_DATE_EPOCH"
SOURCE_DATE_EPOCH=1700000000 "$live" build-rpm --version 1.0.0 --release 7 --output "$work/else where/out" >"$work/out" 2>"$work/err" ||
    fail "$(cat "$work/err")"
rpm -qp --qf '%{RELEASE} %{BUILDTIME}\n' "$work/else where/out/"rig-1.0.0-7*.rpm | grep -q '^7 1700000000$' ||
    fail "$(rpm -qp --qf '%{RELEASE} %{BUILDTIME}\n' "$work/else where/out/"rig-1.0.0-7*.rpm)"

step "what a signal ends leaves nothing"
before=$(find "$agent" | sort)
: >"$work/err"
"$live" build-rpm >"$work/out" 2>"$work/err" &
builder=$!
until grep -q 'building the modules' "$work/err"; do kill -0 $builder || fail "it ended: $(cat "$work/err")"; sleep 0.01; done
kill -TERM $builder
code=0
wait $builder || code=$?
[ "$code" -eq 1 ] || fail "exit code $code"
grep -q '^live: building the modules: ended by signal 15' "$work/err" || fail "$(cat "$work/err")"
[ "$before" = "$(find "$agent" | sort)" ] || fail "something is left"

step "the unit is as closed as it may be, and systemd understands it"
if command -v systemd-analyze >/dev/null; then
    unit="$work/else where/payload/usr/lib/systemd/system/rig.service"
    systemd-analyze security --offline=yes --threshold=15 "$unit" >"$work/out" || fail "$(tail -n 3 "$work/out")"
    tail -n 1 "$work/out"
    systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>"$work/err" || :
    ! grep -v -e 'Command /usr/bin/rig is not executable' "$work/err" | grep rig || fail "verify"
else
    echo "skipped: systemd-analyze is not installed"
fi

step "a second version, with other settings; what a build that was killed left there goes, and what goes on stays"
cp "$package" "$work/packages"
mkdir -p "$work/packages/.work.killed/deep" "$work/packages/.work.alive"
touch "$work/packages/.work.killed/deep/file"
exec 9<"$work/packages/.work.alive"
flock 9
sed -i 's/"level": "info"/"level": "debug"/' settings.json
"$live" build-rpm --version 1.1.0 --output "$work/packages" >"$work/out" 2>"$work/err" || fail "$(cat "$work/err")"
[ "$(cd "$work/packages" && echo .work.*)" = .work.alive ] || fail "left: $(ls -A "$work/packages")"
exec 9<&-
rm -rf "$work/packages/"*debuginfo* "$work/packages/.work.alive"
mkdir -p "$work/packages/tools"
cp -R tools/test-envs "$work/packages/tools"
step "done"
