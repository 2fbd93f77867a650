#!/bin/sh
# The steps of `live build-rpm`, one at a time: package.sh modules|payload|settings|sources|package|check
#
# In the environment, beside the variables of vars.sh: AGENT, this agent's folder; WORK, a folder that goes away; PREFIX and
# LIBDIR, where the toolkit is installed and how it calls its folder of libraries; SOURCE_DATE_EPOCH. Before `payload` each
# tools/X.in is in WORK as X. What `package` leaves in WORK/packages is what the command hands out.
set -eu
umask 022
payload=$WORK/payload/$NAME-$VERSION

# The agent's modules, hardened, with the paths of this machine taken out of them.
modules() {
    CFLAGS=$(rpm --eval '%{optflags}')
    LDFLAGS=$(rpm --eval '%{?build_ldflags}')
    if [ -z "$LDFLAGS" ]; then # rpm is not the system's own, and knows of none
        CFLAGS="$CFLAGS -D_FORTIFY_SOURCE=2 -fstack-protector-strong -Wformat -Wformat-security"
        LDFLAGS='-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--build-id'
    fi
    for map in "$PREFIX=/usr/src/debug/live" "$AGENT=/usr/src/debug/$NAME" "$WORK/build=/usr/src/debug/$NAME/build"; do
        CFLAGS="$CFLAGS '-ffile-prefix-map=$map'" # of those that fit the last one counts
    done
    CXXFLAGS=$CFLAGS
    export CFLAGS CXXFLAGS LDFLAGS
    # An installed module finds the toolkit's libraries two folders up.
    cmake --log-level=NOTICE -S "$AGENT" -B "$WORK/build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_PREFIX_PATH="$PREFIX" \
        -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON -DCMAKE_INSTALL_RPATH='$ORIGIN/../..'
    cmake --build "$WORK/build" --parallel "$(nproc)"
}

# What is installed, as the spec expects it. The toolkit keeps the shape of its prefix, in which its programs find each other.
payload() {
    toolkit=$payload/toolkit
    mkdir -p "$toolkit/bin" "$toolkit/libexec/live" "$toolkit/$LIBDIR/live/modules" "$payload/licenses"
    cp "$PREFIX/bin/live" "$toolkit/bin"
    for program in live-agent live-gateway live-metrics; do
        cp "$PREFIX/libexec/live/$program" "$toolkit/libexec/live"
    done
    for library in "$PREFIX/$LIBDIR"/liblive-base.so.* "$PREFIX/$LIBDIR"/liblive.so.* "$PREFIX/$LIBDIR"/libagent.so.*; do
        [ ! -e "$library" ] || cp -P "$library" "$toolkit/$LIBDIR"
    done
    for module in "$PREFIX/$LIBDIR"/live/modules/*.so "$WORK"/build/modules/*.so; do
        [ ! -e "$module" ] || cp "$module" "$toolkit/$LIBDIR/live/modules"
    done
    find "$toolkit" -type f -exec chmod 0755 {} +
    cp "$PREFIX/share/licenses/live/LICENSE" "$payload/licenses/LICENSE.live"
    [ ! -f "$AGENT/LICENSE" ] || cp "$AGENT/LICENSE" "$payload/licenses"
    cp "$AGENT/$SETTINGS" "$payload/settings.json"
    cp "$AGENT/README.md" "$WORK/agent.service" "$WORK/sysusers" "$payload"
}

# Whether the settings fit, by the very programs and modules that are installed.
settings() {
    code=0
    cd "$payload"
    toolkit/bin/live validate --settings settings.json >"$WORK/findings" 2>&1 || code=$?
    grep -E '(error|warning): ' "$WORK/findings" || [ $code -eq 0 ] || cat "$WORK/findings"
    return $code
}

# The payload as rpmbuild takes it: names in order, one time, one owner.
sources() {
    mkdir -p "$WORK/rpm/SOURCES"
    tar -C "$WORK/payload" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
        --mode=u+rwX,go+rX,go-w -cf - "$NAME-$VERSION" | gzip -9n >"$WORK/rpm/SOURCES/$NAME-$VERSION.tar.gz"
}

# Only -bb gives the same bytes anywhere. What it takes was looked for already; where rpm is not the system's own package
# manager (--nodeps) its database knows of nothing.
package() {
    short=$(mktemp -d) # rpm knows of no folder with a blank in its name
    trap 'rm -rf "$short"' EXIT
    ln -s "$WORK" "$short/work"
    rpmbuild -bb --nodeps --define "_topdir $short/work/rpm" --define "_tmppath $short/work/rpm" \
        --define "packager $PACKAGER" "$WORK/rpm.spec"
    mkdir "$WORK/packages"
    mv "$WORK"/rpm/RPMS/*/*.rpm "$WORK/packages"
}

# What rpmlint (2 and later) has to say, by rpmlint.toml.
check() {
    case $(rpmlint --version 2>/dev/null) in 2.*) ;; *) return 0 ;; esac
    rpmlint -c "$WORK/rpmlint.toml" "$WORK/rpm.spec" "$WORK"/packages/*.rpm >"$WORK/findings" 2>&1 || :
    if grep -q 'specfiles checked' "$WORK/findings"; then
        grep -E ': [EW]: ' "$WORK/findings" || :
    else
        cat "$WORK/findings"
    fi
}

"$1"
