import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DESCRIPTOR_BYTES,
  GALLERY_START,
  makeVoteKernel,
  PLACE_BYTES,
  type VotingTemplate,
} from './vote-kernel.ts';

const anyTemplate: fc.Arbitrary<VotingTemplate> = fc
  .array(
    fc.record({
      descriptor: fc.uint8Array({ minLength: DESCRIPTOR_BYTES, maxLength: DESCRIPTOR_BYTES }),
      x: fc.nat(65_535),
      y: fc.nat(65_535),
      angle: fc.nat(65_535),
    }),
    { maxLength: 40 },
  )
  .map((minutiae) => {
    const places = new DataView(new ArrayBuffer(minutiae.length * PLACE_BYTES));
    minutiae.forEach(({ descriptor, x, y, angle }, i) => {
      places.setUint16(i * PLACE_BYTES, x >> 2, true);
      places.setUint16(i * PLACE_BYTES + 2, y >> 2, true);
      places.setUint16(i * PLACE_BYTES + 4, angle, true);
      places.setUint8(i * PLACE_BYTES + 6, countOnes(descriptor));
    });
    return {
      count: minutiae.length,
      descriptors: Uint8Array.from(minutiae.flatMap(({ descriptor }) => [...descriptor])),
      places: new Uint8Array(places.buffer),
    };
  });

function countOnes(bytes: Iterable<number>): number {
  return [...bytes].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}

function minutiaeOf({ count, descriptors, places }: VotingTemplate) {
  const view = new DataView(places.buffer);
  return Array.from({ length: count }, (_, i) => ({
    descriptor: descriptors.subarray(i * DESCRIPTOR_BYTES, (i + 1) * DESCRIPTOR_BYTES),
    x: view.getUint16(i * PLACE_BYTES, true),
    y: view.getUint16(i * PLACE_BYTES + 2, true),
    angle: view.getUint16(i * PLACE_BYTES + 4, true) >> 8,
    ones: view.getUint8(i * PLACE_BYTES + 6),
  }));
}

/** The same vote, written for reading. */
function voteSlowly(probe: VotingTemplate, template: VotingTemplate): number {
  const own = minutiaeOf(probe);
  const mean = (values: number[]): number =>
    Math.round(values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length));
  const middleX = mean(own.map(({ x }) => x));
  const middleY = mean(own.map(({ y }) => y));
  const votes = new Map<string, number>();
  for (const other of minutiaeOf(template)) {
    const costs = own.map(({ descriptor, ones }) => {
      const apart = countOnes(descriptor.map((byte, k) => byte ^ (other.descriptor[k] ?? 0)));
      return apart + 64 - (ones >> 2);
    });
    const lowest = Math.min(...costs);
    // Of equals the kernel takes the first of the first lane, then of its own lane.
    const nearest = costs
      .map((cost, i) => ({ cost, i }))
      .filter(({ cost }) => cost === lowest)
      .toSorted((a, b) => (a.i % 16) - (b.i % 16) || a.i - b.i)[0];
    const mate = own[nearest?.i ?? -1];
    if (mate === undefined) continue;
    const likeness = Math.max(0, 96 - (lowest - (other.ones >> 2)));
    const weight = Math.floor((likeness * likeness) / 16);
    if (weight === 0) continue;
    const turn = (other.angle - mate.angle) & 255;
    const cosine = Math.round(Math.cos((turn * 2 * Math.PI) / 256) * 4096);
    const sine = Math.round(Math.sin((turn * 2 * Math.PI) / 256) * 4096);
    const x = mate.x - middleX;
    const y = mate.y - middleY;
    const cellX = (other.x - ((cosine * x + sine * y) >> 12)) >> 8;
    const cellY = (other.y - ((-sine * x + cosine * y) >> 12)) >> 8;
    for (const [t, dx, dy] of [0, 1, 2, 3, 4, 5, 6, 7].map((k) => [k >> 2, (k >> 1) & 1, k & 1] as const)) {
      const cell = `${((turn >> 3) + t) & 31} ${(cellX + dx) & 31} ${(cellY + dy) & 31}`;
      votes.set(cell, (votes.get(cell) ?? 0) + weight);
    }
  }
  return Math.max(0, ...votes.values());
}

describe('vote kernel', () => {
  it('counts exactly the votes that the slow way counts, also after other templates', () => {
    const kernel = makeVoteKernel(40 * (DESCRIPTOR_BYTES + PLACE_BYTES));
    const places = GALLERY_START + 40 * DESCRIPTOR_BYTES;
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (probe, template) => {
        kernel.loadProbe(probe);
        kernel.memory.set(template.descriptors, GALLERY_START);
        kernel.memory.set(template.places, places);
        expect(kernel.vote(GALLERY_START, places, template.count)).toBe(voteSlowly(probe, template));
      }),
      { numRuns: 150 },
    );
  });
});
