import { throwIllegalValue } from '../src/domain/assert.ts';
import {
  type CalibrateProblem,
  type Calibration,
  type DeviceBench,
  type DeviceReport,
  type FoundDevice,
  NOTHING_FOUND,
} from '../src/domain/device-bench.ts';
import { DEVICE_KINDS, type DeviceKind, type DeviceProblem, type DeviceSet } from '../src/domain/devices.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CancelTimer, Timer } from '../src/domain/timer.ts';
import { CardReaders } from './card-readers/card-readers.ts';
import type { CardService } from './card-readers/pcsc/card-service.ts';
import {
  type DrivenDevice,
  type DriverSurroundings,
  driveBiometricService,
  driveHid,
  driveSerial,
  driveSystemReader,
  driveUsb,
  hidModel,
  serialModel,
} from './device-drivers.ts';
import { matchUsb } from './device-profiles.ts';
import {
  calibrationOf,
  cardReadersOf,
  DEFAULT_SETTINGS,
  type DeviceSettings,
  serialUseOf,
} from './device-settings.ts';
import type { ScannerCalibration } from './device-settings-file.ts';
import { MrzReaderSlot, PrinterSlot, ScannerSlot } from './device-slots.ts';
import type { PictureDecoders } from './fingerprint-scanners/sbi/finger-image-record.ts';
import { STANDARD_PROFILE } from './printers/escpos/escpos-printer.ts';
import type { HidDeviceFound, HidDevices } from './transports/hid-devices.ts';
import type { SerialPorts } from './transports/serial-ports.ts';
import type { UsbBus, UsbDeviceFound } from './transports/usb-bus.ts';

/** Also without a word from the system, which does not tell of every plugging-in. */
const RESCAN_MILLISECONDS = 2_000;
/** Listing HID devices costs much, so it is done after a change of the bus; some become ready a little later. */
const HID_LISTINGS = 3;
/** Readers of codes and documents (USB-IF, HID Point of Sale Usage Tables). */
const POINT_OF_SALE_PAGE = 0x8c;

export interface DeviceManagerOptions {
  readonly bus: UsbBus;
  readonly serialPorts: SerialPorts;
  readonly hid: HidDevices;
  readonly timer: Timer;
  readonly settings?: DeviceSettings;
  /** For scanners whose maker's service sends compressed pictures. */
  readonly decoders?: Partial<PictureDecoders>;
  /** The system's card service; asked only where the settings want it. */
  readonly cardService?: CardService;
  /** Whether the card service is what holds a reader of the bus that can't be claimed. */
  readonly isHeldByCardService?: (address: string) => Promise<boolean>;
  /** Keeps a calibration for good and gives the settings with it; without it a calibration can't be set. */
  readonly saveCalibration?: (calibration: ScannerCalibration) => Promise<Result<DeviceSettings, string>>;
}

/** Finds the devices of a desk as they are plugged in and pulled out, and joins each to its driver. */
export class DeviceManager implements DeviceBench {
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
  private readonly bus: UsbBus;
  private readonly serialPorts: SerialPorts;
  private readonly hid: HidDevices;
  private readonly cardService: CardService | null;
  private readonly isHeldByCardService: (address: string) => Promise<boolean>;
  private readonly saveCalibration: DeviceManagerOptions['saveCalibration'];
  private around: DriverSurroundings;
  private hidFound: readonly HidDeviceFound[] = [];
  /** The devices of the bus at the last change, and how many listings of HID devices are due since. */
  private hidListedFor = '';
  private hidListings = 0;
  private readonly timer: Timer;
  private readonly changes = new ListenerSet<DeviceReport>();
  private readonly opened = new Map<string, DrivenDevice>();
  private readonly serialOpened = new Set<string>();
  private lastReport: DeviceReport = NOTHING_FOUND;
  private scanning: Promise<void> | null = null;
  private scanAgain = false;
  private closed = false;
  private cancelRescan: CancelTimer = () => undefined;

  constructor(options: DeviceManagerOptions) {
    const { bus, serialPorts, hid, timer, settings = DEFAULT_SETTINGS, cardService } = options;
    this.bus = bus;
    this.serialPorts = serialPorts;
    this.hid = hid;
    this.timer = timer;
    this.around = { timer, settings, ...(options.decoders && { decoders: options.decoders }) };
    this.isHeldByCardService = options.isHeldByCardService ?? (async () => false);
    this.saveCalibration = options.saveCalibration;
    this.cardService = cardReadersOf(settings) === 'pcsc' ? (cardService ?? null) : null;
    bus.onChange(() => void this.scan());
  }

