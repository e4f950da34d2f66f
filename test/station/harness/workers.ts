import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../../src/fingerprint/fingerprint-workers.ts';

let sharedWorkers: FingerprintWorkers | null = null;

/** One thread for all lanes of a test file. */
export function workers(): FingerprintWorkers {
  sharedWorkers ??= startFingerprintWorkers();
  return sharedWorkers;
}

export async function closeWorkers(): Promise<void> {
  await sharedWorkers?.close();
  sharedWorkers = null;
}
