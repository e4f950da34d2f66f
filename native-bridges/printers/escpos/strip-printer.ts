import { assert } from '../../../src/domain/assert.ts';
import type {
  DeviceInfo,
  DeviceProblem,
  DeviceState,
  DeviceStatus,
  MonoBitmap,
  PrinterStatus,
  ReceiptPrinter,
  Unsubscribe,
} from '../../../src/domain/devices.ts';
import { err, type Result } from '../../../src/domain/result.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import { DeviceStatusKeeper } from '../../device-status-keeper.ts';
import type { EscPosProfile } from './escpos-profile.ts';

/** A receipt printer whose state is told to whoever listens, and that takes one strip at a time. */
export abstract class StripPrinter<Link> implements ReceiptPrinter {
  protected readonly profile: EscPosProfile;
  protected readonly timer: Timer;
  protected readonly keeper: DeviceStatusKeeper;
  protected printing = false;

  constructor(info: DeviceInfo, profile: EscPosProfile, timer: Timer, state: DeviceState) {
    this.profile = profile;
    this.timer = timer;
    this.keeper = new DeviceStatusKeeper(info, state);
  }

  get dotsAcross(): number {
    return this.profile.dotsAcross;
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  abstract paper(): Promise<Result<PrinterStatus, DeviceProblem>>;

  async print(strip: MonoBitmap): Promise<Result<void, DeviceProblem>> {
    assert(strip.width <= this.profile.dotsAcross, 'a strip is as wide as the paper at most');
    const link = this.attached();
    if (link === null) return err({ code: 'absent' });
    if (this.printing) return err({ code: 'busy' });
    this.printing = true;
    const printed = await this.printOver(link, strip);
    if (!printed.ok) await this.dropRest(link);
    this.printing = false;
    return printed;
  }

  /** The way to the printer that is plugged in now. */
  protected abstract attached(): Link | null;

  protected abstract printOver(link: Link, strip: MonoBitmap): Promise<Result<void, DeviceProblem>>;

  /** What the printer still holds of a strip that failed never comes out. */
  protected abstract dropRest(link: Link): Promise<void>;
}
