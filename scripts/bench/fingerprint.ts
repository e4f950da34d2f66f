import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { type Evaluation, evaluateFolders } from '../commands/fingerprint-evaluate.ts';
import { type BenchmarkResult, type Figure, plain } from './benchmark.ts';
import { measureSyntheticSearch } from './fingerprint-search.ts';
import {
  DEPTHS,
  MAPPED_SCORES,
  measureForeignTemplates,
  measureScoreMap,
  measureSearchLoss,
  type SetTemplate,
} from './fingerprint-sets.ts';
import { evaluateSyntheticSet } from './fingerprint-synthetic.ts';

export interface FingerprintBenchmarkOptions {
  /** Folders of `<finger>_<impression>` images; without any, the figures that need no images. */
  readonly folders: readonly string[];
  /** Synthetic templates of the 1:N figures. */
  readonly templates: number;
  readonly io: CommandIo;
}

interface Asked {
  readonly must: number;
  readonly aim: number;
  /** Whether more is better. */
  readonly more?: boolean;
}

/** The fingerprint engine: error rates and times of the sets given, and 1:N search over a synthetic gallery. */
export async function benchFingerprint(
  options: FingerprintBenchmarkOptions,
): Promise<Result<BenchmarkResult, string>> {
  const progress = (text: string): void => options.io.progress(text);
  const figures: Figure[] = [];
  if (options.folders.length > 0) {
    const images: SetTemplate[] = [];
    const evaluation = await evaluateFolders(options.folders, {
      ...{ dpi: null, reading: { dpi: 500 }, scoresFile: null, progress },
      onTemplate: (one) => images.push(one),
    });
    if (!evaluation.ok) return err(evaluation.error.message);
    figures.push(...accuracyFigures(evaluation.value), ...realSearchFigures(images, progress));
  }
  figures.push(...syntheticFigures(options.templates, progress));
  return ok({ name: 'fingerprint', figures });
}

function accuracyFigures({ sets, mean, pooled }: Evaluation): Figure[] {
  const average = (pick: (set: Evaluation['sets'][number]) => number): number =>
    sets.reduce((sum, set) => sum + pick(set), 0) / sets.length;
  const worst = Math.max(...sets.map(({ worstComparisonMs }) => worstComparisonMs));
  return [
    asked('mean EER, all impostors', 100 * mean.allImpostors.equalErrorRate, '%', { must: 7, aim: 5 }),
    asked('mean FNMR at FMR 0.1 %', 100 * mean.allImpostors.fnmrAtFmr01Percent, '%', { must: 15, aim: 10 }),
    asked('the same with one threshold for all sets', 100 * pooled.fnmrAtFmr01Percent, '%', {
      must: 15,
      aim: 10,
    }),
    asked('two fingers fused, FNMR at FMR 0.1 %', 100 * mean.twoFingers.fnmrAtFmr01Percent, '%', {
      ...{ must: 2.5, aim: 1.5 },
    }),
    plain('rank-1 within a set, 1 impression enrolled', 100 * average((set) => set.rankOneOfOne), '%'),
    plain('rank-1 within a set, 3 impressions enrolled', 100 * average((set) => set.rankOneOfThree), '%'),
    asked(
      'extraction, one core, mean',
      average((set) => set.extractionMs),
      'ms',
      { must: 60, aim: 20 },
    ),
    plain(
      'comparison, mean',
      average((set) => set.comparisonMs),
      'ms',
    ),
    asked('comparison, worst', worst, 'ms', { must: 5, aim: 1 }),
  ];
}

function realSearchFigures(images: readonly SetTemplate[], progress: (text: string) => void): Figure[] {
  const foreign = measureForeignTemplates(images);
  const map = measureScoreMap(images);
  const loss = measureSearchLoss(images, progress);
  return [
    plain('rounded records without qualities against ours, mean EER', foreign.equalErrorRate, '%'),
    plain('the same, FNMR at FMR 0.1 %', foreign.fnmrAtFmr01Percent, '%'),
    ...MAPPED_SCORES.flatMap((score, i) => [
      plain(`score ${score} by its true FMR, worst set`, map.worstSet[i] ?? 0, ''),
      plain(`score ${score} by its true FMR, different sensors`, map.acrossSets[i] ?? 0, ''),
    ]),
    ...DEPTHS.flatMap((depth, d) => [
      plain(`pairs lost by the first stage at depth ${100 * depth} %, odd fingers`, loss.odd[d] ?? 0, '%'),
      plain(`pairs lost by the first stage at depth ${100 * depth} %, even fingers`, loss.even[d] ?? 0, '%'),
    ]),
    plain('pairs behind these shares', loss.pairs, 'pairs'),
  ];
}

function syntheticFigures(templates: number, progress: (text: string) => void): Figure[] {
  const search = measureSyntheticSearch(templates, progress);
  const drawn = evaluateSyntheticSet(progress);
  return [
    plain('SYNTHETIC drawn sets, mean EER', 100 * drawn.equalErrorRate, '%'),
    plain('SYNTHETIC drawn sets, mean FNMR at FMR 0.1 %', 100 * drawn.fnmrAtFmr01Percent, '%'),
    asked(
      'SYNTHETIC 1:N, one thread, 50 minutiae, whole search',
      search.templatesPerSecondWholeSearch,
      '/s',
      {
        ...{ must: 13_000, aim: 100_000, more: true },
      },
    ),
    plain('SYNTHETIC 1:N, one thread, 50 minutiae, first stage', search.templatesPerSecondFirstStage, '/s'),
    asked('SYNTHETIC memory of a template ready to search', search.bytesPerTemplate / 1000, 'kB', {
      ...{ must: 8, aim: 2 },
    }),
    plain('SYNTHETIC gallery', search.templates, 'templates'),
    plain('SYNTHETIC rank-1, one finger', search.oneFingerRankOne, '%'),
    plain('SYNTHETIC rank-1, two fingers fused', search.twoFingersRankOne, '%'),
    plain('SYNTHETIC persons lost by the first stage, one finger', search.oneFingerLostInFirstStage, '%'),
  ];
}

/** What must be kept decides whether a figure is met; whether the aim is reached stands beside it. */
function asked(what: string, value: number, unit: string, { must, aim, more = false }: Asked): Figure {
  const reaches = (bound: number): boolean => (more ? value >= bound : value <= bound);
  const sign = more ? '>=' : '<=';
  const reached = reaches(aim) ? 'reached' : 'not reached';
  const shown = value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  return {
    what,
    value: shown,
    unit,
    aim: `${sign} ${must} ${unit} (better ${sign} ${aim}: ${reached})`,
    met: reaches(must),
  };
}
