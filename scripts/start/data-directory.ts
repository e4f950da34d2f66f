import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where this person's Tizme data lie: `TIZME_DATA`, else the place that the system has for it (XDG Base Directory
 * Specification on Linux).
 */
export function dataDirectory(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { TIZME_DATA, XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (TIZME_DATA) return TIZME_DATA;
  if (platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Tizme');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Tizme');
  return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'tizme');
}

/** What a technician has set for the devices of this laptop: of the laptop, whichever election it holds. */
export function deviceSettingsFileOf(data: string): string {
  return join(data, 'devices.json');
}
