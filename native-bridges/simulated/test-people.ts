import type { CardTransport } from '../../src/domain/devices.ts';
import type { DockPerson, SimulatedPeople } from '../../src/domain/dock.ts';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { ok } from '../../src/domain/result.ts';

const text = (en: string) => ({ ky: en, ru: en, en });

const AIDA: DockPerson = {
  key: 'aida',
  label: text('Aida'),
  hint: text(''),
  documents: [
    { key: 'aida-card', label: text('ID card'), kind: 'id-card', hasChip: true },
    { key: 'aida-old-passport', label: text('Old passport'), kind: 'passport', hasChip: false },
  ],
  fingers: [
    { position: 2, label: text('Right index'), condition: 'good' },
    { position: 3, label: text('Right middle'), condition: 'worn' },
  ],
};

export const MRZ_LINES = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];

/** Stripes instead of ridges, seven pixels apart, in a light border. */
export function stripedFinger(width = 200, height = 240): GreyImage {
  const pixels = Uint8Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = Math.floor(index / width);
    const inside = x > 0 && y > 0 && x < width - 1 && y < height - 1;
    return inside && x % 7 < 4 ? 60 : 220;
  });
  return { width, height, pixels, dpi: 500 };
}

/** A chip that answers each command with its own bytes and 9000. */
function echoCard(): CardTransport {
  return {
    answerToReset: Uint8Array.of(0x3b, 0x80),
    transmit: async (command) => ok(Uint8Array.of(...command, 0x90, 0x00)),
  };
}

/** One invented person with an ID card, an old passport and two fingers. */
export function testPeople(): SimulatedPeople & { readonly drawn: GreyImage[]; readonly attempts: number[] } {
  const drawn: GreyImage[] = [];
  const attempts: number[] = [];
  return {
    drawn,
    attempts,
    people: () => [AIDA],
    openCard: (key) => (key === 'aida-card' ? echoCard() : null),
    mrzLines: (key) => (key === 'aida-card' ? MRZ_LINES : []),
    async drawFinger(_person, position, attempt) {
      if (position !== 2) return null;
      const image = stripedFinger();
      drawn.push(image);
      attempts.push(attempt);
      return image;
    },
  };
}

/** A repeatable source of numbers in [0, 1) (mulberry32). */
export function testRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
