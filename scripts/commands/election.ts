import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { writeElection } from '../../fixtures/election/election-package.ts';
import {
  everybody,
  FEWEST_VOTERS,
  generateElection,
  MOST_VOTERS,
} from '../../fixtures/election/generate-election.ts';
import { generatedFingers } from '../../fixtures/election/generated-fingers.ts';
import { MOST_NATIONAL_VOTERS } from '../../fixtures/election/national/national-register.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { wholeNumber } from '../checked-options.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import { writeNationalCsv } from '../register/national-csv.ts';
import { readArguments, refuseCommand, refuseUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme election generate --voters N [--seed S] [--out DIR] [--csv] [--json]',
  '  --voters N          24 to 100000',
  '  --seed S            the same seed gives the same election (1)',
  '  --out DIR           where to write it; without, it is made, summed up and thrown away',
  '  --date YYYY-MM-DD   election day',
  '  --receipts 1|2      receipts and ballots for each voter (1)',
  '  --any-precinct      voters of other districts are identified here',
  '  --fingers KIND      drawn (real images behind every template) or generated (minutiae alone);',
  '                      drawn up to 60 voters unless said',
  '  --finger-pool N     only so many voters have fingers of their own; makes a long list of drawn ones quick',
  '  --cache DIR         keeps the templates of drawn fingers for the next time',
  '  --no-photos         leaves the portraits out',
  '  --csv               a national register instead, as voters.csv and stations.csv in --out: 1 to 10 million voters,',
  '                      without fingers and photos; read by "tizme register import"',
];

/** Up to here fingers are drawn as images; beyond, that takes minutes and is asked for by `--fingers drawn`. */
const DRAWN_UP_TO = 60;

const OPTIONS = {
  voters: { type: 'string' },
  seed: { type: 'string', default: '1' },
  out: { type: 'string' },
  date: { type: 'string' },
  receipts: { type: 'string', default: '1' },
  'any-precinct': { type: 'boolean', default: false },
  fingers: { type: 'string' },
  'finger-pool': { type: 'string' },
  cache: { type: 'string' },
  'no-photos': { type: 'boolean', default: false },
  csv: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const requestSchema = z.object({
  voters: wholeNumber(1, MOST_NATIONAL_VOTERS),
  seed: z.string().regex(/^[^/\\:\p{C}]{1,40}$/u, 'takes up to 40 characters without slash and colon'),
  out: z.string().min(1).optional(),
  date: z.iso.date('takes a day of the calendar as YYYY-MM-DD').optional(),
  receipts: z.enum(['1', '2']),
  'any-precinct': z.boolean(),
  fingers: z.enum(['drawn', 'generated']).optional(),
  'finger-pool': wholeNumber(2, MOST_NATIONAL_VOTERS).optional(),
  cache: z.string().min(1).optional(),
  'no-photos': z.boolean(),
  csv: z.boolean(),
  json: z.boolean(),
  help: z.boolean(),
});
type Request = z.infer<typeof requestSchema>;

/**
 * `tizme election generate`: a synthetic election, deterministic from its seed, as a plain mock package.
 * @returns the exit code, 0 only on success
 */
export async function runElection(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const [action, ...rest] = args;
  if (action !== 'generate') return refuseCommand('election', action, ['generate'], io);
  const request = readRequest(rest);
  if (!request.ok) return refuseUsage('election generate', request.error, io);
  const { out } = request.value;
  if (out !== undefined && existsSync(out)) {
    io.progress(`tizme election: ${out} is there already; nothing was changed`);
    return 1;
  }
  if (request.value.csv) return generateCsv(request.value, io);
  if (out !== undefined) return generate(out, request.value, io);
  const temporary = mkdtempSync(join(tmpdir(), 'tizme-election-'));
  try {
    return await generate(join(temporary, 'election'), request.value, io);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Progress is worth a line so often. */
const EVERY_VOTERS = 10_000;

function generateCsv({ out = '', voters, seed, json }: Request, io: CommandIo): number {
  const startedMs = performance.now();
  const written = writeNationalCsv(out, {
    voters,
    seed,
    onVoter: (done) => {
      if (done % EVERY_VOTERS === 0 || done === voters) io.progress(progressBar('voters', done, voters));
    },
  });
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(3));
  io.out(
    `TRAINING register ${written.electionId}: ${voters} voters (${written.women} women), ${written.stations} stations`,
  );
  io.out(`${seconds.toFixed(1)} s, written to ${written.votersFile} and ${written.stationsFile}`);
  if (json) io.out(JSON.stringify({ ...written, seconds }));
  return 0;
}

async function generate(directory: string, request: Request, io: CommandIo): Promise<number> {
  const startedMs = performance.now();
  const election = generateElection({
    voters: request.voters,
    seed: request.seed,
    twoReceipts: request.receipts === '2',
    anyPrecinct: request['any-precinct'],
    fingerPool: request['finger-pool'] ?? null,
    ...(request.date === undefined ? {} : { electionDate: request.date }),
  });
  const kind = request.fingers ?? (request.voters <= DRAWN_UP_TO ? 'drawn' : 'generated');
  const cache = request.cache === undefined ? {} : { cacheDirectory: request.cache };
  const written = await writeElection(directory, election, {
    fingers: kind === 'drawn' ? drawnFingers(cache) : generatedFingers(),
    photos: !request['no-photos'],
    onProgress: (step, done, of) => io.progress(progressBar(step, done, of)),
  });
  if (!written.ok) {
    io.progress(`tizme election: not written (${written.error.code})`);
    return 1;
  }
  const { voters, women, men, contentHash, electionId } = written.value.register;
  const awkward = everybody(election).filter((person) => person.awkward !== null).length;
  const seconds = (performance.now() - startedMs) / 1000;
  const kept = request.out ?? null;
  io.out(`TRAINING election ${electionId}: ${voters} voters (${women} women, ${men} men)`);
  io.out(`${awkward} awkward people, ${election.visitors.length} of them without a record here`);
  io.out(`fingers ${kind}; register SHA-256 ${contentHash}`);
  io.out(`${seconds.toFixed(1)} s${kept === null ? '' : `, written to ${kept}`}`);
  if (request.json) {
    const visitors = election.visitors.length;
    io.out(
      JSON.stringify({
        electionId,
        voters,
        women,
        men,
        awkward,
        visitors,
        fingers: kind,
        registerHash: contentHash,
        seconds: Number(seconds.toFixed(3)),
        directory: kept,
      }),
    );
  }
  return 0;
}

function readRequest(args: readonly string[]): Result<Request, string> {
  const read = readArguments({ args: [...args], options: OPTIONS });
  if (!read.ok) return read;
  const parsed = requestSchema.safeParse(read.value.values);
  if (parsed.success) {
    const { voters, csv, out } = parsed.data;
    if (csv && out === undefined) return err('--csv needs --out DIR');
    return csv || (voters >= FEWEST_VOTERS && voters <= MOST_VOTERS)
      ? ok(parsed.data)
      : err(`--voters: ${FEWEST_VOTERS} to ${MOST_VOTERS}, or more with --csv`);
  }
  const [issue] = parsed.error.issues;
  return err(`--${String(issue?.path[0] ?? 'voters')}: ${issue?.message ?? 'not readable'}`);
}
