import { writeFile } from 'node:fs/promises';
import { EscPosEmulator } from '../../../native-bridges/simulated/escpos-emulator.ts';
import { MrzReaderEmulator } from '../../../native-bridges/simulated/mrz-reader-emulator.ts';
import { ZfmEmulator } from '../../../native-bridges/simulated/zfm-emulator.ts';
import {
  openPseudoTerminal,
  type PseudoTerminal,
} from '../../../native-bridges/transports/pseudo-terminal.ts';
import type { DockCommand, SimulatedPeople } from '../../../src/domain/dock.ts';
import type { FingerPosition } from '../../../src/domain/finger.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { playVirtualCard } from '../../document/virtual-card.ts';
import { joinTerminal, layPrinterCable, type PrinterCable, type PrinterCableKind } from './printer-cable.ts';

/** Where pcscd's virtual reader waits for a card. */
const VIRTUAL_READER = { host: '127.0.0.1', port: 35_963 };
const DOTS_ACROSS = 576;
const FULL_ROLL_MILLIMETRES = 80_000;
const ZFM_SENSOR = { width: 256, height: 288 };

/**
 * The machines of a desk at the far ends of real terminals or plugs, and a card in the system's own card service:
 * everything from the driver's library on is as it is at a polling station.
 */
export class CabledDesk {
  readonly printer: EscPosEmulator;
  private readonly people: SimulatedPeople;
  private readonly scanner: ZfmEmulator;
  private readonly reader = new MrzReaderEmulator(systemTimer());
  private readonly lines: { readonly scanner: PseudoTerminal; readonly reader: PseudoTerminal };
  private readonly printerCable: PrinterCable;
  private readonly attempts = new Map<string, number>();
  private card: AbortController | null = null;

  private constructor(
    people: SimulatedPeople,
    lines: CabledDesk['lines'],
    printer: EscPosEmulator,
    printerCable: PrinterCable,
  ) {
    this.people = people;
    this.lines = lines;
    this.printer = printer;
    this.printerCable = printerCable;
    this.scanner = new ZfmEmulator((bytes) => void lines.scanner.send(bytes.slice()));
    lines.scanner.onData((bytes) => this.scanner.receive(bytes));
    joinTerminal(this.reader.connect(), lines.reader);
  }

  /** Lays the cables and writes the settings that a technician would write for them. */
  static async open(
    people: SimulatedPeople,
    settingsFile: string,
    printerKind: PrinterCableKind,
  ): Promise<CabledDesk> {
    const lines = { scanner: await openPseudoTerminal(), reader: await openPseudoTerminal() };
    const printer = new EscPosEmulator(systemTimer(), DOTS_ACROSS);
    const printerCable = await layPrinterCable(printerKind, printer);
    const { path } = printerCable;
    const settings = {
      cardReaders: 'pcsc',
      serial: [
        { path: lines.scanner.path, device: 'zfm-scanner', line: { baudRate: 115_200 } },
        { path: lines.reader.path, device: 'mrz-reader' },
        ...(path === null ? [] : [{ path, device: 'escpos-printer', line: { baudRate: 115_200 } }]),
      ],
    };
    await writeFile(settingsFile, JSON.stringify(settings));
    return new CabledDesk(people, lines, printer, printerCable);
  }

  /** What a hand does, as the dock of a mock desk has it. */
  async hand(command: DockCommand): Promise<void> {
    switch (command.type) {
      case 'insert-document':
        this.layCard(command.document);
        this.reader.swipe(this.people.mrzLines(command.document));
        return;
      case 'remove-document':
        this.card?.abort();
        this.card = null;
        return;
      case 'lay-finger':
        await this.layFinger(command.person, command.position);
        return;
      case 'lift-finger':
        this.scanner.liftFinger();
        return;
      case 'paper':
        if (command.action.do === 'refill') this.printer.loadPaper(FULL_ROLL_MILLIMETRES);
        return;
      case 'cover':
        this.printer.openCover(command.open);
        return;
      case 'plug':
        // All other plugs are in.
        if (command.kind === 'printer') await this.printerCable.plug();
        return;
      default:
        throw new Error(`no hand here does this: ${command.type}`);
    }
  }

  /** Receipts that came out whole, and strips that did not. */
  receipts(): { readonly whole: number; readonly torn: number } {
    const ended = this.printer.strips().filter(({ ending }) => ending !== null);
    const whole = ended.filter(({ ending }) => ending === 'cut').length;
    return { whole, torn: ended.length - whole };
  }

  /** Pulls the scanner's cable out of the laptop. */
  async pullScanner(): Promise<void> {
    await this.lines.scanner.hangUp();
  }

  /** Pulls the printer's cable out of the laptop as soon as a receipt has begun to come out. */
  pullPrinterWithinReceipt(): void {
    const begun = this.printer.strips().length;
    const stop = this.printer.onChange(() => {
      if (this.printer.strips().length === begun) return;
      stop();
      void this.printerCable.pull();
    });
  }

  async close(): Promise<void> {
    this.card?.abort();
    this.reader.disconnect();
    await this.printerCable.pull();
    for (const line of [this.lines.scanner, this.lines.reader]) await line.hangUp();
  }

  private layCard(document: string): void {
    this.card?.abort();
    if (this.people.openCard(document) === null) return;
    const card = new AbortController();
    this.card = card;
    const lay = () => {
      const opened = this.people.openCard(document);
      if (opened === null) throw new Error('the document has lost its chip');
      return opened;
    };
    void playVirtualCard(lay, { ...VIRTUAL_READER, signal: card.signal });
  }

  private async layFinger(person: string, position: FingerPosition): Promise<void> {
    const counter = `${person} ${position}`;
    const attempt = (this.attempts.get(counter) ?? 0) + 1;
    this.attempts.set(counter, attempt);
    const image = await this.people.drawFinger(person, position, attempt);
    if (image !== null) this.scanner.layFinger(middleOf(image));
  }
}

/** As much of the finger as a small sensor sees. */
function middleOf({ width, height, pixels, dpi }: GreyImage): GreyImage {
  const [left, top] = [(width - ZFM_SENSOR.width) >> 1, (height - ZFM_SENSOR.height) >> 1];
  const seen = Uint8Array.from({ length: ZFM_SENSOR.width * ZFM_SENSOR.height }, (_, at) => {
    const [x, y] = [at % ZFM_SENSOR.width, Math.floor(at / ZFM_SENSOR.width)];
    return pixels[(y + top) * width + x + left] ?? 255;
  });
  pixels.fill(0);
  return { ...ZFM_SENSOR, pixels: seen, dpi };
}
