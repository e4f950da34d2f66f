import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { drawImpression } from '../../fixtures/fingerprints/impression.ts';
import { createMasterFinger } from '../../fixtures/fingerprints/master-finger.ts';
import { varyConditions } from '../../fixtures/fingerprints/varied-conditions.ts';
import { FINGER_POSITIONS } from '../../src/domain/finger.ts';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { progressBar } from '../progress.ts';

export interface SyntheticSetOptions {
  readonly fingers: number;
  readonly impressions: number;
  readonly seed: string;
  readonly progress: (text: string) => void;
}

export interface SyntheticImpression {
  readonly finger: number;
  readonly impression: number;
  readonly image: GreyImage;
}

/** Draws a SYNTHETIC set as varied as those of real sensors, one impression after another, fingers from 1 on. */
export function* drawSyntheticSet(options: SyntheticSetOptions): Generator<SyntheticImpression> {
  const { fingers, impressions, seed, progress } = options;
  const positions = FINGER_POSITIONS.filter((position) => position !== 0);
  for (let finger = 1; finger <= fingers; finger++) {
    const position = positions[(finger - 1) % positions.length] ?? 2;
    const master = createMasterFinger(`${seed} ${finger}`, { position });
    for (let impression = 1; impression <= impressions; impression++) {
      yield {
        finger,
        impression,
        image: drawImpression(master, impression, varyConditions(master, impression)),
      };
    }
    progress(progressBar('drawing', finger, fingers));
  }
}

const LABEL =
  'SYNTHETIC fingerprints, drawn by `tizme fingerprint generate`; no person has these fingers. 500 dpi.\n';

/** Writes a set of `<finger>_<impression>.png` for `evaluate`, with a note that says what it is. */
export async function writeSyntheticSet(folder: string, options: SyntheticSetOptions): Promise<number> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'SYNTHETIC.txt'), LABEL);
  let written = 0;
  for (const { finger, impression, image } of drawSyntheticSet(options)) {
    const { width, height, pixels } = image;
    const png = encode({
      width,
      height,
      data: pixels,
      channels: 1,
      depth: 8,
      text: { Comment: LABEL.trim() },
    });
    await writeFile(join(folder, `${finger}_${impression}.png`), png);
    written++;
  }
  return written;
}
