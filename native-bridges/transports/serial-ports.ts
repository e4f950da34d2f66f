import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeviceProblem } from '../../src/domain/devices.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { OpenByteTransport } from './byte-transport.ts';
import { openSerialPort, type SerialSettings } from './serial-port-transport.ts';
import type { BusProblem } from './usb-bus.ts';

export interface SerialPortFound {
  /** What the system opens it by, such as /dev/ttyACM0 or COM3. */
  readonly path: string;
  /** Those of the USB adapter; null for a port of the machine itself. */
  readonly vendorId: number | null;
  readonly productId: number | null;
  readonly serialNumber: string | null;
  readonly product: string | null;
}

export interface SerialPorts {
  /**
   * Those of the USB, and of `named` the ones that are there: ports of the machine itself, other names of an adapter
   * (`/dev/serial/by-id/...`), terminals.
   */
  list(named?: readonly string[]): Promise<Result<readonly SerialPortFound[], BusProblem>>;
  open(path: string, settings: SerialSettings): Promise<Result<OpenByteTransport, DeviceProblem>>;
}

/** The serial ports of this machine. */
export function systemSerialPorts(): SerialPorts {
  return {
    list: (named = []) =>
      process.platform === 'linux' ? listLinuxSerialPorts('/sys', named) : listBySerialport(),
    open: openSerialPort,
  };
}

/**
 * The USB serial ports that Linux has, from sysfs: the package's own listing starts a program of udev for each
 * call, which not every machine has. `root` is /sys.
 */
export async function listLinuxSerialPorts(
  root: string,
  named: readonly string[] = [],
): Promise<Result<readonly SerialPortFound[], BusProblem>> {
  const folder = join(root, 'class', 'tty');
  const names = await readdir(folder).catch(() => []);
  const ports: SerialPortFound[] = [];
  for (const name of names.filter((each) => /^tty(ACM|USB)[0-9]+$/.test(each)).sort()) {
    const device = await realpath(join(folder, name, 'device')).catch(() => null);
    const usb = device === null ? null : await findUsbDevice(device, root);
    if (usb === null) continue;
    ports.push({
      path: `/dev/${name}`,
      vendorId: parseHex(await readText(usb, 'idVendor')),
      productId: parseHex(await readText(usb, 'idProduct')),
      serialNumber: await readText(usb, 'serial'),
      product: await readText(usb, 'product'),
    });
  }
  for (const path of named) {
    const target = await realpath(path).catch(() => null);
    if (target === null || ports.some((port) => port.path === path)) continue;
    const adapter = ports.find((port) => port.path === target);
    if (adapter !== undefined) ports.splice(ports.indexOf(adapter), 1);
    ports.push({ ...(adapter ?? NO_ADAPTER), path });
  }
  return ok(ports);
}

const NO_ADAPTER = { vendorId: null, productId: null, serialNumber: null, product: null };

/** The USB device above the interface that a tty belongs to. */
async function findUsbDevice(start: string, root: string): Promise<string | null> {
  let folder = start;
  while (folder.length > root.length) {
    if ((await readText(folder, 'idVendor')) !== null) return folder;
    const above = dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
  return null;
}

async function readText(folder: string, name: string): Promise<string | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '');
  const trimmed = text.trim();
  return trimmed === '' ? null : trimmed;
}

function parseHex(text: string | null): number | null {
  return text !== null && /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : null;
}

async function listBySerialport(): Promise<Result<readonly SerialPortFound[], BusProblem>> {
  try {
    const { SerialPort } = await import('serialport');
    const ports = await SerialPort.list();
    return ok(
      ports.map((port) => ({
        path: port.path,
        vendorId: parseHex(port.vendorId ?? null),
        productId: parseHex(port.productId ?? null),
        serialNumber: port.serialNumber ?? null,
        product: port.manufacturer ?? null,
      })),
    );
  } catch {
    return err({ code: 'no-library' });
  }
}
