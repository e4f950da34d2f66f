import { describe, expect, it } from 'vitest';
import { arrangeScores, type PairScore, type SetImage } from './set-protocol.ts';

const images: SetImage[] = [101, 102, 103, 104].flatMap((finger) =>
  [1, 2, 3, 4].map((impression) => ({ finger, impression })),
);

/** Every pair once, scored by a rule. */
function scoreAll(rule: (a: SetImage, b: SetImage) => number): PairScore[] {
  return images.flatMap((a, first) =>
    images.slice(first + 1).map((b, at) => ({ first, second: first + 1 + at, score: rule(a, b) })),
  );
}

describe('the protocol of a set', () => {
  it('counts the comparisons that the protocol names', () => {
    const scores = arrangeScores(
      images,
      scoreAll((a, b) => (a.finger === b.finger ? 50 : 1)),
    );
    expect(scores.genuine).toHaveLength(4 * 6);
    expect(scores.allImpostors).toHaveLength(6 * 16);
    expect(scores.firstImpostors).toHaveLength(6);
    // Two persons: six pairs of impressions each, and all pairs between them.
    expect(scores.twoFingerGenuine).toHaveLength(2 * 6);
    expect(scores.twoFingerImpostors).toHaveLength(16);
    expect(scores.rankOneOfOne).toBe(1);
    expect(scores.rankOneOfThree).toBe(1);
    expect(Math.min(...scores.twoFingerGenuine)).toBeGreaterThan(50);
  });

  it('sees a probe whose own finger does not come first', () => {
    const scores = arrangeScores(
      images,
      scoreAll((a, b) => {
        if (a.finger !== b.finger) return 5;
        // Impression 4 of finger 101 is hopeless.
        return a.finger === 101 && (a.impression === 4 || b.impression === 4) ? 1 : 50;
      }),
    );
    expect(scores.rankOneOfOne).toBeCloseTo(11 / 12, 9);
    expect(scores.rankOneOfThree).toBeCloseTo(3 / 4, 9);
  });
});
