import type { DeviceProblem, DeviceProblemCode, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type CancelTimer, sleep, type Timer } from '../../src/domain/timer.ts';
import type {
  NativeDevice,
  NativeInterface,
  NativeInterfaceDescriptor,
  NativeTransfer,
  NativeUsb,
} from './native-usb.ts';
import type { TransferLimit, UsbEndpoint, UsbNames, UsbSetup, UsbTransport } from './usb-transport.ts';

const CONTROL = 0;
const BULK = 2;
const INTERRUPT = 3;
const SETUP_BYTES = 8;
/** A cancelled transfer comes back at once; one that does not is given up, its buffer left to the library. */
const CANCEL_MILLISECONDS = 500;

/**
 * The moment between a device's going and the system's word of it, in which transfers fail as those of a bad cable do.
 * A hub tells after a tenth of a second, and a busy laptop hears of it later, now and then after more than a second.
 * Meanwhile the device is asked how it is: one that is still there answers, and its transfer has failed by itself.
 */
const PROBES = 10;
const PROBE_MILLISECONDS = 200;
/** What every device answers (USB 2.0, 9.4.5). */
const GET_STATUS: UsbSetup = { requestType: 0x80, request: 0, value: 0, index: 0 };
const STATUS_BYTES = 2;

/** libusb's transfer status and error codes that mean something of their own. */
const TRANSFER_ERROR = 1;
const TRANSFER_NO_DEVICE = 5;
const ERROR_IO = -1;
const ERROR_ACCESS = -3;
const ERROR_NO_DEVICE = -4;
const ERROR_NOT_FOUND = -5;
const ERROR_BUSY = -6;

/** What libusb's error means to us. */
export function problemOf(error: unknown): DeviceProblem {
  switch (errnoOf(error)) {
    case TRANSFER_NO_DEVICE:
    case ERROR_NO_DEVICE:
    case ERROR_NOT_FOUND:
      return { code: 'absent' };
    case ERROR_ACCESS:
      return { code: 'access-denied' };
    case ERROR_BUSY:
      return { code: 'busy' };
    default:
      return { code: 'bad-data' };
  }
}

function errnoOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'errno' in error ? error.errno : null;
}

/** Whether this is also what a transfer ends with, or is refused with, while its device is going. */
function mayBeGoing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === TRANSFER_ERROR || errno === ERROR_IO;
}

interface RunningTransfer {
  readonly stop: (code: DeviceProblemCode) => void;
  readonly finished: Promise<unknown>;
}

/** A claimed interface over libusb, with limits of our own on every transfer. */
export class LibusbTransport implements UsbTransport {
  readonly names: UsbNames;
  readonly interfaceNumber: number;
  readonly endpoints: readonly UsbEndpoint[];
  readonly classDescriptors: Uint8Array;
  private readonly usb: NativeUsb;
  private readonly device: NativeDevice;
  private readonly claimed: NativeInterface;
  private readonly timer: Timer;
  private readonly closeDevice: () => void;
  private readonly running = new Set<RunningTransfer>();
  private readonly closeListeners = new ListenerSet<void>();
  private closing: Promise<void> | null = null;

  /** @param closeDevice lets go of the device, once no other interface of it is in use */
  constructor(
    usb: NativeUsb,
    device: NativeDevice,
    claimed: NativeInterface,
    names: UsbNames,
    timer: Timer,
    closeDevice: () => void,
  ) {
    const { descriptor } = claimed;
    this.usb = usb;
    this.device = device;
    this.claimed = claimed;
    this.names = names;
    this.timer = timer;
    this.closeDevice = closeDevice;
    this.interfaceNumber = descriptor.bInterfaceNumber;
    this.endpoints = endpointsOf(descriptor);
    this.classDescriptors = classDescriptorsOf(descriptor);
  }

  async transferIn(
    endpoint: number,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    const buffer = Buffer.alloc(length);
    const moved = await this.run(endpoint, buffer, limit);
    return takeOut(buffer, 0, moved);
  }

