#!/bin/sh
# Puts Debian's prometheus and promtool into build/prometheus without installing anything: tests of /metrics run them.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/prometheus
[ -x "$out/promtool" ] && exit 0
. tests/debian.sh

need_apt "prometheus is taken from Debian's package, and this system has no apt-get; name a directory with prometheus and promtool in BF_PROMETHEUS"
use_bookworm main security
unpack "$out/package" prometheus
# The one that is looked for above comes last.
mv "$out/package/usr/bin/prometheus" "$out/package/usr/bin/promtool" "$out"
rm -rf "$out/package"
