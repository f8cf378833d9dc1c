#!/bin/sh
# Puts Debian's Slurm with its accounting, MUNGE and MariaDB below build/slurm/usr without installing anything: tests lay
# it over /usr of machines of their own.
set -eu
cd "$(dirname "$0")/.."
out=$PWD/build/slurm
[ -x "$out/usr/sbin/slurmdbd" ] && exit 0
. tests/debian.sh

need_apt "Slurm is taken from Debian's packages, and this system has no apt-get"
use_bookworm main
unpack "$out/new" slurmctld slurmd slurmdbd slurm-client slurm-wlm-basic-plugins slurm-wlm-mysql-plugin munge libmunge2 \
    libhwloc15 mariadb-server-core mariadb-client-core mariadb-common mysql-common libmariadb3 liburing2 libaio1
[ ! -d "$out/new/lib" ] || cp -a "$out/new/lib/." "$out/new/usr/lib/"
# The names that Debian's installation gives them.
for program in slurmctld slurmd slurmstepd; do
    ln -s "$program-wlm" "$out/new/usr/sbin/$program"
done
rm -rf "${out:?}/usr"
mv "$out/new/usr" "$out/usr"
