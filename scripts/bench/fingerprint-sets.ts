import { unwrap } from '../../src/domain/result.ts';
import { readTemplates } from '../../src/fingerprint/codecs/read-templates.ts';
import { writeTemplate } from '../../src/fingerprint/codecs/write-template.ts';
import { compareTemplates, type Template } from '../../src/fingerprint/engine.ts';
import { computeErrorRates } from '../../src/fingerprint/evaluation/error-rates.ts';
import { packPlaces } from '../../src/fingerprint/search/descriptors.ts';
import { GalleryShard } from '../../src/fingerprint/search/gallery-shard.ts';
import { progressBar } from '../progress.ts';

/** One image of the sets at hand. */
export interface SetTemplate {
  readonly set: string;
  readonly finger: number;
  readonly impression: number;
  readonly template: Template;
}

/** Score from which the exhaustive search counts as having found somebody. */
const FOUND_SCORE = 30;
export const DEPTHS = [0.01, 0.05, 0.2] as const;

/**
 * Loss of the first stage on real fingers: each image is searched for among the images of all sets. Of the pairs of
 * one finger that the full comparison scores 30 or more, those whose mate is not among the share that passes.
 * @returns percent by depth, for odd and even fingers apart
 */
export function measureSearchLoss(
  images: readonly SetTemplate[],
  progress: (text: string) => void,
): { readonly odd: readonly number[]; readonly even: readonly number[]; readonly pairs: number } {
  const packed = images.map(({ template }) => packPlaces(template));
  const shard = new GalleryShard(packed.map((places, person) => ({ person, position: 0, places })));
  const found = [0, 0];
  const lost = [DEPTHS.map(() => 0), DEPTHS.map(() => 0)];
  images.forEach((probe, i) => {
    if (i % 20 === 0) progress(progressBar('loss of the first stage', i, images.length));
    const places = packed[i] ?? new Uint8Array(0);
    const strengths = shard.rank([{ position: 0, template: probe.template }], [places], () => false);
    const strength = (index: number): number => strengths?.get(index) ?? 0;
    const strangers = images.flatMap((other, j) => (isMate(probe, other) ? [] : [strength(j)]));
    images.forEach((mate, j) => {
      if (i === j || !isMate(probe, mate)) return;
      if (compareTemplates(probe.template, mate.template) < FOUND_SCORE) return;
      const fold = probe.finger % 2;
      found[fold] = (found[fold] ?? 0) + 1;
      const before = strangers.filter((other) => other >= strength(j)).length / strangers.length;
      DEPTHS.forEach((depth, d) => {
        const counts = lost[fold];
        if (counts !== undefined && before > depth) counts[d] = (counts[d] ?? 0) + 1;
      });
    });
  });
  shard.wipe();
  const percent = (fold: number): number[] =>
    (lost[fold] ?? []).map((count) => (100 * count) / Math.max(1, found[fold] ?? 0));
  return { odd: percent(1), even: percent(0), pairs: (found[0] ?? 0) + (found[1] ?? 0) };
}

function isMate(a: SetTemplate, b: SetTemplate): boolean {
  return a.set === b.set && a.finger === b.finger;
}

/** Comparisons of different sensors that are made: one in so many. */
const ACROSS_STEP = 4;
export const MAPPED_SCORES = [20, 30] as const;

/**
 * What the score promises, held against what it does: the share of strangers that reach a score, as the score that
 * would have been right for it (10 k for one in 10^k), in the worst set and between sets.
 */
export function measureScoreMap(images: readonly SetTemplate[]): {
  readonly worstSet: readonly number[];
  readonly acrossSets: readonly number[];
} {
  const scores = new Map<string, number[]>();
  let across = 0;
  images.forEach((a, i) => {
    images.slice(i + 1).forEach((b) => {
      if (isMate(a, b) || (a.set !== b.set && across++ % ACROSS_STEP > 0)) return;
      const key = a.set === b.set ? a.set : '';
      const list = scores.get(key) ?? [];
      list.push(compareTemplates(a.template, b.template));
      scores.set(key, list);
    });
  });
  const rightScore = (list: readonly number[], score: number): number =>
    // Where no stranger reaches the score, as if one of twice as many did.
    10 * Math.log10(list.length / Math.max(0.5, list.filter((one) => one >= score).length));
  const { '': between = [], ...within } = Object.fromEntries(scores);
  return {
    worstSet: MAPPED_SCORES.map((score) =>
      Math.min(...Object.values(within).map((list) => rightScore(list, score))),
    ),
    acrossSets: between.length === 0 ? [] : MAPPED_SCORES.map((score) => rightScore(between, score)),
  };
}

/**
 * Templates as another maker's would arrive, against our own: an ANSI 378-2004 record with whole pixels, steps of two
 * degrees, no qualities, and minutiae from top to bottom. What another extractor sees differently is not in it.
 * @returns mean over the sets, percent
 */
export function measureForeignTemplates(images: readonly SetTemplate[]): {
  readonly equalErrorRate: number;
  readonly fnmrAtFmr01Percent: number;
} {
  const foreign = images.map(({ template }) => throughRecord(template));
  const rates = [...new Set(images.map(({ set }) => set))].map((set) => {
    const genuine: number[] = [];
    const impostors: number[] = [];
    images.forEach((a, i) => {
      images.forEach((b, j) => {
        if (j <= i || a.set !== set || b.set !== set) return;
        const score = compareTemplates(foreign[i] ?? a.template, b.template);
        (a.finger === b.finger ? genuine : impostors).push(score);
      });
    });
    return computeErrorRates(genuine, impostors);
  });
  const mean = (pick: (one: (typeof rates)[number]) => number): number =>
    (100 * rates.reduce((sum, one) => sum + pick(one), 0)) / rates.length;
  return {
    equalErrorRate: mean((one) => one.equalErrorRate),
    fnmrAtFmr01Percent: mean((one) => one.fnmrAtFmr01Percent),
  };
}

function throughRecord(template: Template): Template {
  const minutiae = template.minutiae
    .map((minutia) => ({ ...minutia, quality: 0 }))
    .sort((a, b) => a.y - b.y || a.x - b.x);
  const bytes = writeTemplate({ ...template, minutiae }, { position: 0, quality: 0 }, 'ansi-2004');
  return unwrap(readTemplates(bytes)).impressions[0]?.template ?? template;
}
