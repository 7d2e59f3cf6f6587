#!/bin/busybox sh
# The first process of an arm64 machine that has nothing but an agent: on /device, with its configuration.
export PATH=/bin
/bin/busybox mkdir -p /proc /sys /dev /tmp /runtime /device
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox --install -s /bin

say() { echo "INIT $*" >/dev/console; }

while read -r module; do insmod /lib/modules/$module 2>/dev/null || say "$module does not load"; done </lib/modules/modules.order
for block in /sys/block/vd*; do
  case "$(cat $block/serial)" in
    runtime) mount -t ext4 -o ro /dev/${block##*/} /runtime || say "the runtime cannot be mounted" ;;
    device) mount -t ext4 /dev/${block##*/} /device || say "the device's disk cannot be mounted" ;;
  esac
done
ifconfig lo up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
route add default gw 10.0.2.2

say "version $(/device/tuesday-agent --version) on $(uname -m)"
export TUESDAY_CLOCK="$(cat /device/clock)"
/device/tuesday-agent launch --config /device/agent.json &
shell=$!
# Long after the start: what the agent takes when it has nothing to do.
(sleep 60; for pid in $(pidof tuesday-agent); do
  tr '\0' ' ' </proc/$pid/cmdline | grep -q ' run ' && say "memory $(grep VmRSS /proc/$pid/status) $(grep RssAnon /proc/$pid/status)"
done) &
wait $shell
say "the launcher ended with $?"
sync
poweroff -f
