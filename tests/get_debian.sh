#!/bin/sh
# Makes Debian 12 at build/debian from its packages, as the image debian:12-slim has it: the steps of deploy/containers
# are run in it. Needs root, and a system with apt.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/debian
[ -d "$out" ] && exit 0
command -v apt-get > /dev/null && command -v dpkg > /dev/null && command -v perl > /dev/null || {
    echo "Debian's packages are unpacked with apt, dpkg and perl, and this system does not have all of them" >&2
    exit 1
}

tool=$PWD/build/mmdebstrap
mkdir -p "$tool"
(cd "$tool" && apt-get -qq download mmdebstrap)
dpkg -x "$tool"/mmdebstrap_*.deb "$tool"
rm -rf "$out.new"
# What it mounts goes away with its namespace.
unshare --mount perl "$tool/usr/bin/mmdebstrap" --quiet --mode=root --variant=minbase \
    bookworm "$out.new" http://deb.debian.org/debian
mv "$out.new" "$out"
