/** The modules that are loaded before anything else runs; udev of the machine has none of its own to load. */
export const LOADED_AT_START = [
  'virtio_pci',
  'virtio_console',
  '9pnet_virtio',
  '9p',
  'overlay',
  'vhci-hcd',
  'usbhid',
  'hid-generic',
  'cdc-acm',
  'usblp',
] as const;

/** The names under which the host gives its folders to the machine. */
export const SHARED = { root: 'hostroot', layer: 'layer', exchange: 'exchange' } as const;

/**
 * The first process of the machine. The whole host lies below it, readable only, under a layer in memory that takes
 * what is written; so the host's own Node and this checkout run as they are. The script `run` of the exchange folder
 * is run, its output goes through two virtual serial ports, and the machine switches itself off.
 */
export const INIT_SCRIPT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod /modules/$module || echo "cannot load $module" > /dev/console; done < /modules/order
share() {
  mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,$3 $1 $2
}
share ${SHARED.root} /host ro
share ${SHARED.layer} /layer ro
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576 ${SHARED.exchange} /exchange
mount -t tmpfs over /over
mkdir /over/upper /over/work
mount -t overlay -o lowerdir=/layer:/host,upperdir=/over/upper,workdir=/over/work over /new
mount -t proc proc /new/proc
mount -t sysfs sysfs /new/sys
mount -t devtmpfs dev /new/dev
mkdir -p /new/dev/pts /new/dev/shm
mount -t devpts devpts /new/dev/pts
mount -t tmpfs shm /new/dev/shm
mount -t tmpfs run /new/run
mkdir /new/run/tmp
ip link set lo up
cp /exchange/run /new/run/lab
output=$(echo /dev/vport*p1)
complaints=$(echo /dev/vport*p2)
chroot /new /bin/sh /run/lab > $output 2> $complaints < /dev/null
echo $? > /exchange/exit
sync
poweroff -f
`;
