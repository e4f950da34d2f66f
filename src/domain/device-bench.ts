import type { DeviceKind, DeviceProblem, Unsubscribe } from './devices.ts';
import type { Result } from './result.ts';

/**
 * What a technician does with devices beyond using them: sees each that is plugged in, also those that do not work,
 * and calibrates a scanner. Implemented by the device manager, by the simulated devices, and by the station's proxy.
 */

/** What calibration sets for a scanner. */
export interface Calibration {
  /** Pixels per inch. */
  readonly dpi: number;
  /** The bottom row comes first. */
  readonly flipRows: boolean;
  /** The picture is a mirror image: uncorrected it would silently match nobody. */
  readonly flipColumns: boolean;
}

/** A device that was found, whether or not it could be opened. */
export interface FoundDevice {
  readonly kind: DeviceKind;
  readonly model: string;
  /** Its port: of the bus (`1-4.2`), or the name of a serial port. */
  readonly port: string;
  /** Null where it has none, or was not opened. */
  readonly serialNumber: string | null;
  readonly simulated: boolean;
  /** Null for one that works. */
  readonly problem: DeviceProblem | null;
  /** What is in force for a scanner that can be calibrated; null for anything else. */
  readonly calibration: Calibration | null;
}

/** Why nothing on the USB can be used. */
export type UsbProblemCode =
  /** The machine has none. */
  | 'no-bus'
  /** A library of the system is missing. */
  | 'no-library';

export interface DeviceReport {
  /** Null where the machine has USB that can be used. */
  readonly usbProblem: { readonly code: UsbProblemCode } | null;
  readonly found: readonly FoundDevice[];
}

export interface CalibrateProblem {
  readonly code: /** No scanner of this name is plugged in, or it is not ours to turn. */
    | 'no-such-scanner'
    /** The settings of this laptop can't be written. */
    | 'not-saved'
    | 'restarting'
    | 'no-answer';
}

export interface DeviceBench {
  /** As last seen; never blocks. */
  report(): DeviceReport;
  onReport(listener: (report: DeviceReport) => void): Unsubscribe;
  /** Looks for devices now; what is found comes as a report. */
  look(): Promise<void>;
  /** Sets the calibration of the scanner in use, for good; it is opened anew with it. */
  calibrate(calibration: Calibration): Promise<Result<void, CalibrateProblem>>;
}

export const NOTHING_FOUND: DeviceReport = { usbProblem: null, found: [] };
