import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, type Result } from '../../src/domain/result.ts';
import type { OpenByteTransport } from './byte-transport.ts';
import { drainEndpoint, findEndpoint, type UsbEndpoint, type UsbTransport } from './usb-transport.ts';

/** Long enough for a printer that stands still until paper is put in; the driver has limits of its own. */
const WRITE_MILLISECONDS = 60_000;
/** A read that found nothing is simply asked again, so this is no limit on the device. */
const READ_MILLISECONDS = 60_000;

/**
 * A pair of bulk endpoints as a stream of bytes. What the device still had for an earlier listener is dropped.
 * @returns `bad-data` for an interface without a bulk endpoint out
 */
export async function openUsbByteTransport(
  usb: UsbTransport,
): Promise<Result<OpenByteTransport, DeviceProblem>> {
  const output = findEndpoint(usb, 'bulk', 'out');
  const input = findEndpoint(usb, 'bulk', 'in');
  if (output === null) return err({ code: 'bad-data' });
  if (input !== null) {
    const drained = await drainEndpoint(usb, input);
    if (!drained.ok) return drained;
  }
  return { ok: true, value: new UsbByteTransport(usb, output, input) };
}

class UsbByteTransport implements OpenByteTransport {
  private readonly usb: UsbTransport;
  private readonly output: UsbEndpoint;
  private readonly dataListeners = new ListenerSet<Uint8Array>();
  private readonly closing = new AbortController();

  constructor(usb: UsbTransport, output: UsbEndpoint, input: UsbEndpoint | null) {
    this.usb = usb;
    this.output = output;
    if (input !== null) void this.readOn(input);
  }

  write(bytes: Uint8Array): Promise<Result<void, DeviceProblem>> {
    return this.usb.transferOut(this.output.address, bytes, {
      milliseconds: WRITE_MILLISECONDS,
      signal: this.closing.signal,
    });
  }

  onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
    return this.dataListeners.add(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    return this.usb.onClose(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.usb.close();
  }

  private async readOn(input: UsbEndpoint): Promise<void> {
    const limit = { milliseconds: READ_MILLISECONDS, signal: this.closing.signal };
    for (;;) {
      const read = await this.usb.transferIn(input.address, input.packetSize, limit);
      if (read.ok) {
        if (read.value.length > 0) this.dataListeners.tell(read.value);
      } else if (read.error.code !== 'no-answer') {
        if (read.error.code !== 'cancelled') await this.usb.close();
        return;
      }
    }
  }
}