  /** What was found at the last look. */
  report(): DeviceReport {
    return this.lastReport;
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.changes.add(listener);
  }

  /** Looks once, opens what is new, and goes on looking until it is closed. */
  async scan(): Promise<void> {
    if (this.closed) return;
    if (this.scanning !== null) {
      this.scanAgain = true;
      return this.scanning;
    }
    this.cancelRescan();
    this.scanning = this.lookAround();
    await this.scanning;
    this.scanning = null;
    if (this.closed) return;
    if (this.scanAgain) {
      this.scanAgain = false;
      return this.scan();
    }
    this.cancelRescan = this.timer.after(RESCAN_MILLISECONDS, () => void this.scan());
  }

  look(): Promise<void> {
    return this.scan();
  }

  async calibrate(calibration: Calibration): Promise<Result<void, CalibrateProblem>> {
    const scanner = this.lastReport.found.find(isScannerInUse);
    if (scanner === undefined) return err({ code: 'no-such-scanner' });
    const { model, serialNumber } = scanner;
    const saved = await this.saveCalibration?.({ model, serialNumber, ...calibration });
    if (saved?.ok !== true) return err({ code: 'not-saved' });
    this.around = { ...this.around, settings: saved.value };
    for (const { kind, close } of [...this.opened.values()])
      if (kind === 'fingerprint-scanner') await close();
    // A look that was under way may have passed the scanner already.
    await this.scanning;
    await this.scan();
    return ok();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelRescan();
    await this.scanning;
    for (const { close } of [...this.opened.values()]) await close();
    this.bus.close();
  }

  private async lookAround(): Promise<void> {
    const usb = await this.bus.list();
    const found = [
      ...(await this.lookAtUsb(usb.ok ? usb.value : [])),
      ...(await this.lookAtSerialPorts()),
      ...(await this.lookAtHid(usb.ok ? usb.value : [])),
      ...(await this.lookAtCardService()),
      ...(await this.lookAtBiometricService()),
    ];
    for (const kind of DEVICE_KINDS) {
      const slot = kind === 'card-reader' ? this.cardReader : this.slotOf(kind);
      const failed = found.find((device) => device.kind === kind && device.problem !== null);
      if (slot.isEmpty) slot.setProblem(failed?.problem ?? { code: 'absent' });
    }
    const report = {
      usbProblem: usb.ok ? null : usb.error,
      found: found.map((device) => ({
        ...device,
        simulated: false,
        calibration: calibrationOf(this.around.settings, device),
      })),
    };
    const changed = JSON.stringify(report) !== JSON.stringify(this.lastReport);
    this.lastReport = report;
    if (changed) this.changes.tell(report);
  }

  private async lookAtUsb(devices: readonly UsbDeviceFound[]): Promise<Seen[]> {
    const found: Seen[] = [];
    for (const device of devices) {
      for (const match of matchUsb(device)) {
        // A reader belongs either to us or to the system's service, never to both.
        if (match.driver.name === 'ccid' && cardReadersOf(this.around.settings) !== 'usb') continue;
        const port = `${device.address}.${match.interfaceNumber}`;
        const joined = await this.join(match.kind, port, async () => {
          const transport = await this.bus.open(device, match.interfaceNumber);
          return transport.ok ? driveUsb(match, transport.value, this.around) : transport;
        });
        const problem =
          match.driver.name === 'ccid' && joined.problem?.code === 'busy'
            ? await this.holderOf(device)
            : joined.problem;
        const { model } = match;
        found.push({ kind: match.kind, model, port: device.address, ...joined, problem });
      }
    }
    return found;
  }

  private async holderOf({ address }: UsbDeviceFound): Promise<DeviceProblem> {
    return { code: (await this.isHeldByCardService(address)) ? 'held-by-card-service' : 'busy' };
  }

  private async lookAtSerialPorts(): Promise<Seen[]> {
    const named = this.around.settings.serial.flatMap(({ path }) => path ?? []);
    const listed = await this.serialPorts.list(named);
    const ports = listed.ok ? listed.value : [];
    const present = new Set(ports.map(({ path }) => path));
    // The serial library can miss that an adapter was pulled out.
    for (const [port, { close }] of this.opened) {
      if (this.serialOpened.has(port) && !present.has(port)) await close();
    }
    const found: Seen[] = [];
    for (const port of ports) {
      const use = serialUseOf(this.around.settings, port);
      if (use === null) continue;
      const kind = SERIAL_KINDS[use.device];
      const joined = await this.join(kind, port.path, async () => {
        const line = await this.serialPorts.open(port.path, use.line);
        this.serialOpened.add(port.path);
        return line.ok ? driveSerial(use, port, line.value, this.around) : line;
      });
      found.push({ kind, model: serialModel(use, port), port: port.path, ...joined });
    }
    return found;
  }

