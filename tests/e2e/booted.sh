#!/bin/sh
# A copy of this machine under a systemd of its own, which ends with this script's standard input. Used by booted.py.
#
# booted.sh STAGE: STAGE is a directory with units/ (for /etc/systemd/system), etc/ (for /etc/bitfusionio), users (for
# systemd-sysusers) and reachable, a list of directories that others must be able to enter.
#
# Three shells: one with a control group to remove at the end; PID 1 of a namespace, which takes all with it; and what
# becomes systemd, which --kill-child does not reach. What systemd does to control groups and to files stays within.
set -e
stage=$2
case $1 in
group)
    mount --make-rprivate /
    mkdir "$stage/group"
    mount -t cgroup2 none "$stage/group"
    group=$stage/group/bitfusion-test-$(cat /proc/sys/kernel/random/uuid)
    mkdir "$group"
    trap 'find "$group" -depth -type d -exec rmdir {} +' EXIT
    sh -c 'echo $$ > "$1/cgroup.procs"; shift; exec unshare --pid --cgroup --uts --ipc --net --fork --kill-child "$@"' \
        sh "$group" sh "$0" first "$stage"
    ;;
first)
    ip link set lo up
    unshare --pid --mount --fork sh "$0" systemd "$stage" < /dev/null &
    exec cat > /dev/null
    ;;
systemd)
    mount --make-rprivate /
    mkdir "$stage/machine"
    mount -t tmpfs tmpfs "$stage/machine"
    cd "$stage/machine"
    mkdir upper work root
    mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" root
    cd root
    # Nothing of the real machine's kernel is set from here, and none of its devices are.
    mount -t proc proc proc
    mount --bind proc/sys proc/sys
    mount -o remount,bind,ro proc/sys
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs dev
    mkdir dev/shm dev/pts
    for device in null zero full random urandom tty; do
        touch "dev/$device"
        mount --bind "/dev/$device" "dev/$device"
    done
    ln -s /proc/self/fd dev/fd
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    mount -t tmpfs -o mode=755 tmpfs run
    mkdir -m 1777 run/lock
    rm -rf etc/systemd/system etc/systemd/journald.conf.d var/lib/bitfusion var/cache/bitfusion etc/bitfusionio
    cp -r "$stage/units" etc/systemd/system
    cp -r "$stage/etc" etc/bitfusionio
    mkdir -p etc/sysusers.d
    cp "$stage/users" etc/sysusers.d/bitfusion-test.conf
    said=$(chroot . systemd-sysusers bitfusion-test.conf 2>&1) || { echo "$said"; exit 1; }
    mkdir etc/systemd/journald.conf.d
    printf '[Journal]\nStorage=volatile\nReadKMsg=no\n' > etc/systemd/journald.conf.d/test.conf
    # A journal, and nothing else of what a machine does when it starts: it would clean /tmp, to begin with.
    printf '[Unit]\nRequires=systemd-journald.service\nAfter=systemd-journald.service\n' > etc/systemd/system/test.target
    for unit in usr/lib/systemd/system/*.target.wants/*; do
        case $unit in
        */systemd-journald*) ;;
        *) ln -sf /dev/null "etc/systemd/system/${unit##*/}" ;;
        esac
    done
    while read -r directory; do
        [ ! -d ".$directory" ] || chmod o+x ".$directory"
    done < "$stage/reachable"
    mkdir before
    pivot_root . before
    umount -l /before
    exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin "$(command -v /usr/lib/systemd/systemd /lib/systemd/systemd |
        head -n 1)" --system --unit=test.target --log-target=null --show-status=no
    ;;
esac
