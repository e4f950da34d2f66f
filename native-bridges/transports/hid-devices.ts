import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { BusProblem } from './usb-bus.ts';

export interface HidDeviceFound {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly usagePage: number | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
}

/** Reports to and from one HID device; each begins with its report number where the device numbers them. */
export interface HidTransport {
  onReport(listener: (report: Uint8Array) => void): Unsubscribe;
  /** Told once, when the device has gone; also told when that happened before. */
  onClose(listener: () => void): Unsubscribe;
  close(): Promise<void>;
}

export interface HidDevices {
  list(): Promise<Result<readonly HidDeviceFound[], BusProblem>>;
  open(path: string): Promise<Result<HidTransport, DeviceProblem>>;
}

/** The part of `node-hid` that is used here. */
interface NativeHid {
  on(event: 'data', listener: (report: Buffer) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  close(): Promise<void>;
}

/** The HID devices of this machine, through hidapi. Listing opens every device: not to be done often. */
export function systemHidDevices(): HidDevices {
  return { list: listDevices, open: openDevice };
}

/** Null where the package or a library of the system that it needs is missing. */
async function load(): Promise<typeof import('node-hid') | null> {
  try {
    const library = await import('node-hid');
    return library.default ?? library;
  } catch {
    return null;
  }
}

async function listDevices(): Promise<Result<readonly HidDeviceFound[], BusProblem>> {
  const hid = await load();
  if (hid === null) return err({ code: 'no-library' });
  try {
    const devices = await hid.devicesAsync();
    return ok(
      devices.flatMap((device) =>
        device.path === undefined
          ? []
          : [
              {
                path: device.path,
                vendorId: device.vendorId,
                productId: device.productId,
                usagePage: device.usagePage ?? null,
                product: device.product ?? null,
                serialNumber: device.serialNumber ?? null,
              },
            ],
      ),
    );
  } catch {
    // The library is loaded when it is first asked, and says so only then.
    return err({ code: 'no-library' });
  }
}

async function openDevice(path: string): Promise<Result<HidTransport, DeviceProblem>> {
  const hid = await load();
  if (hid === null) return err({ code: 'absent' });
  try {
    return ok(new HidapiTransport(await hid.HIDAsync.open(path)));
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : '';
    return err({ code: /permission|access/i.test(message) ? 'access-denied' : 'absent' });
  }
}

class HidapiTransport implements HidTransport {
  private readonly device: NativeHid;
  private readonly reports = new ListenerSet<Uint8Array>();
  private readonly closeListeners = new ListenerSet<void>();
  private closing: Promise<void> | null = null;

  constructor(device: NativeHid) {
    this.device = device;
    device.on('data', (report) => this.reports.tell(Uint8Array.from(report)));
    // The only sign that a device was pulled out.
    device.on('error', () => void this.close());
  }

  onReport(listener: (report: Uint8Array) => void): Unsubscribe {
    return this.reports.add(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.closing !== null) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  close(): Promise<void> {
    if (this.closing !== null) return this.closing;
    this.closing = this.device.close().catch(() => undefined);
    this.closeListeners.tell();
    return this.closing;
  }
}
