import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import type { UsbEndpoint, UsbTransport } from '../../transports/usb-transport.ts';

const READ_MILLISECONDS = 60_000;

interface Waiting {
  readonly types: readonly number[];
  readonly settle: (outcome: Result<number, DeviceProblem>) => void;
}

/** Keeps a read of the interrupt endpoint pending all the time, as the sensor wants it, and queues what comes. */
export class InterruptQueue {
  private readonly usb: UsbTransport;
  private readonly endpoint: UsbEndpoint;
  private readonly timer: Timer;
  private queue: number[] = [];
  private waiting: Waiting | null = null;
  private ended: DeviceProblem | null = null;

  constructor(usb: UsbTransport, endpoint: UsbEndpoint, timer: Timer) {
    this.usb = usb;
    this.endpoint = endpoint;
    this.timer = timer;
    void this.readOn();
  }

  /** Forgets what came before now: an old "finger on" is not to be trusted. */
  flush(): void {
    this.queue = [];
  }

  /** The next interrupt of one of those types; others in between are dropped. Without a limit when that is null. */
  next(
    types: readonly number[],
    milliseconds: number | null,
    signal?: AbortSignal,
  ): Promise<Result<number, DeviceProblem>> {
    while (this.queue.length > 0) {
      const type = this.queue.shift() ?? 0;
      if (types.includes(type)) return Promise.resolve(ok(type));
    }
    if (this.ended !== null) return Promise.resolve(err(this.ended));
    if (signal?.aborted) return Promise.resolve(err({ code: 'cancelled' }));
    const { promise, resolve } = Promise.withResolvers<Result<number, DeviceProblem>>();
    const abort = () => settle(err({ code: 'cancelled' }));
    const settle = (outcome: Result<number, DeviceProblem>) => {
      cancelTimer();
      signal?.removeEventListener('abort', abort);
      this.waiting = null;
      resolve(outcome);
    };
    const cancelTimer =
      milliseconds === null
        ? () => undefined
        : giveUpAfter(this.timer, milliseconds, () => settle(err({ code: 'no-answer' })));
    signal?.addEventListener('abort', abort, { once: true });
    this.waiting = { types, settle };
    return promise;
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const limit = { milliseconds: READ_MILLISECONDS };
      const packet = await this.usb.transferIn(this.endpoint.address, this.endpoint.packetSize, limit);
      if (packet.ok) {
        this.take(((packet.value[0] ?? 0) << 8) | (packet.value[1] ?? 0));
      } else if (packet.error.code !== 'no-answer') {
        this.ended = packet.error;
        this.waiting?.settle(packet);
        return;
      }
    }
  }

  private take(type: number): void {
    if (this.waiting === null) this.queue.push(type);
    else if (this.waiting.types.includes(type)) this.waiting.settle(ok(type));
  }
}
