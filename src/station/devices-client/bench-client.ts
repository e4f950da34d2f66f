import {
  type CalibrateProblem,
  type Calibration,
  type DeviceBench,
  type DeviceReport,
  NOTHING_FOUND,
} from '../../domain/device-bench.ts';
import type { Unsubscribe } from '../../domain/devices.ts';
import { ListenerSet } from '../../domain/listener-set.ts';
import { err, type Result } from '../../domain/result.ts';
import type { CurrentConnection } from './device-proxies.ts';

/** The station's end of the technician's bench. */
export class BenchClient implements DeviceBench {
  private readonly connection: CurrentConnection;
  private readonly limit: { readonly milliseconds: number };
  private current: DeviceReport = NOTHING_FOUND;
  private readonly listeners = new ListenerSet<DeviceReport>();

  constructor(connection: CurrentConnection, milliseconds: number) {
    this.connection = connection;
    this.limit = { milliseconds };
  }

  report(): DeviceReport {
    return this.current;
  }

  onReport(listener: (report: DeviceReport) => void): Unsubscribe {
    return this.listeners.add(listener);
  }

  setReport(report: DeviceReport): void {
    const changed = JSON.stringify(report) !== JSON.stringify(this.current);
    this.current = report;
    if (changed) this.listeners.tell(report);
  }

  async look(): Promise<void> {
    await this.connection()?.request({ method: 'look' }, this.limit).outcome;
  }

  async calibrate(calibration: Calibration): Promise<Result<void, CalibrateProblem>> {
    const request = this.connection()?.request({ method: 'calibrate', calibration }, this.limit);
    if (request === undefined) return err({ code: 'restarting' });
    const outcome = await request.outcome;
    if (outcome.ok) return outcome.value;
    return err({ code: outcome.error === 'restarting' ? 'restarting' : 'no-answer' });
  }
}
