import type { Calibration } from '../../src/domain/device-bench.ts';
import type {
  DeviceProblem,
  DeviceStatus,
  FingerFrame,
  FingerprintScanner,
  Unsubscribe,
} from '../../src/domain/devices.ts';
import { type GreyImage, wipeImage } from '../../src/domain/grey-image.ts';
import { err, type Result } from '../../src/domain/result.ts';
import type { CancelTimer, Timer } from '../../src/domain/timer.ts';
import { DeviceStatusKeeper, failedWith } from '../device-status-keeper.ts';
import { FingerPresence, type PresenceThresholds } from '../fingerprint-scanners/finger-presence.ts';
import { orient } from '../fingerprint-scanners/scanner-profile.ts';
import { DPI, Platen, PRESS_STAGES, type SensorSize } from './platen.ts';

/** 20 x 24 mm at 500 dpi, the area of a FAP 20 sensor and a little more. */
export const STANDARD_SENSOR: SensorSize = { width: 400, height: 480 };

/** The empty platen varies by about 6; a worn finger that covers a third of it by some 60. */
const PRESENCE: PresenceThresholds = { on: 40, off: 20 };

const FRAME_MILLISECONDS = 100;
/** Pressing a finger down takes about a third of a second. */
const PRESS_MILLISECONDS = 110;

interface RunningCapture {
  readonly presence: FingerPresence;
  readonly onFrame: (frame: FingerFrame) => void;
  readonly settle: (problem: DeviceProblem) => void;
}

/**
 * A scanner that streams ten frames a second: the empty platen with its noise, and a finger while one lies on it,
 * light and partial at first and then fully pressed, so that quality feedback has something true to say.
 */
export class SimulatedFingerprintScanner implements FingerprintScanner {
  /** As a technician sets it; the sensor itself is built in the right way round. */
  calibration: Calibration = { dpi: DPI, flipRows: false, flipColumns: false };
  private readonly timer: Timer;
  private readonly keeper = new DeviceStatusKeeper(
    { kind: 'fingerprint-scanner', model: 'Simulated scanner', serialNumber: 'SIM-FP-1', simulated: true },
    failedWith('absent'),
  );
  private readonly platen: Platen;
  private finger: GreyImage | null = null;
  private pressStage = 0;
  private cancelPress: CancelTimer = () => undefined;
  private running: RunningCapture | null = null;
  private cancelFrame: CancelTimer = () => undefined;

  constructor(timer: Timer, random: () => number, sensor: SensorSize = STANDARD_SENSOR) {
    this.timer = timer;
    this.platen = new Platen(sensor, random);
  }

  status(): DeviceStatus {
    return this.keeper.current();
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.keeper.onStatus(listener);
  }

  capture(onFrame: (frame: FingerFrame) => void, signal: AbortSignal): Promise<Result<never, DeviceProblem>> {
    const { status } = this.keeper.current();
    if (signal.aborted) return Promise.resolve(err({ code: 'cancelled' }));
    if (status.state === 'failed') return Promise.resolve(err(status.problem));
    if (this.running !== null) return Promise.resolve(err({ code: 'busy' }));
    const { promise, resolve } = Promise.withResolvers<Result<never, DeviceProblem>>();
    const abort = () => this.endCapture({ code: 'cancelled' });
    signal.addEventListener('abort', abort, { once: true });
    this.running = {
      presence: new FingerPresence(PRESENCE),
      onFrame,
      settle: (problem) => {
        signal.removeEventListener('abort', abort);
        resolve(err(problem));
      },
    };
    this.scheduleFrame();
    return promise;
  }

  plug(): void {
    this.keeper.set({ state: 'ready' });
  }

  unplug(): void {
    this.keeper.set(failedWith('absent'));
    this.endCapture({ code: 'absent' });
  }

  /** Lays a finger on; takes over its picture (fully pressed) and wipes it when the finger is lifted. */
  layFinger(image: GreyImage): void {
    this.liftFinger();
    this.finger = image;
    this.press(0);
  }

  liftFinger(): void {
    this.cancelPress();
    if (this.finger !== null) wipeImage(this.finger);
    this.finger = null;
  }

  private press(stage: number): void {
    this.pressStage = stage;
    if (stage + 1 >= PRESS_STAGES) return;
    this.cancelPress = this.timer.after(PRESS_MILLISECONDS, () => this.press(stage + 1));
  }

  /** A picture that was brought along from another sensor keeps its own. */
  private resolution(calibrated: number): number {
    const own = this.finger?.dpi ?? DPI;
    return own === DPI ? calibrated : own;
  }

  private endCapture(problem: DeviceProblem): void {
    this.cancelFrame();
    const running = this.running;
    this.running = null;
    running?.settle(problem);
  }

  private scheduleFrame(): void {
    this.cancelFrame = this.timer.after(FRAME_MILLISECONDS, () => {
      const running = this.running;
      if (running === null) return;
      const { dpi, flipRows, flipColumns } = this.calibration;
      const image = { ...this.platen.expose(this.finger, this.pressStage), dpi: this.resolution(dpi) };
      orient(image, { flipRows, flipColumns, invert: false });
      this.scheduleFrame();
      running.onFrame({ image, fingerPresent: running.presence.update(image) });
    });
  }
}
