import type {
  DeviceInfo,
  DeviceProblem,
  DeviceState,
  MonoBitmap,
  PrinterStatus,
} from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type CancelTimer, sleep, type Timer } from '../../../src/domain/timer.ts';
import { failedWith } from '../../device-status-keeper.ts';
import { findEndpoint, type UsbTransport } from '../../transports/usb-transport.ts';
import { CLEAR_BUFFER, feedAndCut, INITIALISE } from './commands.ts';
import type { EscPosProfile } from './escpos-profile.ts';
import { encodeBands } from './raster.ts';
import { StripPrinter } from './strip-printer.ts';

/** GET_PORT_STATUS (USB Printer Class 1.1, 4.2.2): one byte, which a printer without a way back answers as well. */
export const GET_PORT_STATUS = 0x01;
export const PORT_STATUS = { notError: 0x08, selected: 0x10, paperEmpty: 0x20 } as const;
const REQUEST_FROM_INTERFACE = 0xa1;

/** A printer without paper takes nothing until there is a new roll. */
const WRITE_MILLISECONDS = 10_000;
const WATCH_MILLISECONDS = 100;
/** An ordinary printer's: how long the last rows are watched. */
const ROWS_PER_SECOND = 400;

/**
 * A receipt printer of the USB printer class that answers nothing (protocol 01h): that the paper is out is seen at its
 * port, neither that it runs low nor that a strip came out whole is. So it never calls itself ready, and somebody has to
 * look at each receipt.
 */
export class OneWayPrinter extends StripPrinter<UsbTransport> {
  private readonly usb: UsbTransport;
  private readonly output: number;
  private isOver = false;
  private cancelPoll: CancelTimer = () => undefined;

  /**
   * Takes a printer that was just plugged in; returns once its state is known.
   * @returns `bad-data` for an interface without a bulk endpoint out
   */
  static async open(
    usb: UsbTransport,
    info: DeviceInfo,
    profile: EscPosProfile,
    timer: Timer,
  ): Promise<Result<OneWayPrinter, DeviceProblem>> {
    const output = findEndpoint(usb, 'bulk', 'out');
    if (output === null) return err({ code: 'bad-data' });
    const printer = new OneWayPrinter(usb, info, profile, timer, output.address);
    await printer.paper();
    printer.schedulePoll();
    return ok(printer);
  }

  private constructor(
    usb: UsbTransport,
    info: DeviceInfo,
    profile: EscPosProfile,
    timer: Timer,
    output: number,
  ) {
    super(info, profile, timer, failedWith('no-answer'));
    this.usb = usb;
    this.output = output;
    usb.onClose(() => {
      this.isOver = true;
      this.cancelPoll();
      this.keeper.set(failedWith('absent'));
    });
  }

  /** As far as the port shows it: `present` may be the last centimetre. */
  async paper(): Promise<Result<PrinterStatus, DeviceProblem>> {
    const setup = {
      requestType: REQUEST_FROM_INTERFACE,
      request: GET_PORT_STATUS,
      value: 0,
      index: this.usb.interfaceNumber,
    };
    const answer = await this.usb.controlIn(setup, 1, { milliseconds: this.profile.answerMilliseconds });
    if (this.isOver) return err({ code: 'absent' });
    const [byte] = answer.ok ? answer.value : [];
    if (!answer.ok || byte === undefined) return this.fail(answer.ok ? { code: 'no-answer' } : answer.error);
    const isOut = (byte & PORT_STATUS.paperEmpty) !== 0;
    // An error of its own, as a jammed cutter or an open cover: the port does not say which.
    if (!isOut && (byte & PORT_STATUS.notError) === 0) return this.fail({ code: 'no-answer' });
    this.keeper.set(isOut ? failedWith('paper-out') : UNSEEN);
    return ok({ paper: isOut ? 'out' : 'present', coverOpen: false });
  }

  protected attached(): UsbTransport | null {
    return this.isOver ? null : this.usb;
  }

  protected async dropRest(): Promise<void> {
    if (!this.isOver) await this.send(CLEAR_BUFFER);
  }

  protected async printOver(_usb: UsbTransport, strip: MonoBitmap): Promise<Result<void, DeviceProblem>> {
    const pieces = [
      INITIALISE,
      ...encodeBands(strip, this.profile.bandRows),
      feedAndCut(this.profile.feedDots),
    ];
    for (const piece of pieces) {
      const ready = await this.checkPaper();
      if (!ready.ok) return ready;
      const sent = await this.send(piece);
      if (!sent.ok) return sent;
    }
    // What was taken may still stand in its memory: the paper may end before it is out.
    const milliseconds = (strip.height * 1_000) / ROWS_PER_SECOND;
    for (let watched = 0; watched < milliseconds; watched += WATCH_MILLISECONDS) {
      await sleep(this.timer, WATCH_MILLISECONDS);
      const ready = await this.checkPaper();
      if (!ready.ok) return ready;
    }
    return this.checkPaper();
  }

  private async send(bytes: Uint8Array): Promise<Result<void, DeviceProblem>> {
    return this.usb.transferOut(this.output, bytes, { milliseconds: WRITE_MILLISECONDS });
  }

  private async checkPaper(): Promise<Result<void, DeviceProblem>> {
    const seen = await this.paper();
    if (!seen.ok) return seen;
    return seen.value.paper === 'out' ? err({ code: 'paper-out' }) : ok();
  }

  private fail(problem: DeviceProblem): Result<never, DeviceProblem> {
    this.keeper.set(failedWith(problem.code));
    return err(problem);
  }

  private schedulePoll(): void {
    if (this.isOver) return;
    this.cancelPoll = this.timer.after(this.profile.pollMilliseconds, () => {
      const looked = this.printing ? Promise.resolve() : this.paper();
      void looked.then(() => this.schedulePoll());
    });
  }
}

const UNSEEN: DeviceState = { state: 'attention', notice: 'receipts-unseen' };
