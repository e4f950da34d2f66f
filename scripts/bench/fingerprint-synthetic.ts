import { compareTemplates, extractTemplate, type Template } from '../../src/fingerprint/engine.ts';
import { computeErrorRates } from '../../src/fingerprint/evaluation/error-rates.ts';
import { drawSyntheticSet } from '../commands/fingerprint-generate.ts';

const SEEDS = ['bench 1', 'bench 2', 'bench 3'] as const;
const FINGERS = 10;
const IMPRESSIONS = 8;

/**
 * SYNTHETIC: error rates of sets that the generator draws, of the size of the public ones, to be held against theirs.
 * @returns means over the sets, shares of 1
 */
export function evaluateSyntheticSet(progress: (text: string) => void): {
  readonly equalErrorRate: number;
  readonly fnmrAtFmr01Percent: number;
} {
  const rates = SEEDS.map((seed) => {
    const templates: { readonly finger: number; readonly template: Template | null }[] = [];
    for (const drawn of drawSyntheticSet({ fingers: FINGERS, impressions: IMPRESSIONS, seed, progress })) {
      const template = extractTemplate(drawn.image);
      templates.push({ finger: drawn.finger, template: template.ok ? template.value : null });
    }
    const genuine: number[] = [];
    const impostors: number[] = [];
    templates.forEach((a, i) => {
      for (const b of templates.slice(i + 1)) {
        const failed = a.template === null || b.template === null;
        const score = failed ? 0 : compareTemplates(a.template, b.template);
        (a.finger === b.finger ? genuine : impostors).push(score);
      }
    });
    return computeErrorRates(genuine, impostors);
  });
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    equalErrorRate: mean(rates.map((one) => one.equalErrorRate)),
    fnmrAtFmr01Percent: mean(rates.map((one) => one.fnmrAtFmr01Percent)),
  };
}
