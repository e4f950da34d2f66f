import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../../src/fingerprint/fingerprint-workers.ts';

let started: FingerprintWorkers | null = null;

function start(): FingerprintWorkers {
  started ??= startFingerprintWorkers();
  return started;
}

/** One thread for all lanes of a test file; starting it takes its time, and most files have no finger for it. */
export const workers: FingerprintWorkers = {
  assessQuality: (image) => start().assessQuality(image),
  extract: (image, position) => start().extract(image, position),
  verify: (request) => start().verify(request),
  async close() {
    await started?.close();
    started = null;
  },
};

export function closeWorkers(): Promise<void> {
  return workers.close();
}