  async transferOut(
    endpoint: number,
    bytes: Uint8Array,
    limit: TransferLimit,
  ): Promise<Result<void, DeviceProblem>> {
    const moved = await this.run(endpoint, Buffer.from(bytes), limit);
    if (!moved.ok) return moved;
    return moved.value === bytes.length ? ok() : err({ code: 'bad-data' });
  }

  async controlIn(
    setup: UsbSetup,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>> {
    const buffer = Buffer.alloc(SETUP_BYTES + length);
    writeSetup(buffer, setup, length);
    const moved = await this.run(0, buffer, limit);
    return takeOut(buffer, SETUP_BYTES, moved);
  }

  async controlOut(
    setup: UsbSetup,
    bytes: Uint8Array,
    limit: TransferLimit,
  ): Promise<Result<void, DeviceProblem>> {
    const buffer = Buffer.alloc(SETUP_BYTES + bytes.length);
    writeSetup(buffer, setup, bytes.length);
    buffer.set(bytes, SETUP_BYTES);
    const moved = await this.run(0, buffer, limit);
    return moved.ok ? ok() : moved;
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.closing !== null) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  close(): Promise<void> {
    if (this.closing !== null) return this.closing;
    // Known first: a transfer that ends meanwhile closes too.
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closing = promise;
    const transfers = [...this.running];
    for (const { stop } of transfers) stop('absent');
    void Promise.all(transfers.map(({ finished }) => finished)).then(async () => {
      await this.release();
      resolve();
    });
    this.closeListeners.tell();
    return promise;
  }

  private async release(): Promise<void> {
    // A device that has gone answers both with errors, which say nothing new.
    const released = new Promise<void>((resolve) => {
      try {
        this.claimed.release(() => resolve());
      } catch {
        resolve();
      }
    });
    // Whoever waits for the close waits for no device that has gone.
    await Promise.race([released, sleep(this.timer, CANCEL_MILLISECONDS)]);
    this.closeDevice();
  }

  /** @param isProbe What fails as a going device's transfers do is `no-answer` then, and not looked into. */
  private run(
    endpoint: number,
    buffer: Buffer,
    limit: TransferLimit,
    isProbe = false,
  ): Promise<Result<number, DeviceProblem>> {
    if (this.closing !== null) return Promise.resolve(err({ code: 'absent' }));
    if (limit.signal?.aborted) return Promise.resolve(err({ code: 'cancelled' }));
    const { promise, resolve } = Promise.withResolvers<Result<number, DeviceProblem>>();
    let cancelTimer: CancelTimer = () => undefined;
    let stoppedBy: DeviceProblemCode | null = null;
    let transfer: NativeTransfer | null = null;
    let failed = false;
    const stop = (code: DeviceProblemCode) => {
      if (stoppedBy !== null) return;
      stoppedBy = code;
      cancelTimer();
      if (failed) return finish(err({ code }));
      cancelTimer = this.timer.after(CANCEL_MILLISECONDS, () => finish(err({ code: stoppedBy ?? code })));
      try {
        transfer?.cancel();
      } catch (error) {
        // It calls back all the same, with its end or with the device's; where it does not, the limit above holds.
        if (errnoOf(error) === ERROR_NO_DEVICE) stoppedBy = 'absent';
      }
    };
    const abort = () => stop('cancelled');
    const running: RunningTransfer = { stop, finished: promise };
    const finish = (outcome: Result<number, DeviceProblem>) => {
      cancelTimer();
      // The library's part of a transfer holds `done`, where the collector can't see it: what `done` leads to must not
      // hold the transfer in turn, or neither is ever let go of.
      transfer = null;
      limit.signal?.removeEventListener('abort', abort);
      this.running.delete(running);
      resolve(outcome);
      if (!outcome.ok && outcome.error.code === 'absent') void this.close();
    };
    const fail = (error: unknown) => {
      if (stoppedBy !== null) return finish(err({ code: stoppedBy }));
      const problem = problemOf(error);
      if (!mayBeGoing(error)) return finish(err(problem));
      if (isProbe) return finish(err({ code: 'no-answer' }));
      // It goes on running, for us: a device that closes meanwhile ends it as gone.
      failed = true;
      cancelTimer();
      void this.hasGone(promise).then((gone) => finish(err(gone ? { code: 'absent' } : problem)));
    };
    const done = (error: { readonly errno: number } | undefined, _buffer: Buffer, actual: number) => {
      if (error === undefined || error === null) finish(ok(actual));
      else fail(error);
    };
    this.running.add(running);
    limit.signal?.addEventListener('abort', abort, { once: true });
    cancelTimer = this.timer.after(limit.milliseconds, () => stop('no-answer'));
    try {
      transfer = this.usb.createTransfer(this.device, endpoint, this.typeOfTransfer(endpoint), done);
      transfer.submit(buffer);
    } catch (error) {
      fail(error);
    }
    return promise;
  }

  /**
   * Whether a device has gone, one of whose transfers failed as those of a pulled plug do.
   * @param calledOff Nobody waits any more once this is settled.
   */
  private async hasGone(calledOff: Promise<unknown>): Promise<boolean> {
    let isWanted = true;
    void calledOff.then(() => {
      isWanted = false;
    });
    for (let probe = 0; probe < PROBES && isWanted; probe += 1) {
      const buffer = Buffer.alloc(SETUP_BYTES + STATUS_BYTES);
      writeSetup(buffer, GET_STATUS, STATUS_BYTES);
      const answer = await this.run(0, buffer, { milliseconds: PROBE_MILLISECONDS }, true);
      if (this.closing !== null || (!answer.ok && answer.error.code === 'absent')) return true;
      // Also a refusal: whoever refuses is there.
      if (answer.ok || answer.error.code !== 'no-answer') return false;
      await sleep(this.timer, PROBE_MILLISECONDS);
      if (!this.isListed()) return true;
    }
    return false;
  }

  private isListed(): boolean {
    const { busNumber, deviceAddress } = this.device;
    try {
      return this.usb
        .getDeviceList()
        .some((each) => each.busNumber === busNumber && each.deviceAddress === deviceAddress);
    } catch {
      return false;
    }
  }

  private typeOfTransfer(endpoint: number): number {
    if (endpoint === 0) return CONTROL;
    return this.endpoints.find(({ address }) => address === endpoint)?.type === 'interrupt'
      ? INTERRUPT
      : BULK;
  }
}

export function endpointsOf({ endpoints }: NativeInterfaceDescriptor): readonly UsbEndpoint[] {
  return endpoints.map((endpoint) => ({
    address: endpoint.bEndpointAddress,
    type: typeOf(endpoint.bmAttributes),
    packetSize: endpoint.wMaxPacketSize & 0x07ff,
  }));
}

/** Also those that stand behind an endpoint. */
export function classDescriptorsOf(descriptor: NativeInterfaceDescriptor): Uint8Array {
  const extras = [descriptor.extra, ...descriptor.endpoints.map(({ extra }) => extra)];
  return Uint8Array.from(Buffer.concat(extras));
}

/** What a transfer brought. The library's buffer is wiped: a finger may have been in it. */
function takeOut(
  buffer: Buffer,
  from: number,
  moved: Result<number, DeviceProblem>,
): Result<Uint8Array, DeviceProblem> {
  const bytes = moved.ok ? Uint8Array.from(buffer.subarray(from, from + moved.value)) : null;
  buffer.fill(0);
  return moved.ok && bytes !== null ? ok(bytes) : (moved as Result<never, DeviceProblem>);
}

function typeOf(attributes: number): UsbEndpoint['type'] {
  const type = attributes & 0b11;
  if (type === BULK) return 'bulk';
  return type === INTERRUPT ? 'interrupt' : 'other';
}

function writeSetup(buffer: Buffer, setup: UsbSetup, length: number): void {
  buffer.writeUInt8(setup.requestType, 0);
  buffer.writeUInt8(setup.request, 1);
  buffer.writeUInt16LE(setup.value, 2);
  buffer.writeUInt16LE(setup.index, 4);
  buffer.writeUInt16LE(length, 6);
}
