import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatedUsbDevice } from '../../../../native-bridges/simulated/usb/emulated-usb-device.ts';
import { UsbIpDevice } from './usbip-device.ts';

const CONTROLLER = '/sys/devices/platform/vhci_hcd.0';
/** Linux's names for the speeds (enum usb_device_speed). */
const HIGH_SPEED = 3;

/** A device that is plugged into the machine's virtual host controller. */
export interface PluggedDevice {
  /** Pulls the plug, as a hand does: without a word to anybody. */
  unplug(): void;
}

/**
 * Plugs an emulated device into a free port of the virtual host controller. One end of a local socket goes to the
 * kernel, which keeps it; no tool and no network is needed.
 */
export async function plugIn(device: EmulatedUsbDevice): Promise<PluggedDevice> {
  const { near, far } = await socketPair();
  const played = new UsbIpDevice(device, (bytes) => near.write(bytes));
  near.on('data', (chunk) => played.receive(chunk));
  near.on('error', () => undefined);
  near.once('close', () => played.unplugged());
  const port = freePort();
  writeFileSync(join(CONTROLLER, 'attach'), `${port} ${descriptorOf(far)} ${port + 1} ${HIGH_SPEED}\n`);
  far.destroy();
  return {
    unplug: () => {
      writeFileSync(join(CONTROLLER, 'detach'), `${port}\n`);
      played.unplugged();
      near.destroy();
    },
  };
}

/** A row of `status`: hub, port, state (4: nothing plugged in), speed, device, socket, bus. */
function freePort(): number {
  const rows = readFileSync(join(CONTROLLER, 'status'), 'utf8').split('\n').slice(1);
  const free = rows
    .map((row) => row.trim().split(/\s+/))
    .find(([hub, , state]) => hub === 'hs' && state === '004');
  if (free === undefined) throw new Error('no port of the virtual host controller is free');
  return Number(free[1]);
}

async function socketPair(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const folder = await mkdtemp(join(tmpdir(), 'tizme-usbip-'));
  const server = createServer();
  try {
    const path = join(folder, 'plug');
    server.listen(path);
    await once(server, 'listening');
    const far = connect(path);
    const [[near]] = await Promise.all([
      once(server, 'connection') as Promise<[Socket]>,
      once(far, 'connect'),
    ]);
    return { near, far };
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The kernel is told a socket by its number in this process, which Node shows nowhere officially. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const number: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
  if (typeof number !== 'number' || number < 0) throw new Error('this socket has no number');
  return number;
}
