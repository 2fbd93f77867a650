#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The system packages this project needs: names what is missing, and installs it with apt.
#
#   packages.sh --check SET…            names what is missing; exit 1 when something is
#   packages.sh --install [--sudo] SET… installs it; without root sudo is used when asked to
#
# SET is build (compiler and libraries), agent (what an agent's project is tested with), test (what the tests need beside
# these), rpm (to build packages of agents and to try them), interop (for the programs of others that they talk to) or
# browser (which the simulator's page is tried in).
set -eu

build_apt='gcc libc6-dev cmake make pkg-config libcjson-dev libuv1-dev libpcre2-dev libcurl4-openssl-dev libsqlite3-dev zlib1g-dev libmicrohttpd-dev libwslay-dev libstemmer-dev libssl-dev libgit2-dev'
build_dnf='gcc cmake make pkgconf-pkg-config cjson-devel libuv-devel pcre2-devel libcurl-devel sqlite-devel zlib-devel libmicrohttpd-devel wslay-devel libstemmer-devel openssl-devel libgit2-devel'
test_apt='g++ clang clang-format clang-tidy libclang-rt-14-dev libcmocka-dev openssl procps git curl iproute2 mandoc zsh fish doxygen tinyproxy-bin microsocks stunnel4'
test_dnf='gcc-c++ clang clang-tools-extra compiler-rt libcmocka-devel openssl procps-ng git curl iproute mandoc zsh fish doxygen tinyproxy microsocks stunnel'
rpm_apt='rpm rpmlint elfutils file cpio debootstrap systemd-container'
rpm_dnf='rpm-build rpmlint elfutils file cpio debootstrap systemd-container'
agent_apt='libcmocka-dev'
agent_dnf='libcmocka-devel'
interop_apt='nodejs npm python3-prometheus-client'
interop_dnf='nodejs npm python3-prometheus_client'
browser_apt='chromium'
browser_dnf='chromium'

action=--check
sudo=ask
apt=
dnf=
for word in "$@"; do
    case $word in
        --check | --install) action=$word ;;
        --sudo) sudo=yes ;;
        build) apt="$apt $build_apt" dnf="$dnf $build_dnf" ;;
        rpm) apt="$apt $rpm_apt" dnf="$dnf $rpm_dnf" ;;
        agent) apt="$apt $agent_apt" dnf="$dnf $agent_dnf" ;;
        interop) apt="$apt $interop_apt" dnf="$dnf $interop_dnf" ;;
        browser) apt="$apt $browser_apt" dnf="$dnf $browser_dnf" ;;
        test) apt="$apt $test_apt" dnf="$dnf $test_dnf" ;;
        *) echo "packages.sh: '$word' is neither an option nor a set" >&2; exit 2 ;;
    esac
done

if ! command -v apt-get >/dev/null 2>&1; then
    echo "This machine has no apt. With dnf the packages are:"
    echo "  dnf install$dnf"
    [ "$action" = --check ] && exit 0
    exit 1
fi

missing=
for package in $apt; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "All packages that are needed are installed."
    exit 0
fi

line="apt-get install -y --no-install-recommends$missing"
if [ "$action" = --check ]; then
    echo "Packages are missing. Install them, as root, with" >&2
    echo "  $line" >&2
    exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if [ "$sudo" = ask ] && [ -t 0 ] && command -v sudo >/dev/null 2>&1; then
        printf 'Packages are missing:%s\nInstall them with sudo? [y/N] ' "$missing"
        read -r answer || answer=no
        case $answer in y | Y | yes) sudo=yes ;; esac
    fi
    if [ "$sudo" != yes ] || ! command -v sudo >/dev/null 2>&1; then
        echo "Packages are missing and this is not root. Install them with" >&2
        echo "  $line" >&2
        exit 1
    fi
    as_root=sudo
fi

echo "Installing with apt:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
{ $as_root apt-get update -qq && $as_root $line -qq >/dev/null; } || {
    echo "packages.sh: apt failed; try yourself: $line" >&2
    exit 1
}
echo "Installed."
