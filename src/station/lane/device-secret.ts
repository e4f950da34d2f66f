import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomKey } from '../../store/keys.ts';

/**
 * The half of the key that stays with the laptop: 32 bytes in a file that only the station's user can read.
 * It binds PINs to this machine, so that copied databases alone can't be guessed open. A laptop with a TPM
 * seals the same 32 bytes there (docs/decisions/).
 */
const SECRET_FILE = 'device.key';

export function writeDeviceSecret(directory: string): Uint8Array {
  const secret = randomKey();
  writeFileSync(join(directory, SECRET_FILE), secret, { mode: 0o600, flag: 'wx' });
  return secret;
}

export function readDeviceSecret(directory: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(join(directory, SECRET_FILE)));
  } catch {
    return null;
  }
}
