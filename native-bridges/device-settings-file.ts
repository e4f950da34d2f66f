import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Calibration } from '../src/domain/device-bench.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import { DEFAULT_SETTINGS, type DeviceSettings, parseDeviceSettings } from './device-settings.ts';

/** Reads a settings file. `missing`: whether it need not be there. The error names the file and the field. */
export async function readDeviceSettings(
  path: string,
  missing: 'is an error' | 'means defaults',
): Promise<Result<DeviceSettings, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (problem) {
    if (isAbsent(problem) && missing === 'means defaults') return ok(DEFAULT_SETTINGS);
    return err(`${path}: cannot be read`);
  }
  const settings = parseDeviceSettings(text);
  return settings.ok ? settings : err(`${path}: ${settings.error}`);
}

/** What calibration found of one scanner; without a serial number, of all of its model. */
export interface ScannerCalibration extends Calibration {
  readonly model: string;
  readonly serialNumber: string | null;
}

/**
 * Puts a calibration into the settings file, in the place of an earlier one of the same scanner; all else stays as the
 * technician wrote it. @returns the settings as they are now; the error names the file and what is wrong with it
 */
export async function saveCalibration(
  path: string,
  calibration: ScannerCalibration,
): Promise<Result<DeviceSettings, string>> {
  const text = await readFile(path, 'utf8').catch((problem: unknown) => (isAbsent(problem) ? '{}' : null));
  if (text === null) return err(`${path}: cannot be read`);
  const before = parseDeviceSettings(text);
  if (!before.ok) return err(`${path}: ${before.error}`);
  const written = withCalibration(JSON.parse(text), calibration);
  const after = parseDeviceSettings(written);
  if (!after.ok) return err(`${path}: ${after.error}`);
  try {
    await writeFile(`${path}.part`, written);
    await rename(`${path}.part`, path);
  } catch {
    return err(`${path}: cannot be written`);
  }
  return after;
}

/** The text of the settings with a calibration in them. */
export function withCalibration(
  settings: { readonly scanners?: readonly Readonly<Record<string, unknown>>[] },
  { model, serialNumber, dpi, flipRows, flipColumns }: ScannerCalibration,
): string {
  const own = serialNumber === null ? {} : { serialNumber };
  const isSame = (each: Readonly<Record<string, unknown>>) =>
    each.model === model && (each.serialNumber ?? null) === serialNumber;
  const earlier = settings.scanners ?? [];
  const scanner = { ...earlier.find(isSame), model, ...own, dpi, flipRows, flipColumns };
  const scanners = [...earlier.filter((each) => !isSame(each)), scanner];
  return `${JSON.stringify({ ...settings, scanners }, null, 2)}\n`;
}

function isAbsent(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'ENOENT';
}
