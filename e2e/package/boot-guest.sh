#!/bin/sh
# boot-guest.sh <empty folder> <name>: becomes a systemd that has this machine's files to itself. What it writes is in
# memory and gone with it. Processes, mounts, host name and control groups are its own; the network is ours.
set -eu
folder=$1 name=$2
if [ "${3-}" != inside ]; then
    mount --make-rprivate /
    mount -t tmpfs tmpfs "$folder"
    mkdir "$folder/groups" "$folder/upper" "$folder/work" "$folder/root"
    mount -t cgroup2 cgroup2 "$folder/groups"
    mkdir "$folder/groups/$name"
    echo $$ >"$folder/groups/$name/cgroup.procs"
    exec unshare --mount --pid --fork --kill-child --cgroup --uts --ipc sh "$0" "$folder" "$name" inside
fi
umount "$folder/groups"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "dev/${device%:*}" c 1 "${device#*:}"
done
mknod -m 666 dev/tty c 5 0
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir run/old
pivot_root . run/old
umount -l /run/old
hostname guest
# Here packages may start their services.
rm -f /usr/sbin/policy-rc.d
printf '[Unit]\nRequires=systemd-journald.service\nAfter=systemd-journald.service\n' >/run/guest.target
mkdir -p /run/systemd/system
mv /run/guest.target /run/systemd/system/guest.target
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other \
    /lib/systemd/systemd --system --unit=guest.target --show-status=no --log-target=journal
