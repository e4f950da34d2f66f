import { writeFile } from 'node:fs/promises';
import { FINGER_POSITIONS, type FingerPosition } from '../../src/domain/finger.ts';
import { type GreyImage, wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { RECORD_FORMATS, type RecordFormat } from '../../src/fingerprint/codecs/read-templates.ts';
import { writeTemplate } from '../../src/fingerprint/codecs/write-template.ts';
import {
  assessQuality,
  compareTemplates,
  extractTemplate,
  type Template,
} from '../../src/fingerprint/engine.ts';
import type { ImageReading } from '../../src/fingerprint/images/decode-image.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseCommand, refuseUsage, type WrongUsage, wrongUsage } from '../usage.ts';
import { drawExtraction, drawMatch } from './fingerprint-drawing.ts';
import { evaluateFolders, formatEvaluation } from './fingerprint-evaluate.ts';
import { writeSyntheticSet } from './fingerprint-generate.ts';
import { formatCandidates, identifyInFolder } from './fingerprint-identify.ts';
import { explainImageError, readGreyImage } from './fingerprint-image-file.ts';
import { readFileTemplates } from './fingerprint-template-file.ts';

const USAGE = [
  'usage: tizme fingerprint <command> [--dpi N] [--mirror] [--invert] [--json]',
  '  extract IMAGE --out FILE.fmr [--position 0-10] [--format NAME]',
  `                                 minutiae template and quality; ${RECORD_FORMATS.join(', ')}`,
  '  match A B                      score of two images or minutiae records (.fmr, .iso, .ansi)',
  '  identify PROBE... --in DIR [--depth 0-1] [--limit N] [--threads N]',
  '                                 candidates among <person>_<anything> images and records, for people to check',
  '  evaluate DIR... [--against DIR]... [--scores FILE]',
  '                                 error rates of <finger>_<impression> images or records by the FVC protocol;',
  '                                 --against compares with the same impressions of another folder, for each DIR',
  '  show IMAGE [IMAGE] --out FILE.png',
  '                                 picture of orientation, skeleton and minutiae; of two images the matched pairs',
  '  generate --out DIR [--fingers N] [--impressions N] [--seed TEXT]',
  '                                 a synthetic set to evaluate, as varied as sets of real sensors (10 x 8)',
  'Images are PNG, PGM, PPM, BMP, TIFF or WSQ files. A score of 10 k means about one in 10^k strangers.',
];

const OPTIONS = {
  dpi: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  position: { type: 'string', default: '0' },
  format: { type: 'string', default: 'iso-2005' },
  scores: { type: 'string' },
  against: { type: 'string', multiple: true },
  mirror: { type: 'boolean', default: false },
  invert: { type: 'boolean', default: false },
  in: { type: 'string' },
  depth: { type: 'string' },
  limit: { type: 'string' },
  threads: { type: 'string', default: '1' },
  fingers: { type: 'string', default: '10' },
  impressions: { type: 'string', default: '8' },
  seed: { type: 'string', default: 'tizme' },
} as const;

interface Request {
  readonly files: readonly string[];
  readonly dpi: number | null;
  readonly json: boolean;
  readonly out: string | null;
  readonly position: FingerPosition;
  readonly format: RecordFormat;
  readonly scores: string | null;
  readonly against: readonly string[];
  /** For a single image; a set has a resolution of its own when none is given. */
  readonly reading: ImageReading;
  readonly folder: string | null;
  readonly depth: number | null;
  readonly limit: number | null;
  readonly threads: number;
  readonly fingers: number;
  readonly impressions: number;
  readonly seed: string;
}

/** What a command found: words for people, and the same for a machine. */
interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
}

type Command = (request: Request, io: CommandIo) => Promise<Result<Answer, string | WrongUsage>>;

const COMMANDS: Readonly<Record<string, Command>> = {
  extract,
  match,
  identify,
  evaluate,
  show,
  generate,
};
const USUAL_DPI = 500;
const MOST_THREADS = 64;
const MOST_FINGERS = 10_000;

/**
 * `tizme fingerprint ...`. With `--json` the last line of output is one JSON object.
 * @returns the exit code: 0 done, 1 the input can't be used, 2 wrong usage
 */
export async function runFingerprint(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return refuseCommand('fingerprint', name, Object.keys(COMMANDS), io);
  const request = parseRequest(rest);
  if (!request.ok) return refuseUsage(`fingerprint ${name}`, request.error, io);
  const answer = await command(request.value, io);
  if (!answer.ok) {
    if (typeof answer.error !== 'string')
      return refuseUsage(`fingerprint ${name}`, answer.error.wrongUsage, io);
    io.out(request.value.json ? JSON.stringify({ error: answer.error }) : answer.error);
    return 1;
  }
  for (const line of answer.value.lines) io.out(line);
  if (request.value.json) io.out(JSON.stringify(answer.value.json));
  return 0;
}

