import type { DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { OpenByteTransport } from './byte-transport.ts';

/** A cable to an emulated device in this process. */
export class MemoryTransport implements OpenByteTransport {
  private readonly device: (bytes: Uint8Array) => void;
  private readonly dataListeners = new ListenerSet<Uint8Array>();
  private readonly closeListeners = new ListenerSet<void>();
  private closed = false;

  /** `device` is given what the driver writes. */
  constructor(device: (bytes: Uint8Array) => void) {
    this.device = device;
  }

  async write(bytes: Uint8Array): Promise<Result<void, DeviceProblem>> {
    if (this.closed) return err({ code: 'absent' });
    this.device(bytes.slice());
    return ok();
  }

  onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
    return this.dataListeners.add(listener);
  }

  onClose(listener: () => void): Unsubscribe {
    if (this.closed) queueMicrotask(listener);
    return this.closeListeners.add(listener);
  }

  /** What the device sends; lost when the cable is pulled before it arrives. */
  send(bytes: Uint8Array): void {
    queueMicrotask(() => {
      if (!this.closed) this.dataListeners.tell(bytes);
    });
  }

  /** Pulls the cable. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.closeListeners.tell();
  }
}
