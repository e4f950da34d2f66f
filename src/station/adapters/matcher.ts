import { err, ok } from '../../domain/result.ts';
import type { FingerprintTaskError } from '../../fingerprint/fingerprint-task.ts';
import type { FingerprintWorkers } from '../../fingerprint/fingerprint-workers.ts';
import type { FingerprintMatcher, FingerprintProblem } from '../context.ts';

/** The fingerprint workers in the words of the desk. */
export function matcherOf(workers: FingerprintWorkers): FingerprintMatcher {
  return {
    async assessQuality(image) {
      const assessed = await workers.assessQuality(image);
      return assessed.ok ? assessed : err(problemOf(assessed.error));
    },
    async verify(image, enrolled) {
      const verified = await workers.verify({ probeImage: image, enrolledIsoTemplates: enrolled });
      if (!verified.ok) return err(problemOf(verified.error));
      return ok({ score: verified.value.score, quality: verified.value.quality.score });
    },
  };
}

export function problemOf(error: FingerprintTaskError): FingerprintProblem {
  if (error.code === 'worker-stopped') return 'matcher-failed';
  return error.code === 'unreadable-template' ? 'template-damaged' : 'image-unreadable';
}
