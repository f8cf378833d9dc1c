#!/bin/sh
# Puts Debian's Slurm with its accounting, MUNGE and MariaDB below build/slurm/usr without installing anything: tests lay it over /usr of machines of
# their own. apt gets a configuration, lists and a cache of its own; the system's sources stay as they are. Needs no
# privilege.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/slurm
[ -x "$out/usr/sbin/slurmdbd" ] && exit 0
command -v apt-get > /dev/null && command -v dpkg > /dev/null || {
    echo "Slurm is taken from Debian's packages, and this system has no apt-get" >&2
    exit 1
}

mkdir -p "$out/lists/partial" "$out/cache/archives/partial"
# Without the keyring's file, the keys that the system's apt trusts anyway decide; unsigned packages are never taken.
key=/usr/share/keyrings/debian-archive-keyring.gpg
by=; [ -r "$key" ] && by="[signed-by=$key]"
echo "deb $by http://deb.debian.org/debian bookworm main" > "$out/sources.list"
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$out/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$out/lists" \
        -o Dir::Cache="$out/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
rm -rf "$out/packages" "$out/new"
mkdir "$out/packages" "$out/new"
(cd "$out/packages" && apt download slurmctld slurmd slurmdbd slurm-client slurm-wlm-basic-plugins slurm-wlm-mysql-plugin \
    munge libmunge2 libhwloc15 mariadb-server-core mariadb-client-core mariadb-common mysql-common libmariadb3 liburing2 libaio1)
for package in "$out"/packages/*.deb; do
    dpkg -x "$package" "$out/new"
done
[ ! -d "$out/new/lib" ] || cp -a "$out/new/lib/." "$out/new/usr/lib/"
# The names that Debian's installation gives them.
for program in slurmctld slurmd slurmstepd; do
    ln -s "$program-wlm" "$out/new/usr/sbin/$program"
done
rm -rf "${out:?}/usr"
mv "$out/new/usr" "$out/usr"