function parseRequest(args: readonly string[]): Result<Request, string> {
  const read = readArguments({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  const dpi = values.dpi === undefined ? null : Number(values.dpi);
  if (dpi !== null && !(dpi > 0)) return err('--dpi wants a number of pixels per inch');
  const position = FINGER_POSITIONS.find((known) => String(known) === values.position);
  if (position === undefined) return err('--position wants a number from 0 to 10');
  const format = RECORD_FORMATS.find((known) => known === values.format);
  if (format === undefined) return err(`--format wants one of ${RECORD_FORMATS.join(', ')}`);
  const depth = values.depth === undefined ? null : Number(values.depth);
  if (depth !== null && !(depth >= 0 && depth <= 1)) return err('--depth wants a share from 0 to 1');
  const limit = values.limit === undefined ? null : Number(values.limit);
  const threads = Number(values.threads);
  if (limit !== null && !isCount(limit)) return err('--limit wants a number of candidates');
  if (!isCount(threads) || threads > MOST_THREADS)
    return err(`--threads wants a number up to ${MOST_THREADS}`);
  const [fingers, impressions] = [Number(values.fingers), Number(values.impressions)];
  for (const count of [fingers, impressions])
    if (!isCount(count) || count > MOST_FINGERS)
      return err(`--fingers and --impressions want numbers up to ${MOST_FINGERS}`);
  return ok({
    files: positionals,
    ...{ dpi, position, format, depth, limit, threads, fingers, impressions },
    seed: values.seed,
    json: values.json,
    out: values.out ?? null,
    scores: values.scores ?? null,
    against: values.against ?? [],
    folder: values.in ?? null,
    reading: { dpi: dpi ?? USUAL_DPI, mirror: values.mirror, invert: values.invert },
  });
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}

async function readImage(file: string, request: Request): Promise<Result<GreyImage, string>> {
  const image = await readGreyImage(file, request.reading);
  return image.ok ? image : err(`${file}: ${explainImageError(image.error)}`);
}

async function extract(request: Request): Promise<Result<Answer, string | WrongUsage>> {
  const [file, ...more] = request.files;
  if (file === undefined || more.length > 0) return wrongUsage('it wants one image');
  const image = await readImage(file, request);
  if (!image.ok) return image;
  const template = extractTemplate(image.value);
  const quality = template.ok ? assessQuality(image.value) : null;
  wipeImage(image.value);
  if (!template.ok || quality === null) return err(`${file}: ${template.ok ? '' : template.error.code}`);
  const about = { position: request.position, quality: quality.score };
  const bytes = writeTemplate(template.value, about, request.format);
  if (request.out !== null) await writeFile(request.out, bytes);
  const minutiae = template.value.minutiae.length;
  return ok({
    lines: [`${minutiae} minutiae, ${bytes.length} bytes, quality ${quality.score} (${quality.advice})`],
    json: { minutiae, bytes: bytes.length, quality },
  });
}

async function match(request: Request): Promise<Result<Answer, string | WrongUsage>> {
  const [first, second, ...more] = request.files;
  if (first === undefined || second === undefined || more.length > 0) {
    return wrongUsage('it wants two images or templates');
  }
  const a = await readTemplate(first, request);
  if (!a.ok) return a;
  const b = await readTemplate(second, request);
  if (!b.ok) return b;
  const score = compareTemplates(a.value, b.value);
  return ok({
    lines: [`score ${score.toFixed(1)} (about one in ${(10 ** (score / 10)).toPrecision(2)} strangers)`],
    json: { score },
  });
}

/** The first impression of a file. */
async function readTemplate(file: string, request: Request): Promise<Result<Template, string>> {
  const read = await readFileTemplates(file, request.reading);
  if (!read.ok) return read;
  const [first] = read.value;
  return first === undefined ? err(`${file}: no-view`) : ok(first.template);
}

async function identify(request: Request, io: CommandIo): Promise<Result<Answer, string | WrongUsage>> {
  if (request.files.length === 0 || request.folder === null) {
    return wrongUsage('it wants one image or record, or several of one finger, and --in a folder');
  }
  const { files: probes, folder, reading, depth, limit, threads } = request;
  const progress = (text: string): void => io.progress(text);
  const list = await identifyInFolder({ probes, folder, reading, depth, limit, threads, progress });
  return list.ok ? ok({ lines: formatCandidates(list.value), json: list.value }) : list;
}

async function evaluate(request: Request, io: CommandIo): Promise<Result<Answer, string | WrongUsage>> {
  if (request.files.length === 0) return wrongUsage('it wants one folder or more');
  if (request.against.length > 0 && request.against.length !== request.files.length)
    return wrongUsage('--against wants as many folders as there are to evaluate');
  const evaluation = await evaluateFolders(request.files, {
    dpi: request.dpi,
    reading: request.reading,
    against: request.against,
    scoresFile: request.scores,
    progress: (text) => io.progress(text),
  });
  if (!evaluation.ok) return err(evaluation.error.message);
  return ok({ lines: formatEvaluation(evaluation.value), json: evaluation.value });
}

async function show(request: Request): Promise<Result<Answer, string | WrongUsage>> {
  const [file, other, ...more] = request.files;
  if (file === undefined || more.length > 0 || request.out === null)
    return wrongUsage('it wants one image or two, and --out');
  const image = await readImage(file, request);
  if (!image.ok) return image;
  const second = other === undefined ? null : await readImage(other, request);
  if (second !== null && !second.ok) return second;
  const picture = second === null ? drawExtraction(image.value) : drawMatch(image.value, second.value);
  wipeImage(image.value);
  if (second !== null) wipeImage(second.value);
  if (!picture.ok) return err(`${file}: ${picture.error.code}`);
  await writeFile(request.out, picture.value);
  return ok({ lines: [`wrote ${request.out}`], json: { out: request.out } });
}

async function generate(request: Request, io: CommandIo): Promise<Result<Answer, string | WrongUsage>> {
  if (request.out === null || request.files.length > 0) return wrongUsage('it wants --out and a folder');
  const { fingers, impressions, seed, out } = request;
  const progress = (text: string): void => io.progress(text);
  const images = await writeSyntheticSet(out, { fingers, impressions, seed, progress });
  return ok({
    lines: [`${images} synthetic images in ${out}`],
    json: { images, out, synthetic: true },
  });
}
