import { calibrationFrom, drawTarget as drawTargetAt, readTarget } from '../../domain/calibration-target.ts';
import type { Calibration } from '../../domain/device-bench.ts';
import type { MonoBitmap } from '../../domain/devices.ts';
import type { GreyImage } from '../../domain/grey-image.ts';
import type { CalibrationView } from '../api/technician-view.ts';

/** Of receipt printers: eight dots to the millimetre. */
const PRINTER_DPI = 203.2;

/** The calibration target for the receipt printer. */
export function drawTarget(): MonoBitmap {
  return drawTargetAt(PRINTER_DPI);
}

/** What of the target is seen in a picture, and what would have to be set by that. */
export function readTargetNow(
  image: GreyImage,
  inForce: Calibration,
): Pick<CalibrationView, 'seen' | 'measured'> {
  const reading = readTarget(image);
  if (!reading.ok) return { seen: reading.error, measured: null };
  return { seen: 'target', measured: calibrationFrom(inForce, reading.value) };
}
