import type { DeviceInfo, DeviceStatus, MrzReader, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import type { CancelTimer, Timer } from '../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../device-status-keeper.ts';
import type { ByteTransport } from '../transports/byte-transport.ts';
import { afterSilence } from './after-silence.ts';
import { LineAssembler } from './assembler.ts';

/** Silence that ends a message without ETX; at 9600 baud a byte takes one millisecond. */
const SILENCE_MILLISECONDS = 120;
/** Silence in the middle of one: a busy laptop may hand its bytes over late, and half a document is another one. */
const UNFINISHED_MILLISECONDS = 1_500;
/** A reader that sends what it reads over a serial line, unasked. */
export class SerialMrzReader implements MrzReader {
  private readonly timer: Timer;
  private readonly keeper: DeviceStatusKeeper;
  private readonly texts = new ListenerSet<readonly string[]>();
  private readonly assembler = new LineAssembler();
  private cancelSilence: CancelTimer = () => undefined;
  private transport: ByteTransport | null = null;

  constructor(info: DeviceInfo, timer: Timer) {
    this.timer = timer;
    this.keeper = new DeviceStatusKeeper(info, failedWith('absent'));
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  onText(listener: (lines: readonly string[]) => void): Unsubscribe {
    return this.texts.add(listener);
  }

  /** Takes a reader that was just plugged in. */
  attach(transport: ByteTransport): void {
    this.transport = transport;
    this.assembler.reset();
    transport.onData((bytes) => this.take(bytes));
    transport.onClose(() => {
      if (this.transport !== transport) return;
      this.transport = null;
      this.cancelSilence();
      this.assembler.reset();
      this.keeper.set(failedWith('absent'));
    });
    this.keeper.set({ state: 'ready' });
  }

  private take(bytes: Uint8Array): void {
    this.cancelSilence();
    for (const lines of this.assembler.push(bytes)) this.texts.tell(lines);
    const silence = this.assembler.isUnfinished ? UNFINISHED_MILLISECONDS : SILENCE_MILLISECONDS;
    this.cancelSilence = afterSilence(this.timer, silence, () => {
      const whole = this.assembler.flush();
      if (whole !== null) this.texts.tell(whole);
    });
  }
}
