import type { MonoBitmap } from '../../../src/domain/devices.ts';
import type { FingerprintMatcher, PaperPress } from '../../../src/station/context.ts';
import type { LaneSetup } from './lane-setup.ts';

/** What a test takes that is neither about fingers nor about paper. */
export function quick(): Pick<LaneSetup, 'matcher' | 'paper'> {
  return { matcher: trustingMatcher(), paper: plainPaper() };
}

/** A matcher for tests that are not about fingers: everybody passes, after a turn of the event loop. */
export function trustingMatcher(): FingerprintMatcher {
  return {
    assessQuality: async () => ({ ok: true, value: { score: 80, advice: 'ok' } }),
    verify: async () => ({ ok: true, value: { score: 90, quality: 80 } }),
  };
}

/** A press for tests that read no paper: short blank strips, empty files. */
export function plainPaper(): PaperPress {
  const strip = async (width: number): Promise<MonoBitmap> => ({
    width,
    height: 120,
    rows: new Uint8Array((width / 8) * 120),
  });
  return {
    receipt: (_, dotsAcross) => strip(dotsAcross),
    reportStrip: (_, __, dotsAcross) => strip(dotsAcross),
    slip: (_, __, dotsAcross) => strip(dotsAcross),
    numbersStrip: (_, __, dotsAcross) => strip(dotsAcross),
    laneSignStrip: (_, __, ___, dotsAcross) => strip(dotsAcross),
    laneSignsPdf: async () => new Uint8Array(),
    devicesStrip: (_, __, dotsAcross) => strip(dotsAcross),
    devicesPdf: async () => new Uint8Array(),
    reportPdf: async () => new Uint8Array(),
    paperListPdf: async () => new Uint8Array(),
    practiceBallotsPdf: async () => new Uint8Array(),
    erasurePdf: async () => new Uint8Array(),
    erasureStrip: (_, __, ___, dotsAcross) => strip(dotsAcross),
    stripPng: async () => new Uint8Array(),
  };
}
