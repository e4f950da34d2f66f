import { throwIllegalValue } from '../src/domain/assert.ts';
import { DEVICE_KINDS, type DeviceKind, type DeviceProblem, type DeviceSet } from '../src/domain/devices.ts';
import type { Result } from '../src/domain/result.ts';
import { CardReaders } from './card-readers/card-readers.ts';
import type { DrivenDevice } from './device-drivers.ts';
import { MrzReaderSlot, PrinterSlot, ScannerSlot } from './device-slots.ts';
import { STANDARD_PROFILE } from './printers/escpos/escpos-profile.ts';

/** What opening a device came to. */
export interface Joined {
  readonly problem: DeviceProblem | null;
  readonly serialNumber: string | null;
}

const NO_READER = { kind: 'card-reader', model: '', serialNumber: null, simulated: false } as const;

/** The devices that are open, each by its port, behind one device of each kind that the desk sees. */
export class JoinedDevices {
  private readonly scanner = new ScannerSlot('fingerprint-scanner');
  private readonly cardReader = new CardReaders(NO_READER);
  private readonly mrzReader = new MrzReaderSlot('mrz-reader');
  private readonly printer = new PrinterSlot(STANDARD_PROFILE.dotsAcross);
  readonly devices: DeviceSet = {
    scanner: this.scanner,
    cardReader: this.cardReader,
    mrzReader: this.mrzReader,
    printer: this.printer,
  };
  private readonly opened = new Map<string, DrivenDevice>();
  /** The opening that is under way for each kind: of two devices that come at once, one is the spare. */
  private readonly opening = new Map<DeviceKind, Promise<unknown>>();

  /** Opens a device unless it is open, or another of its kind takes its place. */
  async join(
    kind: DeviceKind,
    port: string,
    open: () => Promise<Result<DrivenDevice, DeviceProblem>>,
  ): Promise<Joined> {
    const mine = (this.opening.get(kind) ?? Promise.resolve()).then(() => this.joinNow(kind, port, open));
    this.opening.set(
      kind,
      mine.catch(() => undefined),
    );
    return mine;
  }

  isOpen(port: string): boolean {
    return this.opened.has(port);
  }

  hasNone(kind: DeviceKind): boolean {
    return this.slotOf(kind).isEmpty;
  }

  /** Closes those for which `which` holds. */
  async close(which: (port: string, kind: DeviceKind) => boolean): Promise<void> {
    for (const [port, { kind, close }] of [...this.opened]) if (which(port, kind)) await close();
  }

  /** Says of each kind that has none why that is so. */
  explainMissing(whyNone: (kind: DeviceKind) => DeviceProblem | null): void {
    for (const kind of DEVICE_KINDS) {
      const slot = this.slotOf(kind);
      if (slot.isEmpty) slot.setProblem(whyNone(kind) ?? { code: 'absent' });
    }
  }

  private async joinNow(
    kind: DeviceKind,
    port: string,
    open: () => Promise<Result<DrivenDevice, DeviceProblem>>,
  ): Promise<Joined> {
    const before = this.opened.get(port);
    if (before !== undefined) return { problem: null, serialNumber: serialNumberOf(before) };
    // A card may be laid on any reader; of all else a desk uses one.
    if (kind !== 'card-reader' && !this.hasNone(kind)) return refused({ code: 'spare' });
    const opened = await open();
    if (!opened.ok) return refused(opened.error);
    this.keep(port, opened.value);
    return { problem: null, serialNumber: serialNumberOf(opened.value) };
  }

  private keep(port: string, driven: DrivenDevice): void {
    this.opened.set(port, driven);
    switch (driven.kind) {
      case 'fingerprint-scanner':
        this.scanner.attach(driven.device);
        break;
      case 'card-reader':
        this.cardReader.add(driven.device);
        break;
      case 'mrz-reader':
        this.mrzReader.attach(driven.device);
        break;
      case 'printer':
        this.printer.attach(driven.device);
        break;
      default:
        throwIllegalValue(driven);
    }
    driven.onClose(() => {
      if (this.opened.get(port) !== driven) return;
      this.opened.delete(port);
      if (driven.kind === 'card-reader') this.cardReader.remove(driven.device);
      else this.detach(driven.kind);
    });
  }

  private detach(kind: Exclude<DeviceKind, 'card-reader'>): void {
    const slots = {
      'fingerprint-scanner': this.scanner,
      'mrz-reader': this.mrzReader,
      printer: this.printer,
    };
    slots[kind].detach();
  }

  private slotOf(kind: DeviceKind) {
    const slots = {
      'fingerprint-scanner': this.scanner,
      'card-reader': this.cardReader,
      'mrz-reader': this.mrzReader,
      printer: this.printer,
    };
    return slots[kind];
  }
}

function refused(problem: DeviceProblem): Joined {
  return { problem, serialNumber: null };
}

function serialNumberOf({ device }: DrivenDevice): string | null {
  return device.status().info.serialNumber;
}
