import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const CARD_SERVICE = 'pcscd';

/**
 * Whether the system's card service is what holds a device of the bus: it has the device's node open. Where this user
 * may not look into it, its running is taken for the answer, because nothing else claims card readers on Linux.
 * @param address of the bus, as `UsbDeviceFound` has it
 * @param processes /proc, unless a test has another
 */
export async function isHeldByCardService(address: string, processes = '/proc'): Promise<boolean> {
  const node = nodeOf(address);
  if (node === null) return false;
  const names = await readdir(processes).catch(() => []);
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const folder = join(processes, name);
    const command = await readFile(join(folder, 'comm'), 'utf8').catch(() => '');
    if (command.trim() === CARD_SERVICE && (await hasOpen(join(folder, 'fd'), node))) return true;
  }
  return false;
}

async function hasOpen(files: string, node: string): Promise<boolean> {
  const open = await readdir(files).catch(() => null);
  if (open === null) return true;
  for (const file of open) if ((await readlink(join(files, file)).catch(() => '')) === node) return true;
  return false;
}

/** `2-1.4:7` is device 7 of bus 2. */
function nodeOf(address: string): string | null {
  const [, bus, device] = /^(\d+)-.*:(\d+)$/.exec(address) ?? [];
  if (bus === undefined || device === undefined) return null;
  return `/dev/bus/usb/${bus.padStart(3, '0')}/${device.padStart(3, '0')}`;
}
