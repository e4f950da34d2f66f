import {
  type CalibrateProblem,
  type Calibration,
  type DeviceBench,
  type DeviceReport,
  type FoundDevice,
  NOTHING_FOUND,
} from '../src/domain/device-bench.ts';
import type { DeviceSet } from '../src/domain/devices.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CancelTimer, Timer } from '../src/domain/timer.ts';
import type { CardService } from './card-readers/pcsc/card-service.ts';
import type { DriverSurroundings } from './device-drivers.ts';
import { calibrationOf, cardReadersOf, DEFAULT_SETTINGS, type DeviceSettings } from './device-settings.ts';
import type { ScannerCalibration } from './device-settings-file.ts';
import { lookAtBiometricService } from './finders/biometric-service-finder.ts';
import { CardServiceFinder } from './finders/card-service-finder.ts';
import { HidFinder } from './finders/hid-finder.ts';
import { SerialFinder } from './finders/serial-finder.ts';
import { UsbFinder } from './finders/usb-finder.ts';
import type { PictureDecoders } from './fingerprint-scanners/sbi/finger-image-record.ts';
import { JoinedDevices } from './joined-devices.ts';
import type { HidDevices } from './transports/hid-devices.ts';
import type { SerialPorts } from './transports/serial-ports.ts';
import type { UsbBus } from './transports/usb-bus.ts';

/** Also without a word from the system, which does not tell of every plugging-in. */
const RESCAN_MILLISECONDS = 2_000;

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

/** Looks for the devices of a desk, again and again, and reports what it found. */
export class DeviceManager implements DeviceBench {
  private readonly joined = new JoinedDevices();
  readonly devices: DeviceSet = this.joined.devices;
  private readonly bus: UsbBus;
  private readonly usb: UsbFinder;
  private readonly serial: SerialFinder;
  private readonly hid: HidFinder;
  private readonly cardService: CardServiceFinder | null;
  private readonly saveCalibration: DeviceManagerOptions['saveCalibration'];
  private readonly timer: Timer;
  private around: DriverSurroundings;
  private readonly changes = new ListenerSet<DeviceReport>();
  private lastReport: DeviceReport = NOTHING_FOUND;
  private scanning: Promise<void> | null = null;
  private scanAgain = false;
  private closed = false;
  private cancelRescan: CancelTimer = () => undefined;

  constructor(options: DeviceManagerOptions) {
    const { bus, serialPorts, hid, timer, settings = DEFAULT_SETTINGS, cardService } = options;
    this.bus = bus;
    this.timer = timer;
    this.around = { timer, settings, ...(options.decoders && { decoders: options.decoders }) };
    this.usb = new UsbFinder(bus, this.joined, options.isHeldByCardService ?? (async () => false));
    this.serial = new SerialFinder(serialPorts, this.joined);
    this.hid = new HidFinder(hid, this.joined);
    this.cardService =
      cardReadersOf(settings) === 'pcsc' && cardService !== undefined
        ? new CardServiceFinder(cardService, this.joined)
        : null;
    this.saveCalibration = options.saveCalibration;
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
    await this.joined.close((_, kind) => kind === 'fingerprint-scanner');
    // A look that was under way may have passed the scanner already.
    await this.scanning;
    await this.scan();
    return ok();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelRescan();
    await this.scanning;
    await this.joined.close(() => true);
    this.bus.close();
  }

  private async lookAround(): Promise<void> {
    const { around } = this;
    const usb = await this.bus.list();
    const onBus = usb.ok ? usb.value : [];
    const seen = await Promise.all([
      this.usb.look(onBus, around),
      this.serial.look(around),
      this.hid.look(onBus, around),
      this.cardService?.look() ?? [],
    ]);
    // It stands in for a scanner where there is no other.
    const found = [...seen.flat(), ...(await lookAtBiometricService(this.joined, around))];
    this.joined.explainMissing(
      (kind) => found.find((each) => each.kind === kind && each.problem !== null)?.problem ?? null,
    );
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
}

function isScannerInUse({ kind, problem, calibration }: FoundDevice): boolean {
  return kind === 'fingerprint-scanner' && problem === null && calibration !== null;
}
