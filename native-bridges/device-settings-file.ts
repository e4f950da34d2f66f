import { readFile } from 'node:fs/promises';
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
    const isAbsent = problem instanceof Error && 'code' in problem && problem.code === 'ENOENT';
    if (isAbsent && missing === 'means defaults') return ok(DEFAULT_SETTINGS);
    return err(`${path}: cannot be read`);
  }
  const settings = parseDeviceSettings(text);
  return settings.ok ? settings : err(`${path}: ${settings.error}`);
}
