import { writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import {
  type CalibrationProblem,
  calibrationFrom,
  drawTarget,
  readTarget,
  targetPicture,
} from '../../src/domain/calibration-target.ts';
import { wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { firstFinger } from './capture-finger.ts';
import { explain } from './describe-devices.ts';
import { type Answer, CAPTURE_SECONDS, type Command, type Request, takesNoText } from './devices-request.ts';

/** Of receipt printers: eight dots to the millimetre. */
const PRINTER_DPI = 203;

export const target: Command = { check: takesNoText, run: makeTarget };
export const calibrate: Command = { check: takesNoText, run: calibrateScanner };

async function makeTarget(manager: DeviceManager, { out }: Request): Promise<Result<Answer, string>> {
  const drawn = drawTarget(PRINTER_DPI);
  if (out === null) {
    const printed = await manager.devices.printer.print(drawn);
    if (!printed.ok) return err(explain(manager, printed.error));
    return ok({
      lines: ['printed: check with a ruler that it is 10 mm wide'],
      json: { dpi: PRINTER_DPI },
      good: true,
    });
  }
  const data = Uint8Array.from(targetPicture(PRINTER_DPI).pixels, (grey) => (grey < 128 ? 0 : 255));
  try {
    await writeFile(out, encode({ ...drawn, data, channels: 1, depth: 8 }), { flag: 'wx' });
  } catch {
    return err(`${out}: cannot be written, or is there already`);
  }
  return ok({ lines: [`to be printed at ${PRINTER_DPI} dpi`], json: { dpi: PRINTER_DPI }, good: true });
}

async function calibrateScanner(
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
): Promise<Result<Answer, string>> {
  const found = manager
    .report()
    .found.find(({ kind, problem }) => kind === 'fingerprint-scanner' && problem === null);
  const inForce = found?.calibration ?? null;
  if (found === undefined || inForce === null) return err('there is no scanner here that can be calibrated');
  io.progress('lay the printed target on the glass, its black corner at the top left');
  const limit = AbortSignal.timeout(request.milliseconds ?? CAPTURE_SECONDS * 1_000);
  const picture = await firstFinger(manager.devices, limit);
  if (!picture.ok)
    return err(picture.error.code === 'cancelled' ? 'no target came' : explain(manager, picture.error));
  const read = readTarget(picture.value);
  wipeImage(picture.value);
  if (!read.ok) return err(CALIBRATION_PROBLEMS[read.error]);
  const { dpiAcross, dpiDown } = read.value;
  const measured = calibrationFrom(inForce, read.value);
  const scanner = {
    model: found.model,
    ...(found.serialNumber === null ? {} : { serialNumber: found.serialNumber }),
    ...measured,
  };
  const saved = request.save ? await manager.calibrate(measured) : ok();
  if (!saved.ok) return err(`${request.settings ?? 'the settings'}: cannot be written`);
  const lines = [
    `${dpiAcross.toFixed(1)} dpi across, ${dpiDown.toFixed(1)} dpi down; the settings say ${inForce.dpi}`,
    request.save ? 'saved:' : 'for the settings file (or run this again with --save):',
    JSON.stringify({ scanners: [scanner] }),
  ];
  return ok({ lines, json: { ...read.value, scanner }, good: true });
}

const CALIBRATION_PROBLEMS: Readonly<Record<CalibrationProblem, string>> = {
  'no-target': 'what lies there is not the target: it has to lie whole and flat on the glass',
  askew: 'the target lies askew, or its printer does not print squares: lay it straight',
};
