import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type CancelTimer, giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import type { ByteTransport } from '../../transports/byte-transport.ts';

interface Expectation {
  readonly accepts: (byte: number) => boolean;
  readonly settle: (outcome: Result<number, DeviceProblem>) => void;
}

/** An answer that is being waited for. */
export interface ExpectedByte {
  readonly outcome: Promise<Result<number, DeviceProblem>>;
  stop(): void;
}

/**
 * Questions and one-byte answers over a printer's cable. Bytes that nobody waits for are dropped: what an
 * earlier conversation left behind, or a stray answer, never passes for a fresh one.
 */
export class EscPosLink {
  private readonly transport: ByteTransport;
  private readonly timer: Timer;
  private readonly expectations = new Set<Expectation>();
  private closed = false;

  constructor(transport: ByteTransport, timer: Timer) {
    this.transport = transport;
    this.timer = timer;
    transport.onData((bytes) => this.take(bytes));
    transport.onClose(() => {
      this.closed = true;
      for (const expectation of [...this.expectations]) expectation.settle(err({ code: 'absent' }));
    });
  }

  /** Writes, with `no-answer` when the printer takes nothing for that long. */
  send(bytes: Uint8Array, milliseconds: number): Promise<Result<void, DeviceProblem>> {
    if (this.closed) return Promise.resolve(err({ code: 'absent' }));
    const { promise, resolve } = Promise.withResolvers<Result<void, DeviceProblem>>();
    const cancel = giveUpAfter(this.timer, milliseconds, () => resolve(err({ code: 'no-answer' })));
    void this.transport.write(bytes).then((written) => {
      cancel();
      resolve(written);
    });
    return promise;
  }

  /** Waits for the next byte that `accepts`; without a limit in time when that is null. */
  expect(accepts: (byte: number) => boolean, milliseconds: number | null): ExpectedByte {
    const { promise, resolve } = Promise.withResolvers<Result<number, DeviceProblem>>();
    let cancel: CancelTimer = () => undefined;
    const expectation: Expectation = {
      accepts,
      settle: (outcome) => {
        cancel();
        this.expectations.delete(expectation);
        resolve(outcome);
      },
    };
    if (this.closed) {
      expectation.settle(err({ code: 'absent' }));
    } else {
      this.expectations.add(expectation);
      const giveUp = () => expectation.settle(err({ code: 'no-answer' }));
      if (milliseconds !== null) cancel = giveUpAfter(this.timer, milliseconds, giveUp);
    }
    return { outcome: promise, stop: () => expectation.settle(err({ code: 'cancelled' })) };
  }

  async ask(
    question: Uint8Array,
    accepts: (byte: number) => boolean,
    milliseconds: number,
  ): Promise<Result<number, DeviceProblem>> {
    const answer = this.expect(accepts, milliseconds);
    const sent = await this.send(question, milliseconds);
    if (!sent.ok) {
      answer.stop();
      return sent;
    }
    return answer.outcome;
  }

  private take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      for (const expectation of this.expectations) {
        if (!expectation.accepts(byte)) continue;
        expectation.settle(ok(byte));
        break;
      }
    }
  }
}
