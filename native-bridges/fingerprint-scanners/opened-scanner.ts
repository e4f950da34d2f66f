import type {
  DeviceInfo,
  DeviceProblem,
  DeviceStatus,
  FingerFrame,
  FingerprintScanner,
  Unsubscribe,
} from '../../src/domain/devices.ts';
import { err, type Result } from '../../src/domain/result.ts';
import { DeviceStatusKeeper, failedWith } from '../device-status-keeper.ts';

/** What a family of scanners does in its own way, on a device that was opened. */
export interface ScannerProtocol {
  /** Streams frames until `signal` aborts (`cancelled`) or the device fails; leaves the lamp off. */
  stream(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<DeviceProblem>;
  onClose(listener: () => void): Unsubscribe;
  close(): Promise<void>;
}

/** A scanner that is plugged in: one capture at a time, and its state as its last capture left it. */
export class OpenedScanner implements FingerprintScanner {
  private readonly protocol: ScannerProtocol;
  private readonly keeper: DeviceStatusKeeper;
  private capturing: Promise<DeviceProblem> | null = null;

  constructor(info: DeviceInfo, protocol: ScannerProtocol) {
    this.protocol = protocol;
    this.keeper = new DeviceStatusKeeper(info, { state: 'ready' });
    protocol.onClose(() => this.keeper.set(failedWith('absent')));
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  async capture(
    onFrame: (frame: FingerFrame) => void,
    signal: AbortSignal,
  ): Promise<Result<never, DeviceProblem>> {
    if (signal.aborted) return err({ code: 'cancelled' });
    if (this.capturing !== null) return err({ code: 'busy' });
    const capturing = this.protocol.stream((frame) => {
      this.keeper.set({ state: 'ready' });
      onFrame(frame);
    }, signal);
    this.capturing = capturing;
    const problem = await capturing;
    this.capturing = null;
    if (problem.code !== 'cancelled') this.keeper.set(failedWith(problem.code));
    return err(problem);
  }

  close(): Promise<void> {
    return this.protocol.close();
  }
}
