#!/bin/sh
# Puts Debian's sshd, and the libraries that it needs beside those of the system, below build/openssh without installing
# anything: no service is started. The system's own sources and keys are used. Needs no privilege.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/openssh
[ -x "$out/usr/sbin/sshd" ] && exit 0
command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
    echo "sshd is taken from Debian's package, and this system has no apt-get; install one at /usr/sbin/sshd" >&2
    exit 1
}

mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
apt() {
    apt-get -qq -o Dir::State::lists="$out/lists" -o Dir::Cache="$out/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
(cd "$out" && rm -f ./*.deb && apt download openssh-server openssh-client libwrap0 libnsl2 libtirpc3)
rm -rf "$out/new" && mkdir "$out/new"
for package in "$out"/*.deb; do dpkg -x "$package" "$out/new"; done
rm -rf "$out/usr" && mv "$out/new/usr" "$out/usr"
[ -d "$out/new/lib" ] && cp -r "$out/new/lib" "$out/usr/" || true
