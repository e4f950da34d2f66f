import type {
  CalibrateProblem,
  Calibration,
  DeviceBench,
  DeviceReport,
  FoundDevice,
} from '../../src/domain/device-bench.ts';
import type { DeviceSet, Unsubscribe } from '../../src/domain/devices.ts';
import { ok, type Result } from '../../src/domain/result.ts';
import type { SimulatedFingerprintScanner } from './simulated-fingerprint-scanner.ts';

/** The technician's bench of a simulated desk. A calibration holds until the devices process ends. */
export class SimulatedBench implements DeviceBench {
  private readonly devices: DeviceSet;
  private readonly scanner: SimulatedFingerprintScanner;
  private readonly listeners = new Set<(report: DeviceReport) => void>();

  constructor(devices: DeviceSet, scanner: SimulatedFingerprintScanner) {
    this.devices = devices;
    this.scanner = scanner;
    const { cardReader, mrzReader, printer } = devices;
    for (const device of [scanner, cardReader, mrzReader, printer]) device.onStatus(() => this.tell());
  }

  /** What is unplugged is not found, as on a bus. */
  report(): DeviceReport {
    const { scanner, cardReader, mrzReader, printer } = this.devices;
    const found = [scanner, cardReader, mrzReader, printer].map((device, at): FoundDevice => {
      const { info, status } = device.status();
      return {
        ...info,
        port: String(at + 1),
        problem: status.state === 'failed' ? status.problem : null,
        calibration: info.kind === 'fingerprint-scanner' ? this.scanner.calibration : null,
      };
    });
    return { usbProblem: null, found: found.filter(({ problem }) => problem?.code !== 'absent') };
  }

  onReport(listener: (report: DeviceReport) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async look(): Promise<void> {}

  async calibrate(calibration: Calibration): Promise<Result<void, CalibrateProblem>> {
    if (this.scanner.status().status.state === 'failed')
      return { ok: false, error: { code: 'no-such-scanner' } };
    this.scanner.calibration = calibration;
    this.tell();
    return ok();
  }

  private tell(): void {
    const report = this.report();
    for (const listener of [...this.listeners]) listener(report);
  }
}
