import type { Calibration, FoundDevice, UsbProblemCode } from '../../domain/device-bench.ts';
import type { DeviceKind, DeviceProblemCode } from '../../domain/devices.ts';
import type { FingerAdvice } from '../../domain/finger.ts';

/** What the technician's screen shows: every device that is plugged in, and what is being tried. */
export interface TechnicianView {
  /** Null where the machine has USB that can be used. */
  readonly usbProblem: UsbProblemCode | null;
  readonly found: readonly FoundDevice[];
  /** The one test under way, or the last one's result until it is put away. */
  readonly test: DeviceTestView | null;
  readonly calibration: CalibrationView | null;
}

export interface DeviceTestView {
  readonly kind: DeviceKind;
  readonly state: 'running' | 'passed' | 'failed';
  /** `nothing-came`: nobody laid a finger, card or document on it. */
  readonly problem: DeviceProblemCode | 'nothing-came' | null;
  /** Of a finger, 0 to 100. */
  readonly score: number | null;
  readonly advice: FingerAdvice | null;
}

export interface CalibrationView {
  readonly model: string;
  readonly serialNumber: string | null;
  readonly inForce: Calibration;
  readonly seen: 'nothing' | 'target' | 'no-target' | 'askew';
  /** What the target says should be set; null while it is not seen. */
  readonly measured: Calibration | null;
  /** False once the scanner has stopped sending pictures. */
  readonly running: boolean;
}
