import { fuseFingers, fuseImpressions } from '../verify.ts';

/** One image of a set: whose finger, which impression of it. */
export interface SetImage {
  readonly finger: number;
  readonly impression: number;
}

/** All pairs of a set, each once: `first` and `second` are indices of its images. */
export interface PairScore {
  readonly first: number;
  readonly second: number;
  readonly score: number;
}

export interface SetScores {
  /** Every pair of impressions of one finger. */
  readonly genuine: readonly number[];
  /** First impression against first impression of different fingers. */
  readonly firstImpostors: readonly number[];
  /** Every pair of images of different fingers. */
  readonly allImpostors: readonly number[];
  /** Persons made of two neighbouring fingers of the set, the scores of both fused. */
  readonly twoFingerGenuine: readonly number[];
  readonly twoFingerImpostors: readonly number[];
  /** Share of probes whose own finger scores highest, with 1 and 3 impressions of each enrolled. */
  readonly rankOneOfOne: number;
  readonly rankOneOfThree: number;
}

/** Sorts the scores of a set into the comparisons that the FVC protocol and a two-finger procedure ask for. */
export function arrangeScores(images: readonly SetImage[], pairs: readonly PairScore[]): SetScores {
  const genuine: number[] = [];
  const firstImpostors: number[] = [];
  const allImpostors: number[] = [];
  const matrix = new Float64Array(images.length * images.length);
  for (const { first, second, score } of pairs) {
    matrix[first * images.length + second] = score;
    matrix[second * images.length + first] = score;
    const a = imageAt(images, first);
    const b = imageAt(images, second);
    if (a.finger === b.finger) genuine.push(score);
    else {
      allImpostors.push(score);
      if (a.impression === 1 && b.impression === 1) firstImpostors.push(score);
    }
  }
  const scoreOf = (first: number, second: number): number => matrix[first * images.length + second] as number;
  return {
    genuine,
    firstImpostors,
    allImpostors,
    ...fuseTwoFingers(images, scoreOf),
    rankOneOfOne: rankOne(images, scoreOf, 1),
    rankOneOfThree: rankOne(images, scoreOf, 3),
  };
}

type ScoreOf = (first: number, second: number) => number;

function imageAt(images: readonly SetImage[], index: number): SetImage {
  const image = images[index];
  if (image === undefined) throw new Error('a pair names an image that the set does not have');
  return image;
}

function fuseTwoFingers(
  images: readonly SetImage[],
  scoreOf: ScoreOf,
): { twoFingerGenuine: number[]; twoFingerImpostors: number[] } {
  const indexOf = new Map(images.map((image, index) => [`${image.finger}_${image.impression}`, index]));
  const fingers = [...new Set(images.map((image) => image.finger))].sort((a, b) => a - b);
  const impressions = [...new Set(images.map((image) => image.impression))].sort((a, b) => a - b);
  const persons: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < fingers.length; i += 2)
    persons.push([fingers[i] as number, fingers[i + 1] as number]);
  const fused = (
    p: readonly [number, number],
    i: number,
    q: readonly [number, number],
    j: number,
  ): number | null => {
    const scores: number[] = [];
    for (const hand of [0, 1] as const) {
      const probe = indexOf.get(`${p[hand]}_${i}`);
      const enrolled = indexOf.get(`${q[hand]}_${j}`);
      if (probe === undefined || enrolled === undefined) return null;
      scores.push(scoreOf(probe, enrolled));
    }
    return fuseFingers(scores);
  };
  const twoFingerGenuine: number[] = [];
  const twoFingerImpostors: number[] = [];
  persons.forEach((p, at) => {
    for (const q of persons.slice(at)) {
      for (const i of impressions) {
        for (const j of impressions) {
          if (p === q && j <= i) continue;
          const score = fused(p, i, q, j);
          if (score !== null) (p === q ? twoFingerGenuine : twoFingerImpostors).push(score);
        }
      }
    }
  });
  return { twoFingerGenuine, twoFingerImpostors };
}

function rankOne(images: readonly SetImage[], scoreOf: ScoreOf, enrolledCount: number): number {
  const gallery = new Map<number, number[]>();
  images.forEach((image, index) => {
    if (image.impression > enrolledCount) return;
    gallery.set(image.finger, [...(gallery.get(image.finger) ?? []), index]);
  });
  let probes = 0;
  let hits = 0;
  images.forEach((image, index) => {
    if (image.impression <= enrolledCount || !gallery.has(image.finger)) return;
    probes++;
    let best = Number.NEGATIVE_INFINITY;
    let bestFinger = -1;
    for (const [finger, enrolled] of gallery) {
      const score = fuseImpressions(enrolled.map((other) => scoreOf(index, other)));
      if (score > best) {
        best = score;
        bestFinger = finger;
      }
    }
    if (bestFinger === image.finger) hits++;
  });
  return probes > 0 ? hits / probes : 0;
}
