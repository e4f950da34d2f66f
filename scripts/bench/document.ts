import { performance } from 'node:perf_hooks';
import { encodeSyntheticFace } from '../../fixtures/documents/synthetic-face.ts';
import { readDocument } from '../../src/documents/chip/read-document.ts';
import { showFace } from '../../src/documents/face/face-pictures.ts';
import { parseMrz } from '../../src/documents/mrz/parse.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from '../document/emulated-passport.ts';
import { traceCard } from '../document/traced-card.ts';
import { progressBar } from '../progress.ts';
import { atMost, type BenchmarkResult, type Figure, percentile, plain } from './benchmark.ts';

export interface DocumentBenchmarkOptions {
  /** How often each passport is read. */
  readonly readings: number;
  readonly io: CommandIo;
}

const LINK_BITS_PER_SECOND = 424_000;
const FACE_BYTES = 20_000;
const TODAY = '2026-11-22';

/** Which ways of opening are measured, and in what words. */
const MEASURED = [
  ['bac', 'BAC, active authentication'],
  ['pace', 'PACE brainpoolP256r1, chip authentication'],
  ['pace-cam', 'PACE P-256 with chip authentication mapping'],
] as const;

/**
 * Reading a passport with a face of 20 kB and verifying all of it: the software's own time, by the processor and by the
 * clock, without the emulated chip's, beside the time that the bits alone need on a contactless link. Frames, gaps and the
 * chip's own thinking come on top of a real link's time, so the share measured here is the worst that can be. By the clock a
 * busy machine shows more than the work takes.
 */
export async function benchDocument({ readings, io }: DocumentBenchmarkOptions): Promise<BenchmarkResult> {
  const figures: Figure[] = [];
  for (const [kind, words] of MEASURED) {
    const runs: Run[] = [];
    for (let i = 0; i < readings; i++) {
      runs.push(await readOnce(kind));
      io.progress(progressBar(words, i + 1, readings));
    }
    figures.push(...describeRuns(words, runs));
  }
  figures.push(...(await measureFaces(readings)));
  return { name: 'document', figures };
}

/** JPEG 2000 to PNG in a thread of its own, which no exchange with the chip waits for. */
async function measureFaces(count: number): Promise<readonly Figure[]> {
  const bytes = await encodeSyntheticFace();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const since = performance.now();
    unwrap(await showFace({ mediaType: 'image/jp2', bytes }));
    times.push(performance.now() - since);
  }
  return [0.5, 0.99].map((share) =>
    plain(`JPEG 2000 face of 413 x 531 shown, elapsed, p${100 * share}`, percentile(times, share), 'ms'),
  );
}

interface Run {
  /** Elapsed, without the emulated chip. On a busy machine it is longer than the work takes. */
  readonly software: number;
  /** Processor time, without the emulated chip. */
  readonly work: number;
  readonly link: number;
  /** Processor time with the emulated chip. */
  readonly processor: number;
  readonly exchanges: number;
}

async function readOnce(kind: (typeof MEASURED)[number][0]): Promise<Run> {
  const passport = await createEmulatedPassport(
    assertDefined(PASSPORT_KINDS[kind], 'kind of passport'),
    FACE_BYTES,
  );
  const zone = unwrap(parseMrz(passport.document.mrz, { today: TODAY }));
  // Signing is the issuer's work, done before the document is laid down.
  passport.document.files();
  const chip = passport.document.connect();
  let chipProcessor = 0;
  const card = traceCard({
    answerToReset: chip.answerToReset,
    transmit: async (command) => {
      const before = process.cpuUsage();
      const answer = await chip.transmit(command);
      chipProcessor += milliseconds(process.cpuUsage(before));
      return answer;
    },
  });
  const processorBefore = process.cpuUsage();
  const since = performance.now();
  const read = await readDocument(
    card,
    { mrz: zone },
    { today: TODAY, trustedCertificates: [passport.trusted] },
  );
  const elapsed = performance.now() - since;
  const processor = milliseconds(process.cpuUsage(processorBefore));
  if (!read.ok || read.value.authenticity.outcome !== 'genuine')
    throw new Error('the emulated passport is genuine');
  const inChip = card.commands.reduce((sum, command) => sum + command.milliseconds, 0);
  const bytes = card.commands.reduce(
    (sum, { commandBytes, answerBytes }) => sum + commandBytes + answerBytes,
    0,
  );
  return {
    software: elapsed - inChip,
    link: (bytes * 8 * 1000) / LINK_BITS_PER_SECOND,
    processor,
    work: processor - chipProcessor,
    exchanges: card.commands.length,
  };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function describeRuns(words: string, runs: readonly Run[]): readonly Figure[] {
  const [first] = runs;
  const median = (value: (run: Run) => number): number => percentile(runs.map(value), 0.5);
  const link = median((run) => run.link);
  return [
    plain(
      `${words}: exchanges`,
      median((run) => run.exchanges),
      '',
    ),
    plain(`${words}: link at 424 kbit/s`, link, 'ms'),
    plain(`${words}: software, elapsed, first reading`, first?.software ?? 0, 'ms'),
    plain(
      `${words}: software, elapsed, p50`,
      median((run) => run.software),
      'ms',
    ),
    plain(
      `${words}: software, processor, p50`,
      median((run) => run.work),
      'ms',
    ),
    atMost(
      `${words}: software on top of the link, processor, p50`,
      (100 * median((run) => run.work)) / link,
      '%',
      10,
    ),
    atMost(
      `${words}: software on top of the link, elapsed, p50`,
      (100 * median((run) => run.software)) / link,
      '%',
      10,
    ),
    atMost(
      `${words}: processor time with the emulated chip's, p99`,
      percentile(
        runs.map((run) => run.processor),
        0.99,
      ),
      'ms',
      300,
    ),
  ];
}
