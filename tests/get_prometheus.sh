#!/bin/sh
# Puts Debian's prometheus and promtool into build/prometheus without installing anything: tests of /metrics run them.
# apt gets a configuration, lists and a cache of its own; the system's sources stay as they are. Needs no privilege.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/prometheus
[ -x "$out/promtool" ] && exit 0
command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
    echo "prometheus is taken from Debian's package, and this system has no apt-get; name a directory with prometheus and promtool in BF_PROMETHEUS" >&2
    exit 1
}

mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
# Without the keyring's file, the keys that the system's apt trusts anyway decide; unsigned packages are never taken.
key=/usr/share/keyrings/debian-archive-keyring.gpg
by=; [ -r "$key" ] && by="[signed-by=$key]"
{
    echo "deb $by http://deb.debian.org/debian bookworm main"
    echo "deb $by http://deb.debian.org/debian-security bookworm-security main"
} > "$out/sources.list"
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$out/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$out/lists" \
        -o Dir::Cache="$out/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
(cd "$out" && rm -f prometheus_*.deb && apt download prometheus)
rm -rf "$out/package"
dpkg -x "$out"/prometheus_*.deb "$out/package"
for program in prometheus promtool; do
    cp "$out/package/usr/bin/$program" "$out/$program.new"
    mv "$out/$program.new" "$out/$program"
done
rm -rf "$out/package" "$out"/prometheus_*.deb "$out/lists" "$out/cache"
