import { throwIllegalValue } from '../../src/domain/assert.ts';
import { targetPicture } from '../../src/domain/calibration-target.ts';
import {
  DEVICE_KINDS,
  type DeviceKind,
  type MonoBitmap,
  type Unsubscribe,
} from '../../src/domain/devices.ts';
import type {
  DockCommand,
  DockControl,
  DockDocument,
  DockPerson,
  DockProblem,
  DockState,
  PaperAction,
  SimulatedPeople,
} from '../../src/domain/dock.ts';
import type { FingerPosition } from '../../src/domain/finger.ts';
import { wipeImage } from '../../src/domain/grey-image.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { SerialMrzReader } from '../mrz-readers/serial-mrz-reader.ts';
import type { EscPosPrinter } from '../printers/escpos/escpos-printer.ts';
import { DOTS_PER_MILLIMETRE, type EscPosEmulator } from './escpos-emulator.ts';
import type { MrzReaderEmulator } from './mrz-reader-emulator.ts';
import { FULL_ROLL_DOTS, NEAR_END_DOTS } from './paper-tray.ts';
import { DPI } from './platen.ts';
import type { SimulatedCardReader } from './simulated-card-reader.ts';
import type { SimulatedFingerprintScanner } from './simulated-fingerprint-scanner.ts';

export interface SimulatedDesk {
  readonly people: SimulatedPeople;
  readonly crash: () => void;
  readonly scanner: SimulatedFingerprintScanner;
  readonly cardReader: SimulatedCardReader;
  readonly mrz: { readonly driver: SerialMrzReader; readonly emulator: MrzReaderEmulator };
  readonly printing: { readonly driver: EscPosPrinter; readonly emulator: EscPosEmulator };
}

type Problem<Code extends DockProblem['code']> = Result<never, DockProblem & { readonly code: Code }>;
const NO_SUCH_PERSON: Problem<'no-such-person'> = err({ code: 'no-such-person' });
const NO_SUCH_DOCUMENT: Problem<'no-such-document'> = err({ code: 'no-such-document' });
const NO_SUCH_FINGER: Problem<'no-such-finger'> = err({ code: 'no-such-finger' });

/** The hands at a simulated desk: moves documents, fingers, paper and plugs, and keeps what lies where. */
export class SimulatedDock implements DockControl {
  private readonly desk: SimulatedDesk;
  private readonly states = new ListenerSet<DockState>();
  private readonly plugged = new Set<DeviceKind>();
  private readonly attempts = new Map<string, number>();
  private document: DockState['document'] = null;
  private finger: DockState['finger'] = null;
  /** Counts the hands that went to the glass, so that a finger drawn too late is not laid on. */
  private handsOnGlass = 0;

  constructor(desk: SimulatedDesk) {
    this.desk = desk;
    desk.printing.emulator.onChange(() => this.tell());
    for (const kind of DEVICE_KINDS) this.plug(kind);
  }

  async people(): Promise<Result<readonly DockPerson[], DockProblem>> {
    return ok(this.desk.people.people());
  }

  state(): DockState {
    const { emulator } = this.desk.printing;
    return {
      plugged: {
        'fingerprint-scanner': this.plugged.has('fingerprint-scanner'),
        'card-reader': this.plugged.has('card-reader'),
        'mrz-reader': this.plugged.has('mrz-reader'),
        printer: this.plugged.has('printer'),
      },
      document: this.document,
      finger: this.finger,
      paper: {
        remainingMillimetres: Math.floor(emulator.paper.remainingDots / DOTS_PER_MILLIMETRE),
        coverOpen: emulator.coverOpen,
        speed: emulator.speed,
      },
      strips: emulator.strips(),
    };
  }

  onState(listener: (state: DockState) => void): Unsubscribe {
    return this.states.add(listener);
  }

  async strip(id: number): Promise<Result<MonoBitmap, DockProblem>> {
    const picture = this.desk.printing.emulator.picture(id);
    return picture === null ? err({ code: 'no-such-strip' }) : ok(picture);
  }

  async perform(command: DockCommand): Promise<Result<void, DockProblem>> {
    const done = await this.carryOut(command);
    if (done.ok) this.tell();
    return done;
  }

  close(): void {
    for (const kind of DEVICE_KINDS) this.unplug(kind);
    this.desk.scanner.liftFinger();
    this.desk.printing.driver.close();
  }

