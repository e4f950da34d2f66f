import type {
  Device,
  DeviceInfo,
  DeviceKind,
  DeviceProblem,
  DeviceStatus,
  FingerFrame,
  FingerprintScanner,
  MonoBitmap,
  MrzReader,
  PrinterStatus,
  ReceiptPrinter,
  Unsubscribe,
} from '../src/domain/devices.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';
import { err, type Result } from '../src/domain/result.ts';

/** Stands for one kind of device at the desk, whichever one is plugged in at the moment. */
class DeviceSlot<Driver extends Device> implements Device {
  protected driver: Driver | null = null;
  private readonly none: DeviceInfo;
  private readonly statuses = new ListenerSet<DeviceStatus>();
  private subscriptions: Unsubscribe[] = [];
  private last: DeviceStatus;
  /** Why none could be opened, while one is plugged in. */
  private problem: DeviceProblem = { code: 'absent' };

  constructor(kind: DeviceKind) {
    this.none = { kind, model: '', serialNumber: null, simulated: false };
    this.last = this.status();
  }

  get isEmpty(): boolean {
    return this.driver === null;
  }

  status(): DeviceStatus {
    if (this.driver !== null) return this.driver.status();
    return { info: this.none, status: { state: 'failed', problem: this.problem } };
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.statuses.add(listener);
  }

  attach(driver: Driver): void {
    this.driver = driver;
    this.subscriptions = [driver.onStatus(() => this.tell()), ...this.subscribe(driver)];
    this.tell();
  }

  detach(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    this.driver = null;
    this.setProblem({ code: 'absent' });
  }

  setProblem(problem: DeviceProblem): void {
    this.problem = problem;
    this.tell();
  }

  protected subscribe(_driver: Driver): Unsubscribe[] {
    return [];
  }

  private tell(): void {
    const status = this.status();
    if (JSON.stringify(status) === JSON.stringify(this.last)) return;
    this.last = status;
    this.statuses.tell(status);
  }
}

export class ScannerSlot extends DeviceSlot<FingerprintScanner> implements FingerprintScanner {
  capture(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<Result<never, DeviceProblem>> {
    return this.driver?.capture(onFrame, signal) ?? absent();
  }
}

export class MrzReaderSlot extends DeviceSlot<MrzReader> implements MrzReader {
  private readonly texts = new ListenerSet<readonly string[]>();

  onText(listener: (lines: readonly string[]) => void): Unsubscribe {
    return this.texts.add(listener);
  }

  protected override subscribe(driver: MrzReader): Unsubscribe[] {
    return [driver.onText((lines) => this.texts.tell(lines))];
  }
}

export class PrinterSlot extends DeviceSlot<ReceiptPrinter> implements ReceiptPrinter {
  readonly dotsAcross: number;

  constructor(dotsAcross: number) {
    super('printer');
    this.dotsAcross = dotsAcross;
  }

  paper(): Promise<Result<PrinterStatus, DeviceProblem>> {
    return this.driver?.paper() ?? absent();
  }

  print(strip: MonoBitmap): Promise<Result<void, DeviceProblem>> {
    return this.driver?.print(strip) ?? absent();
  }
}

function absent(): Promise<Result<never, DeviceProblem>> {
  return Promise.resolve(err({ code: 'absent' }));
}
