import type { MonoBitmap, PrinterStatus, Unsubscribe } from '../../src/domain/devices.ts';
import type { PrintedStrip, PrinterSpeed } from '../../src/domain/dock.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import type { CancelTimer, Timer } from '../../src/domain/timer.ts';
import { CLEAR_BUFFER } from '../printers/escpos/commands.ts';
import { encodeStatus } from '../printers/escpos/status.ts';
import type { ByteTransport } from '../transports/byte-transport.ts';
import { MemoryTransport } from '../transports/memory-transport.ts';
import { EscPosInterpreter } from './escpos-interpreter.ts';
import { PaperTray } from './paper-tray.ts';

export const DOTS_PER_MILLIMETRE = 8;
/** 150 mm/s, an ordinary receipt printer; and one that is worn, cold or on a weak supply. */
const ROWS_PER_SECOND = { normal: 150 * DOTS_PER_MILLIMETRE, slow: 20 * DOTS_PER_MILLIMETRE } as const;
const TICK_MILLISECONDS = 10;

/**
 * A receipt printer on the other end of a cable: interprets ESC/POS bytes at the speed of its motor and keeps
 * the picture of what is on paper. It stops where the paper ends or the cover opens, goes on when it can, and
 * answers real-time commands at once, wherever they stand among the bytes.
 */
export class EscPosEmulator {
  readonly paper: PaperTray;
  private readonly timer: Timer;
  private readonly interpreter: EscPosInterpreter;
  private readonly changes = new ListenerSet<void>();
  private cable: MemoryTransport | null = null;
  private cover: 'open' | 'closed' = 'closed';
  private motorSpeed: PrinterSpeed = 'normal';
  /** Parts of rows that the motor still owes, carried from tick to tick. */
  private rowsOwed = 0;
  private cancelTick: CancelTimer | null = null;
  /** The last bytes that came, in which real-time commands are looked for. */
  private recent: number[] = [];
  /** The rest of a command has to come before anything can go on. */
  private starved = false;

  constructor(timer: Timer, dotsAcross: number) {
    this.timer = timer;
    this.paper = new PaperTray(dotsAcross, () => this.changes.tell());
    this.interpreter = new EscPosInterpreter({
      printRow: (dots) => this.paper.printRow(dots),
      cut: () => this.paper.endStrip('cut'),
      transmitPaperSensor: () => this.cable?.send(Uint8Array.of(this.paperSensorByte())),
    });
  }

  get coverOpen(): boolean {
    return this.cover === 'open';
  }

  get speed(): PrinterSpeed {
    return this.motorSpeed;
  }

  /** Told when a strip begins or ends and when paper, cover or speed are changed by hand. */
  onChange(listener: () => void): Unsubscribe {
    return this.changes.add(listener);
  }

  /** Plugs the cable in. The printer starts afresh, as after switching on. */
  connect(): ByteTransport {
    this.disconnect();
    const cable = new MemoryTransport((bytes) => this.receive(bytes));
    this.cable = cable;
    return cable;
  }

  /** Pulls the cable; what was not printed yet is lost, what hangs out stays there. */
  disconnect(): void {
    const cable = this.cable;
    this.cable = null;
    this.interpreter.clear();
    this.recent = [];
    this.stopMotor();
    cable?.close();
  }

  openCover(open: boolean): void {
    this.cover = open ? 'open' : 'closed';
    this.afterHand();
  }

  setSpeed(speed: PrinterSpeed): void {
    this.motorSpeed = speed;
    this.afterHand();
  }

  /** Puts a roll in that is `millimetres` long; the end of the old one takes an unfinished strip with it. */
  loadPaper(millimetres: number): void {
    this.paper.load(millimetres * DOTS_PER_MILLIMETRE);
    this.afterHand();
  }

  /** Shortens the roll: it ends after so many millimetres. */
  endPaperAfter(millimetres: number): void {
    this.paper.endAfter(millimetres * DOTS_PER_MILLIMETRE);
    this.afterHand();
  }

  tear(): void {
    this.paper.endStrip('torn');
    this.afterHand();
  }

  /** Bytes that this printer did not understand since it was made. */
  get unknownBytes(): number {
    return this.interpreter.unknownBytes;
  }

  /** The first of them. */
  get firstUnknown(): readonly number[] {
    return this.interpreter.firstUnknown;
  }

  strips(): readonly PrintedStrip[] {
    return this.paper.strips();
  }

  picture(id: number): MonoBitmap | null {
    return this.paper.picture(id);
  }

  private status(): PrinterStatus {
    return { paper: this.paper.sensor(), coverOpen: this.coverOpen };
  }

  /** The answer to GS r 1: bits 0-1 near end, 2-3 end. */
  private paperSensorByte(): number {
    const sensor = this.paper.sensor();
    return (sensor === 'present' ? 0 : 0b0011) | (sensor === 'out' ? 0b1100 : 0);
  }

  private afterHand(): void {
    this.changes.tell();
    this.runMotor();
  }

  private receive(bytes: Uint8Array): void {
    this.interpreter.take(bytes);
    this.starved = false;
    for (const byte of bytes) this.watchForRealTimeCommand(byte);
    this.runMotor();
  }

  private watchForRealTimeCommand(byte: number): void {
    this.recent.push(byte);
    if (this.recent.length > CLEAR_BUFFER.length) this.recent.shift();
    if (CLEAR_BUFFER.every((expected, index) => this.recent[index] === expected)) {
      this.interpreter.clear();
      this.cable?.send(Uint8Array.of(0x37, 0x25, 0x00));
    }
    const [first, second, which] = this.recent.slice(-3);
    if (first !== 0x10 || second !== 0x04) return;
    const status = encodeStatus(this.status());
    if (which === 1) this.cable?.send(Uint8Array.of(status.printer));
    if (which === 2) this.cable?.send(Uint8Array.of(status.offlineCause));
    if (which === 3) this.cable?.send(Uint8Array.of(0b0001_0010));
    if (which === 4) this.cable?.send(Uint8Array.of(status.paper));
  }

  private standsStill(): boolean {
    return this.coverOpen || this.paper.sensor() === 'out';
  }

  private runMotor(): void {
    if (this.cancelTick !== null || this.starved || this.standsStill() || !this.interpreter.hasWork()) return;
    this.cancelTick = this.timer.after(TICK_MILLISECONDS, () => {
      this.cancelTick = null;
      this.rowsOwed += (ROWS_PER_SECOND[this.motorSpeed] * TICK_MILLISECONDS) / 1000;
      while (this.rowsOwed >= 1 && !this.starved && !this.standsStill()) {
        if (this.interpreter.step()) this.rowsOwed -= 1;
        else this.starved = true;
      }
      this.rowsOwed = Math.min(this.rowsOwed, 1);
      this.runMotor();
    });
  }

  private stopMotor(): void {
    this.cancelTick?.();
    this.cancelTick = null;
  }
}