  private async carryOut(command: DockCommand): Promise<Result<void, DockProblem>> {
    const { cardReader, printing } = this.desk;
    switch (command.type) {
      case 'insert-document':
        return this.insertDocument(command.person, command.document);
      case 'remove-document':
        cardReader.remove();
        this.document = null;
        return ok();
      case 'scan-mrz':
        return this.scanMrz(command.person, command.document);
      case 'scan-code':
        return this.swipe([command.text]);
      case 'lay-finger':
        return this.layFinger(command.person, command.position);
      case 'lay-target':
        this.liftFinger();
        this.desk.scanner.layFinger(targetPicture(DPI));
        return ok();
      case 'lift-finger':
        this.liftFinger();
        return ok();
      case 'paper':
        this.handlePaper(command.action);
        return ok();
      case 'cover':
        printing.emulator.openCover(command.open);
        return ok();
      case 'printer-speed':
        printing.emulator.setSpeed(command.speed);
        return ok();
      case 'plug':
        this.plug(command.kind);
        return ok();
      case 'unplug':
        this.unplug(command.kind);
        return ok();
      case 'crash-devices-process':
        this.desk.crash();
        return ok();
      default:
        throwIllegalValue(command);
    }
  }

  private findDocument(personKey: string, documentKey: string): Result<DockDocument, DockProblem> {
    const person = this.findPerson(personKey);
    if (person === undefined) return NO_SUCH_PERSON;
    const document = person.documents.find((each) => each.key === documentKey);
    return document === undefined ? NO_SUCH_DOCUMENT : ok(document);
  }

  private findPerson(key: string): DockPerson | undefined {
    return this.desk.people.people().find((each) => each.key === key);
  }

  private insertDocument(person: string, document: string): Result<void, DockProblem> {
    const found = this.findDocument(person, document);
    if (!found.ok) return found;
    this.desk.cardReader.remove();
    this.document = { person, document };
    // A document without a chip lies on the reader too, but no reader notices it.
    if (found.value.hasChip) this.desk.cardReader.insert(() => this.desk.people.openCard(document));
    // The desk of a mock election has a full-page reader: it reads the printed zone of what is laid on it, too.
    const lines = this.desk.people.mrzLines(document);
    if (lines.length > 0) this.desk.mrz.emulator.swipe(lines);
    return ok();
  }

  private scanMrz(person: string, document: string): Result<void, DockProblem> {
    const found = this.findDocument(person, document);
    if (!found.ok) return found;
    const lines = this.desk.people.mrzLines(document);
    if (lines.length === 0) return err({ code: 'no-such-zone' });
    return this.swipe(lines);
  }

  private swipe(lines: readonly string[]): Result<void, DockProblem> {
    return this.desk.mrz.emulator.swipe(lines) ? ok() : err({ code: 'unplugged' });
  }

  private async layFinger(person: string, position: FingerPosition): Promise<Result<void, DockProblem>> {
    const owner = this.findPerson(person);
    if (owner === undefined) return NO_SUCH_PERSON;
    if (!owner.fingers.some((finger) => finger.position === position)) return NO_SUCH_FINGER;
    this.liftFinger();
    const hand = this.handsOnGlass;
    const counter = `${person} ${position}`;
    const attempt = (this.attempts.get(counter) ?? 0) + 1;
    this.attempts.set(counter, attempt);
    const image = await this.desk.people.drawFinger(person, position, attempt);
    if (image === null) return NO_SUCH_FINGER;
    if (hand !== this.handsOnGlass) {
      wipeImage(image);
      return ok();
    }
    this.desk.scanner.layFinger(image);
    this.finger = { person, position };
    return ok();
  }

  private liftFinger(): void {
    this.handsOnGlass += 1;
    this.desk.scanner.liftFinger();
    this.finger = null;
  }

  private handlePaper(action: PaperAction): void {
    const { emulator } = this.desk.printing;
    switch (action.do) {
      case 'tear':
        emulator.tear();
        return;
      case 'refill':
        emulator.loadPaper(FULL_ROLL_DOTS / DOTS_PER_MILLIMETRE);
        return;
      case 'run-low':
        emulator.endPaperAfter(NEAR_END_DOTS / DOTS_PER_MILLIMETRE);
        return;
      case 'end-after':
        emulator.endPaperAfter(action.millimetres);
        return;
      default:
        throwIllegalValue(action);
    }
  }

  private plug(kind: DeviceKind): void {
    if (this.plugged.has(kind)) return;
    this.plugged.add(kind);
    const { scanner, cardReader, mrz, printing } = this.desk;
    switch (kind) {
      case 'fingerprint-scanner':
        scanner.plug();
        return;
      case 'card-reader':
        cardReader.plug();
        return;
      case 'mrz-reader':
        mrz.driver.attach(mrz.emulator.connect());
        return;
      case 'printer':
        void printing.driver.attach(printing.emulator.connect());
        return;
      default:
        throwIllegalValue(kind);
    }
  }

  private unplug(kind: DeviceKind): void {
    this.plugged.delete(kind);
    const { scanner, cardReader, mrz, printing } = this.desk;
    switch (kind) {
      case 'fingerprint-scanner':
        scanner.unplug();
        return;
      case 'card-reader':
        cardReader.unplug();
        return;
      case 'mrz-reader':
        mrz.emulator.disconnect();
        return;
      case 'printer':
        printing.emulator.disconnect();
        return;
      default:
        throwIllegalValue(kind);
    }
  }

  private tell(): void {
    this.states.tell(this.state());
  }
}
