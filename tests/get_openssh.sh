#!/bin/sh
# Puts Debian's sshd, and the libraries that it needs beside those of the system, below build/openssh without installing
# anything: no service is started. The system's own sources are used, as its libraries are.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/openssh
[ -x "$out/usr/sbin/sshd" ] && exit 0
. tests/debian.sh

need_apt "sshd is taken from Debian's package, and this system has no apt-get; install one at /usr/sbin/sshd"
unpack "$out/new" openssh-server openssh-client libwrap0 libnsl2 libtirpc3
[ ! -d "$out/new/lib" ] || cp -r "$out/new/lib" "$out/new/usr/"
rm -rf "${out:?}/usr"
mv "$out/new/usr" "$out/usr"
