import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import type { Result } from '../../src/domain/result.ts';

/**
 * Bytes to and from one device that is plugged in: a serial port, or a pair of USB bulk endpoints. A transport
 * lives until the device is pulled out; the same device plugged in again is a new transport.
 */
export interface ByteTransport {
  /** Returns once the operating system has taken all bytes, or with `absent` after the device has gone. */
  write(bytes: Uint8Array): Promise<Result<void, DeviceProblem>>;
  /** Chunks as they come; their borders mean nothing. */
  onData(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /** Told once, when the device has gone; also told when that happened before. */
  onClose(listener: () => void): Unsubscribe;
}

/** A byte transport that its owner can let go of. */
export interface OpenByteTransport extends ByteTransport {
  close(): Promise<void>;
}
