import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import type { Result } from '../../src/domain/result.ts';

/** The eight bytes that begin a control transfer, without its length (USB 2.0, 9.3). */
export interface UsbSetup {
  /** bmRequestType; bit 7 says that the data goes to the host. */
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
}

export interface UsbEndpoint {
  /** bEndpointAddress: bit 7 set for those that lead to the host. */
  readonly address: number;
  readonly type: 'bulk' | 'interrupt' | 'other';
  readonly packetSize: number;
}

/** What a device says of itself in its string descriptors. */
export interface UsbNames {
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
}

/** Every transfer has a limit; those that wait for a hand can be called off as well. */
export interface TransferLimit {
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * One claimed interface of one USB device, until it is pulled out; plugged in again it is a new transport. The
 * problems: `absent` once it has gone, `no-answer` after the limit, `cancelled` by the signal, `bad-data` for a
 * stall and for a device that sends more than was asked for.
 */
export interface UsbTransport {
  readonly names: UsbNames;
  readonly interfaceNumber: number;
  readonly endpoints: readonly UsbEndpoint[];
  /**
   * The descriptors that belong to the interface and are none of USB's own, one after the other; also those that
   * stand behind an endpoint, where some readers put them.
   */
  readonly classDescriptors: Uint8Array;

  /** Up to `length` bytes, fewer when the device ends with a short packet. */
  transferIn(
    endpoint: number,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>>;
  transferOut(
    endpoint: number,
    bytes: Uint8Array,
    limit: TransferLimit,
  ): Promise<Result<void, DeviceProblem>>;
  controlIn(
    setup: UsbSetup,
    length: number,
    limit: TransferLimit,
  ): Promise<Result<Uint8Array, DeviceProblem>>;
  controlOut(setup: UsbSetup, bytes: Uint8Array, limit: TransferLimit): Promise<Result<void, DeviceProblem>>;

  /** Told once, when the device has gone; also told when that happened before. */
  onClose(listener: () => void): Unsubscribe;
  /** Lets the device go; running transfers end with `absent`. */
  close(): Promise<void>;
}

/** The endpoint of an interface in a direction; null where the device has none. */
export function findEndpoint(
  transport: UsbTransport,
  type: 'bulk' | 'interrupt',
  direction: 'in' | 'out',
): UsbEndpoint | null {
  const isIn = direction === 'in';
  return (
    transport.endpoints.find(
      (endpoint) => endpoint.type === type && ((endpoint.address & 0x80) !== 0) === isIn,
    ) ?? null
  );
}

/** Silence after which nothing more is left from before. */
const QUIET_MILLISECONDS = 100;
/** So many packets at once, while there is something: a whole picture may lie there. */
const PACKETS_AT_ONCE = 256;
/** More than any device holds. */
const MAX_BYTES = 1_000_000;

/**
 * Reads and drops what a device still has for an earlier listener, so that no stale answer passes for a fresh one.
 * @returns the problem that came instead of silence, if one did
 */
export async function drainEndpoint(
  transport: UsbTransport,
  endpoint: UsbEndpoint,
): Promise<Result<void, DeviceProblem>> {
  const limit = { milliseconds: QUIET_MILLISECONDS };
  let dropped = 0;
  let packets = 1;
  while (dropped <= MAX_BYTES) {
    const stale = await transport.transferIn(endpoint.address, packets * endpoint.packetSize, limit);
    if (stale.ok) {
      dropped += stale.value.length;
      stale.value.fill(0);
      packets = PACKETS_AT_ONCE;
    } else if (stale.error.code !== 'no-answer') {
      return stale;
    } else if (packets === 1) {
      return { ok: true, value: undefined };
    } else {
      // What a read of many took before its limit is gone with it: only one that finds nothing is silence.
      packets = 1;
    }
  }
  return { ok: false, error: { code: 'bad-data' } };
}
