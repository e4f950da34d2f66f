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
import type { ByteTransport } from '../../transports/byte-transport.ts';
import { CLEAR_BUFFER, feedAndCut, INITIALISE, REAL_TIME_STATUS, TRANSMIT_PAPER_SENSOR } from './commands.ts';
import { EscPosLink } from './escpos-link.ts';
import type { EscPosProfile } from './escpos-profile.ts';
import { encodeBands } from './raster.ts';
import { decodeStatus, isRealTimeStatus, isTransmittedStatus } from './status.ts';
import { StripPrinter } from './strip-printer.ts';

/** While the last rows are printed, between two looks at the paper. */
const WATCH_MILLISECONDS = 50;
/** Beyond the time for the rows themselves. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * A receipt printer that speaks ESC/POS, over whatever cable is attached at the moment. A strip counts as
 * printed when the printer answers a GS r that stands behind its last row; until then the paper is watched by
 * real-time status, and what the printer still holds is dropped when the paper ends.
 */
export class EscPosPrinter extends StripPrinter<EscPosLink> {
  private link: EscPosLink | null = null;
  private reading: Promise<Result<PrinterStatus, DeviceProblem>> | null = null;
  private lastSeen: PrinterStatus | null = null;
  private cancelPoll: CancelTimer = () => undefined;

  constructor(info: DeviceInfo, profile: EscPosProfile, timer: Timer) {
    super(info, profile, timer, failedWith('absent'));
  }

  /** Takes a printer that was just plugged in; returns once its state is known. */
  async attach(transport: ByteTransport): Promise<void> {
    this.cancelPoll();
    const link = new EscPosLink(transport, this.timer);
    this.link = link;
    this.reading = null;
    this.lastSeen = null;
    transport.onClose(() => {
      if (this.link !== link) return;
      this.link = null;
      this.lastSeen = null;
      this.cancelPoll();
      this.keeper.set(failedWith('absent'));
    });
    // The first byte after opening is often left over from before: one answer is thrown away.
    await link.ask(REAL_TIME_STATUS.printer, isRealTimeStatus, this.profile.answerMilliseconds);
    await this.readStatus(link);
    this.schedulePoll(link);
  }

  async paper(): Promise<Result<PrinterStatus, DeviceProblem>> {
    if (this.link === null) return err({ code: 'absent' });
    if (this.printing && this.lastSeen !== null) return ok(this.lastSeen);
    return this.readStatus(this.link);
  }

  /** Stops asking for the paper. */
  close(): void {
    this.cancelPoll();
    this.link = null;
  }

  protected attached(): EscPosLink | null {
    return this.link;
  }

  protected async dropRest(link: EscPosLink): Promise<void> {
    await link.send(CLEAR_BUFFER, this.profile.answerMilliseconds);
  }

  protected async printOver(link: EscPosLink, strip: MonoBitmap): Promise<Result<void, DeviceProblem>> {
    for (const piece of [INITIALISE, ...encodeBands(strip, this.profile.bandRows)]) {
      const ready = await this.checkPaper(link);
      if (!ready.ok) return ready;
      const sent = await link.send(piece, PATIENCE_MILLISECONDS);
      if (!sent.ok) return sent;
    }
    const done = link.expect(isTransmittedStatus, this.printLimit(strip));
    const cut = feedAndCut(this.profile.feedDots);
    const sent = await link.send(Uint8Array.of(...cut, ...TRANSMIT_PAPER_SENSOR), PATIENCE_MILLISECONDS);
    const outcome = sent.ok ? await this.watchUntil(done.outcome, link) : sent;
    done.stop();
    return outcome;
  }

  private printLimit(strip: MonoBitmap): number {
    return PATIENCE_MILLISECONDS + (strip.height * 1000) / this.profile.slowestRowsPerSecond;
  }

  /** The printer answers nothing in its turn while it stands still, so the reason is asked for out of turn. */
  private async watchUntil(
    done: Promise<Result<number, DeviceProblem>>,
    link: EscPosLink,
  ): Promise<Result<void, DeviceProblem>> {
    for (;;) {
      const outcome = await Promise.race([done, sleep(this.timer, WATCH_MILLISECONDS)]);
      if (outcome !== undefined) return outcome.ok ? ok() : outcome;
      const ready = await this.checkPaper(link);
      if (!ready.ok) return ready;
    }
  }

  private async checkPaper(link: EscPosLink): Promise<Result<void, DeviceProblem>> {
    const seen = await this.readStatus(link);
    if (!seen.ok) return seen;
    if (seen.value.coverOpen) return err({ code: 'cover-open' });
    if (seen.value.paper === 'out') return err({ code: 'paper-out' });
    return ok();
  }

  /** One reading at a time: the answers to DLE EOT do not say which question they belong to. */
  private readStatus(link: EscPosLink): Promise<Result<PrinterStatus, DeviceProblem>> {
    if (this.reading !== null) return this.reading;
    const reading = this.readStatusOnce(link).finally(() => {
      if (this.reading === reading) this.reading = null;
    });
    this.reading = reading;
    return reading;
  }

  private async readStatusOnce(link: EscPosLink): Promise<Result<PrinterStatus, DeviceProblem>> {
    const { answerMilliseconds } = this.profile;
    const offlineCause = await link.ask(REAL_TIME_STATUS.offlineCause, isRealTimeStatus, answerMilliseconds);
    if (!offlineCause.ok) return this.seeFailure(link, offlineCause.error);
    const paper = await link.ask(REAL_TIME_STATUS.paper, isRealTimeStatus, answerMilliseconds);
    if (!paper.ok) return this.seeFailure(link, paper.error);
    const status = decodeStatus(offlineCause.value, paper.value);
    this.see(link, status, stateOf(status));
    return ok(status);
  }

  private seeFailure(link: EscPosLink, problem: DeviceProblem): Result<never, DeviceProblem> {
    this.see(link, null, failedWith(problem.code));
    return err(problem);
  }

  private see(link: EscPosLink, seen: PrinterStatus | null, state: DeviceState): void {
    if (this.link !== link) return;
    this.lastSeen = seen;
    this.keeper.set(state);
  }

  private schedulePoll(link: EscPosLink): void {
    if (this.link !== link) return;
    this.cancelPoll = this.timer.after(this.profile.pollMilliseconds, () => {
      if (this.printing) {
        this.schedulePoll(link);
        return;
      }
      void this.readStatus(link).then(() => this.schedulePoll(link));
    });
  }
}

function stateOf(status: PrinterStatus): DeviceState {
  if (status.coverOpen) return failedWith('cover-open');
  if (status.paper === 'out') return failedWith('paper-out');
  if (status.paper === 'low') return { state: 'attention', notice: 'paper-low' };
  return { state: 'ready' };
}
