import {
  disturbMinutiae,
  generateMinutiaeOnly,
  varyDisturbance,
} from '../../fixtures/fingerprints/generated-minutiae.ts';
import { SENSOR_HEIGHT, SENSOR_WIDTH } from '../../fixtures/fingerprints/impression.ts';
import type { FingerPosition } from '../../src/domain/finger.ts';
import type { Template } from '../../src/fingerprint/engine.ts';
import { packPlaces } from '../../src/fingerprint/search/descriptors.ts';
import { USUAL_DEPTH } from '../../src/fingerprint/search/gallery.ts';
import {
  GalleryShard,
  type PackedTemplate,
  type SearchProbe,
} from '../../src/fingerprint/search/gallery-shard.ts';
import { progressBar } from '../progress.ts';

/** SYNTHETIC: minutiae that no image stands behind; strangers among them are told apart more easily than real ones. */
export interface SyntheticSearchFigures {
  readonly templates: number;
  readonly bytesPerTemplate: number;
  readonly templatesPerSecondFirstStage: number;
  readonly templatesPerSecondWholeSearch: number;
  /** Percent of probes. */
  readonly oneFingerRankOne: number;
  readonly twoFingersRankOne: number;
  readonly oneFingerLostInFirstStage: number;
}

const FINGERS = [2, 7] as const;
const MINUTIAE_OF_SPEED = 50;
const PROBES = 60;
const SPEED_PROBES = 6;
const SPEED_TEMPLATES = 10_000;
const NEVER = (): boolean => false;

export function measureSyntheticSearch(
  templates: number,
  progress: (text: string) => void,
): SyntheticSearchFigures {
  return { ...measureSpeed(progress), ...measureGallery(templates, progress) };
}

/** One thread, every template with fifty minutiae, each search over all of them. */
function measureSpeed(progress: (text: string) => void) {
  const packed: PackedTemplate[] = Array.from({ length: SPEED_TEMPLATES }, (_, person) => {
    if (person % 500 === 0) progress(progressBar('50-minutiae templates', person, SPEED_TEMPLATES));
    return { person, position: 2, places: packPlaces(fiftyMinutiae(person)) };
  });
  const shard = new GalleryShard(packed);
  const times = { first: [] as number[], whole: [] as number[] };
  for (let seed = 0; seed < SPEED_PROBES; seed++) {
    const probes: SearchProbe[] = [{ position: 2, template: fiftyMinutiae(SPEED_TEMPLATES + seed) }];
    const started = cpuSeconds();
    const ranked = rank(shard, probes);
    times.first.push(cpuSeconds() - started);
    shard.compare(probes, ranked.slice(0, USUAL_DEPTH * SPEED_TEMPLATES), NEVER);
    times.whole.push(cpuSeconds() - started);
  }
  shard.wipe();
  return {
    templatesPerSecondFirstStage: SPEED_TEMPLATES / median(times.first),
    templatesPerSecondWholeSearch: SPEED_TEMPLATES / median(times.whole),
  };
}

/** Persons with two fingers each; other impressions of some of them are searched for. */
function measureGallery(templates: number, progress: (text: string) => void) {
  const persons = Math.floor(templates / FINGERS.length);
  const packed: PackedTemplate[] = [];
  for (let person = 0; person < persons; person++) {
    if (person % 200 === 0) progress(progressBar('synthetic gallery', person, persons));
    for (const position of FINGERS)
      packed.push({ person, position, places: packPlaces(impressionOf(person, position, 'enrolment')) });
  }
  const shard = new GalleryShard(packed);
  let [one, two, lost] = [0, 0, 0];
  for (let probe = 0; probe < PROBES; probe++) {
    progress(progressBar('synthetic searches', probe, PROBES));
    const person = Math.floor((probe * persons) / PROBES);
    const impressions = FINGERS.map((position): SearchProbe => {
      return { position, template: impressionOf(person, position, `probe ${probe}`) };
    });
    const passed = Math.ceil(USUAL_DEPTH * persons);
    const first = impressions.slice(0, 1);
    const chosen = rank(shard, first).slice(0, passed);
    if (!chosen.includes(person)) lost++;
    if (bestOf(shard, first, chosen) === person) one++;
    if (bestOf(shard, impressions, rank(shard, impressions).slice(0, passed)) === person) two++;
  }
  const bytesPerTemplate = shard.bytes / packed.length;
  shard.wipe();
  return {
    templates: packed.length,
    bytesPerTemplate,
    oneFingerRankOne: (100 * one) / PROBES,
    twoFingersRankOne: (100 * two) / PROBES,
    oneFingerLostInFirstStage: (100 * lost) / PROBES,
  };
}

/** One of the impressions of a generated finger, disturbed as much as impressions on real sensors are. */
function impressionOf(person: number, position: FingerPosition, impression: string): Template {
  const seed = `${person} ${position} ${impression}`;
  const minutiae = disturbMinutiae(
    generateMinutiaeOnly(`bench ${person}`, position),
    seed,
    varyDisturbance(seed),
  );
  return { width: SENSOR_WIDTH, height: SENSOR_HEIGHT, minutiae };
}

/** The minutiae of several generated fingers on one print, until there are fifty. */
function fiftyMinutiae(seed: number): Template {
  const minutiae: Template['minutiae'][number][] = [];
  for (let layer = 0; minutiae.length < MINUTIAE_OF_SPEED; layer++) {
    minutiae.push(...generateMinutiaeOnly(`speed ${seed} ${layer}`, 2));
  }
  return { width: SENSOR_WIDTH, height: SENSOR_HEIGHT, minutiae: minutiae.slice(0, MINUTIAE_OF_SPEED) };
}

function rank(shard: GalleryShard, probes: readonly SearchProbe[]): number[] {
  const places = probes.map(({ template }) => packPlaces(template));
  const strengths = shard.rank(probes, places, NEVER) ?? new Map<number, number>();
  return [...strengths].sort(([a, one], [b, other]) => other - one || a - b).map(([person]) => person);
}

function bestOf(
  shard: GalleryShard,
  probes: readonly SearchProbe[],
  persons: readonly number[],
): number | null {
  const scores = shard.compare(probes, persons, NEVER) ?? [];
  return scores.toSorted((a, b) => b.score - a.score)[0]?.person ?? null;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Processor time of this thread: other work on the machine does not count. */
function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}
