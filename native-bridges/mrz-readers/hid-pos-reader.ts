import type { DeviceInfo, DeviceStatus, MrzReader, Unsubscribe } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import type { CancelTimer, Timer } from '../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../device-status-keeper.ts';
import type { HidTransport } from '../transports/hid-devices.ts';
import { afterSilence } from './after-silence.ts';
import { LineAssembler } from './assembler.ts';
import { parseHidPosReport } from './hid-pos-report.ts';

/**
 * The rest of a text follows within milliseconds, but a busy laptop may hand it over late, and half a document is another
 * one; what does not come was cut off.
 */
const REST_MILLISECONDS = 1_500;

/** A reader of usage page 8C that is plugged in: its reports, joined to whole texts. */
export class HidPosReader implements MrzReader {
  private readonly timer: Timer;
  private readonly keeper: DeviceStatusKeeper;
  private readonly texts = new ListenerSet<readonly string[]>();
  private readonly assembler = new LineAssembler();
  private cancelRest: CancelTimer = () => undefined;

  constructor(info: DeviceInfo, transport: HidTransport, timer: Timer) {
    this.timer = timer;
    this.keeper = new DeviceStatusKeeper(info, { state: 'ready' });
    transport.onReport((report) => this.take(report));
    transport.onClose(() => {
      this.forget();
      this.keeper.set(failedWith('absent'));
    });
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

  private take(report: Uint8Array): void {
    this.cancelRest();
    const parsed = parseHidPosReport(report);
    if (!parsed.ok) {
      this.forget();
      return;
    }
    for (const lines of this.assembler.push(parsed.value.data)) this.texts.tell(lines);
    if (parsed.value.more) {
      this.cancelRest = afterSilence(this.timer, REST_MILLISECONDS, () => this.forget());
      return;
    }
    const lines = this.assembler.flush();
    if (lines !== null) this.texts.tell(lines);
  }

  private forget(): void {
    this.cancelRest();
    this.assembler.reset();
  }
}
