import { readdir, writeFile } from 'node:fs/promises';
import { basename, join, parse, resolve } from 'node:path';
import { wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { compareTemplates, extractTemplate, type Template } from '../../src/fingerprint/engine.ts';
import { computeErrorRates, type ErrorRates } from '../../src/fingerprint/evaluation/error-rates.ts';
import {
  arrangeScores,
  type PairScore,
  type SetImage,
  type SetScores,
} from '../../src/fingerprint/evaluation/set-protocol.ts';
import type { ImageReading } from '../../src/fingerprint/images/decode-image.ts';
import { prepareTemplate } from '../../src/fingerprint/matching/prepared-template.ts';
import { progressBar } from '../progress.ts';
import { explainImageError, IMAGE_FILE, readGreyImage } from './fingerprint-image-file.ts';
import { isTemplateFile, readFileTemplates } from './fingerprint-template-file.ts';

/** Resolution by set name where it is not the usual 500 dpi; files of the sets do not say. */
const SET_DPI: readonly (readonly [RegExp, number])[] = [
  [/2002.*db2/i, 569],
  [/2004.*db[23]/i, 512],
];
const USUAL_DPI = 500;

export interface SetEvaluation {
  readonly set: string;
  readonly images: number;
  /** Images without any template; their comparisons score 0, as the protocol asks. */
  readonly failedToEnrol: number;
  readonly allImpostors: ErrorRates;
  readonly firstImpostors: ErrorRates;
  readonly twoFingers: ErrorRates;
  readonly rankOneOfOne: number;
  readonly rankOneOfThree: number;
  readonly minutiaePerImage: number;
  readonly extractionMs: number;
  readonly comparisonMs: number;
  readonly worstComparisonMs: number;
}

export interface Evaluation {
  readonly sets: readonly SetEvaluation[];
  readonly mean: { readonly allImpostors: ErrorRates; readonly twoFingers: ErrorRates };
  /** All sets under one threshold. */
  readonly pooled: ErrorRates;
}

export interface EvaluationOptions {
  /** Resolution of all sets, or null for that of the table. */
  readonly dpi: number | null;
  readonly reading: ImageReading;
  /**
   * Folders with the same impressions, one for each set, from another maker's extractor for instance: the first
   * impression of every pair is of the set, the second one of these. None compares each set with itself.
   */
  readonly against?: readonly string[];
  /** Raw scores go here, one file a set when there are several. */
  readonly scoresFile: string | null;
  readonly progress: (text: string) => void;
  /** Sees every template that was enrolled. */
  readonly onTemplate?: (one: SetImage & { readonly set: string; readonly template: Template }) => void;
}

interface EnrolledImage extends SetImage {
  readonly name: string;
  readonly template: Template;
}

/** Error of an evaluation, with words for the person at the command line. */
export interface EvaluationError {
  readonly message: string;
}

const NOTHING: Template = { width: 1, height: 1, minutiae: [] };

/** Runs every pair of every folder by the FVC protocol. */
export async function evaluateFolders(
  folders: readonly string[],
  options: EvaluationOptions,
): Promise<Result<Evaluation, EvaluationError>> {
  const sets: SetEvaluation[] = [];
  const genuine: number[] = [];
  const impostors: number[] = [];
  for (const [i, folder] of folders.entries()) {
    const scored = await scoreFolder(folder, options.against?.[i] ?? null, options);
    if (!scored.ok) return scored;
    const { evaluation, scores, lines } = scored.value;
    sets.push(evaluation);
    genuine.push(...scores.genuine);
    impostors.push(...scores.allImpostors);
    if (options.scoresFile !== null) {
      const { dir, name, ext } = parse(options.scoresFile);
      const file = folders.length > 1 ? join(dir, `${name}-${evaluation.set}${ext}`) : options.scoresFile;
      await writeFile(file, `${lines.join('\n')}\n`);
    }
  }
  return ok({
    sets,
    mean: {
      allImpostors: meanRates(sets.map((set) => set.allImpostors)),
      twoFingers: meanRates(sets.map((set) => set.twoFingers)),
    },
    pooled: computeErrorRates(genuine, impostors),
  });
}

async function scoreFolder(
  folder: string,
  against: string | null,
  options: EvaluationOptions,
): Promise<Result<{ evaluation: SetEvaluation; scores: SetScores; lines: string[] }, EvaluationError>> {
  const set = basename(resolve(folder));
  const enrolled = await enrolFolder(folder, set, options);
  if (!enrolled.ok) return enrolled;
  const { images, extractionMs, failedToEnrol } = enrolled.value;
  const others = against === null ? ok(images) : await enrolCounterparts(images, against, set, options);
  if (!others.ok) return others;
  const pairs: PairScore[] = [];
  const lines: string[] = [];
  let worst = 0;
  const started = cpuMilliseconds();
  for (const [first, a] of images.entries()) {
    for (let second = first + 1; second < images.length; second++) {
      const b = others.value[second] as EnrolledImage;
      const failed = a.template === NOTHING || b.template === NOTHING;
      const before = performance.now();
      const score = failed ? 0 : compareTemplates(a.template, b.template);
      worst = Math.max(worst, confirmedTime(performance.now() - before, worst, a.template, b.template));
      pairs.push({ first, second, score });
      lines.push(`${a.name} ${b.name} ${score}`);
    }
    options.progress(progressBar(`${set}: comparing`, first + 1, images.length));
  }
  const comparisonMs = (cpuMilliseconds() - started) / Math.max(1, pairs.length);
  const scores = arrangeScores(images, pairs);
  for (const list of [
    scores.genuine,
    scores.firstImpostors,
    scores.twoFingerGenuine,
    scores.twoFingerImpostors,
  ]) {
    if (list.length === 0) {
      return err({ message: `${set}: needs four fingers or more, with two impressions or more each` });
    }
  }
  const evaluation: SetEvaluation = {
    set,
    images: images.length,
    failedToEnrol,
    allImpostors: computeErrorRates(scores.genuine, scores.allImpostors),
    firstImpostors: computeErrorRates(scores.genuine, scores.firstImpostors),
    twoFingers: computeErrorRates(scores.twoFingerGenuine, scores.twoFingerImpostors),
    rankOneOfOne: scores.rankOneOfOne,
    rankOneOfThree: scores.rankOneOfThree,
    minutiaePerImage: images.reduce((sum, { template }) => sum + template.minutiae.length, 0) / images.length,
    extractionMs,
    comparisonMs,
    worstComparisonMs: worst,
  };
  return ok({ evaluation, scores, lines });
}

/** The same impressions from another folder, in the same order. */
async function enrolCounterparts(
  images: readonly EnrolledImage[],
  folder: string,
  set: string,
  options: EvaluationOptions,
): Promise<Result<EnrolledImage[], EvaluationError>> {
  const others = await enrolFolder(folder, set, { ...options, onTemplate: () => {} });
  if (!others.ok) return others;
  const byName = new Map(others.value.images.map((image) => [image.name, image]));
  const counterparts: EnrolledImage[] = [];
  for (const { name } of images) {
    const counterpart = byName.get(name);
    if (counterpart === undefined) return err({ message: `${folder}: has no ${name}` });
    counterparts.push(counterpart);
  }
  return ok(counterparts);
}

async function enrolFolder(
  folder: string,
  set: string,
  options: EvaluationOptions,
): Promise<
  Result<{ images: EnrolledImage[]; extractionMs: number; failedToEnrol: number }, EvaluationError>
> {
  const dpi = options.dpi ?? SET_DPI.find(([pattern]) => pattern.test(set))?.[1] ?? USUAL_DPI;
  const files = await readdir(folder).catch(() => null);
  if (files === null) return err({ message: `${folder}: no such folder` });
  const images: EnrolledImage[] = [];
  let extractionMs = 0;
  let failedToEnrol = 0;
  const named = files.flatMap((file) => {
    const match = /^(\d+)_(\d+)\.\w+$/.exec(file);
    // Where an image has a record beside it, the image counts.
    const wanted = IMAGE_FILE.test(file) || (isTemplateFile(file) && !hasImage(file, files));
    return match === null || !wanted
      ? []
      : [{ file, finger: Number(match[1]), impression: Number(match[2]) }];
  });
  named.sort((a, b) => a.finger - b.finger || a.impression - b.impression);
  if (named.length === 0)
    return err({ message: `${folder}: no <finger>_<impression> images or minutiae records` });
  for (const { file, finger, impression } of named) {
    const read = await readTemplate(join(folder, file), { ...options.reading, dpi });
    if (!read.ok) return read;
    const { template, ms } = read.value;
    extractionMs += ms;
    if (template.ok) prepareTemplate(template.value);
    else failedToEnrol++;
    if (template.ok) options.onTemplate?.({ set, finger, impression, template: template.value });
    images.push({
      finger,
      impression,
      name: parse(file).name,
      template: template.ok ? template.value : NOTHING,
    });
    options.progress(progressBar(`${set}: extracting`, images.length, named.length));
  }
  return ok({ images, extractionMs: extractionMs / images.length, failedToEnrol });
}

function hasImage(file: string, files: readonly string[]): boolean {
  const { name } = parse(file);
  return files.some((other) => parse(other).name === name && IMAGE_FILE.test(other));
}

/** Of an image the template and the time that extraction took, of a minutiae record its first impression. */
async function readTemplate(
  file: string,
  reading: ImageReading,
): Promise<Result<{ template: Result<Template, unknown>; ms: number }, EvaluationError>> {
  if (isTemplateFile(file)) {
    const record = await readFileTemplates(file, reading);
    if (!record.ok) return err({ message: record.error });
    return ok({ template: ok(record.value[0]?.template ?? NOTHING), ms: 0 });
  }
  const image = await readGreyImage(file, reading);
  if (!image.ok) return err({ message: `${file}: ${explainImageError(image.error)}` });
  const before = cpuMilliseconds();
  const template = extractTemplate(image.value);
  const ms = cpuMilliseconds() - before;
  wipeImage(image.value);
  return ok({ template, ms });
}

/**
 * The time of a comparison that looks like the worst so far: the least of several, because the processor's clock
 * ticks too coarsely for one comparison, and other work on the machine must not count.
 */
function confirmedTime(first: number, worst: number, a: Template, b: Template): number {
  let least = first;
  for (let again = 0; again < 4 && least > worst; again++) {
    const before = performance.now();
    compareTemplates(a, b);
    least = Math.min(least, performance.now() - before);
  }
  return least;
}

/** Processor time of this thread: other work on the machine does not count. */
function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function meanRates(rates: readonly ErrorRates[]): ErrorRates {
  const mean = (pick: (one: ErrorRates) => number): number =>
    rates.reduce((sum, one) => sum + pick(one), 0) / rates.length;
  return {
    genuineCount: rates.reduce((sum, one) => sum + one.genuineCount, 0),
    impostorCount: rates.reduce((sum, one) => sum + one.impostorCount, 0),
    equalErrorRate: mean((one) => one.equalErrorRate),
    fnmrAtFmr1Percent: mean((one) => one.fnmrAtFmr1Percent),
    fnmrAtFmr01Percent: mean((one) => one.fnmrAtFmr01Percent),
    fnmrAtZeroFmr: mean((one) => one.fnmrAtZeroFmr),
  };
}

/** The evaluation as a table for people, percent. */
export function formatEvaluation(evaluation: Evaluation): string[] {
  const percent = (share: number): string => (100 * share).toFixed(2).padStart(6);
  const rates = (label: string, one: ErrorRates): string =>
    `${label.padEnd(28)} ${percent(one.equalErrorRate)} ${percent(one.fnmrAtFmr1Percent)} ` +
    `${percent(one.fnmrAtFmr01Percent)} ${percent(one.fnmrAtZeroFmr)}   ${one.genuineCount}/${one.impostorCount}`;
  const lines = ['Error rates in %                EER   F100  F1000   zero   genuine/impostor comparisons'];
  for (const set of evaluation.sets) {
    lines.push(rates(set.set, set.allImpostors), rates('  first impressions', set.firstImpostors));
    lines.push(rates('  two fingers fused', set.twoFingers));
  }
  lines.push(
    rates('mean', evaluation.mean.allImpostors),
    rates('mean, two fingers', evaluation.mean.twoFingers),
  );
  lines.push(rates('one threshold for all', evaluation.pooled), '');
  lines.push('set                          minutiae  rank-1 of 1/3 %   extract ms   compare ms   worst ms');
  for (const set of evaluation.sets) {
    const cells = [
      set.set.padEnd(28),
      set.minutiaePerImage.toFixed(1).padStart(8),
      `${percent(set.rankOneOfOne)}/${percent(set.rankOneOfThree)}`.padStart(16),
      set.extractionMs.toFixed(1).padStart(12),
      set.comparisonMs.toFixed(3).padStart(12),
      set.worstComparisonMs.toFixed(1).padStart(10),
    ];
    lines.push(cells.join(' '));
    if (set.failedToEnrol > 0) lines.push(`  ${set.failedToEnrol} images without template`);
  }
  return lines;
}
