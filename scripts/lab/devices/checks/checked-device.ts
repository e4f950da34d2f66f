import type { DeviceKind, DeviceProblem } from '../../../../src/domain/devices.ts';
import type { Result } from '../../../../src/domain/result.ts';
import type { PlayedName } from '../played/played-devices.ts';
import type { LabDesk } from './lab-desk.ts';

/** A way in which a device misbehaves, and what has to happen then; throws a LabFailure when it does not. */
export interface FaultCheck {
  readonly name: string;
  run(desk: LabDesk, round: number): Promise<void>;
}

/** A use of a device that goes on until the plug is pulled; null for one that nobody waits for. */
export interface RunningUse {
  readonly outcome: Promise<Result<unknown, DeviceProblem>> | null;
}

/** One row of the table: a device, the native package that leads to it, and what it is used for. */
export interface CheckedDevice {
  readonly name: PlayedName;
  readonly kind: DeviceKind;
  readonly native: 'usb' | 'serialport' | 'node-hid';
  /** What the driver has to find out about it. */
  readonly model: string;
  readonly serialNumber: string | null;
  /** Reaches its image, its APDUs, its lines or its paper status; throws a LabFailure otherwise. */
  use(desk: LabDesk, round: number): Promise<void>;
  /** Begins a use in whose middle the plug is pulled. */
  beginUse(desk: LabDesk, round: number): Promise<RunningUse>;
  readonly faults: readonly FaultCheck[];
}