  private async lookAtHid(bus: readonly UsbDeviceFound[]): Promise<Seen[]> {
    const addresses = bus.map(({ address }) => address).join(' ');
    if (addresses !== this.hidListedFor) {
      this.hidListedFor = addresses;
      this.hidListings = HID_LISTINGS;
    }
    if (this.hidListings > 0) {
      this.hidListings -= 1;
      const devices = addresses === '' ? null : await this.hid.list();
      this.hidFound = devices?.ok === true ? devices.value.filter(isPointOfSale) : [];
    }
    const found: Seen[] = [];
    for (const device of this.hidFound) {
      const joined = await this.join('mrz-reader', device.path, async () => {
        const transport = await this.hid.open(device.path);
        return transport.ok ? ok(driveHid(device, transport.value, this.timer)) : transport;
      });
      found.push({ kind: 'mrz-reader', model: hidModel(device), port: device.path, ...joined });
    }
    return found;
  }

  private async lookAtCardService(): Promise<Seen[]> {
    const { cardService } = this;
    if (cardService === null) return [];
    const names = await cardService.list();
    const found: Seen[] = [];
    for (const name of names.ok ? names.value : []) {
      const joined = await this.join('card-reader', name, async () => {
        const reader = await cardService.open(name);
        return reader.ok ? ok(driveSystemReader(reader.value)) : reader;
      });
      found.push({ kind: 'card-reader', model: name, port: 'PC/SC', ...joined });
    }
    return found;
  }

  /** A maker's service stands in for its scanner; ports where nothing listens are no finding. */
  private async lookAtBiometricService(): Promise<Seen[]> {
    const service = this.around.settings.biometricService;
    const found: Seen[] = [];
    for (let number = service?.firstPort ?? 1; number <= (service?.lastPort ?? 0); number += 1) {
      const port = `127.0.0.1:${number}`;
      if (!this.opened.has(port) && !this.scanner.isEmpty) continue;
      const joined = await this.join('fingerprint-scanner', port, () =>
        driveBiometricService(number, this.around),
      );
      if (joined.problem?.code === 'absent' || joined.problem?.code === 'bad-data') continue;
      const model = this.scanner.status().info.model || 'Biometric service';
      found.push({ kind: 'fingerprint-scanner', model, port, ...joined });
    }
    return found;
  }

  /** Opens a device unless it is open, or another of its kind takes its place. */
  private async join(
    kind: DeviceKind,
    port: string,
    open: () => Promise<Result<DrivenDevice, DeviceProblem>>,
  ): Promise<Joined> {
    const before = this.opened.get(port);
    if (before !== undefined) return { problem: null, serialNumber: serialNumberOf(before) };
    // A card may be laid on any reader; of all else a desk uses one.
    if (kind !== 'card-reader' && !this.slotOf(kind).isEmpty) return refused({ code: 'spare' });
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
      else this.slotOf(driven.kind).detach();
    });
  }

  private slotOf(kind: Exclude<DeviceKind, 'card-reader'>) {
    const slots = {
      'fingerprint-scanner': this.scanner,
      'mrz-reader': this.mrzReader,
      printer: this.printer,
    };
    return slots[kind];
  }
}

/** What opening a device came to. */
interface Joined {
  readonly problem: DeviceProblem | null;
  readonly serialNumber: string | null;
}

type Seen = Omit<FoundDevice, 'simulated' | 'calibration'>;

const NO_READER = { kind: 'card-reader', model: '', serialNumber: null, simulated: false } as const;

const SERIAL_KINDS = {
  'mrz-reader': 'mrz-reader',
  'zfm-scanner': 'fingerprint-scanner',
  'escpos-printer': 'printer',
} as const;

function refused(problem: DeviceProblem): Joined {
  return { problem, serialNumber: null };
}

function isScannerInUse({ kind, problem, calibration }: FoundDevice): boolean {
  return kind === 'fingerprint-scanner' && problem === null && calibration !== null;
}

function serialNumberOf({ device }: DrivenDevice): string | null {
  return device.status().info.serialNumber;
}

function isPointOfSale({ usagePage }: HidDeviceFound): boolean {
  return usagePage === POINT_OF_SALE_PAGE;
}
