import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { FINGER_POSITIONS, type FingerPosition } from '../../src/domain/finger.ts';
import { wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import {
  decodeIso2005,
  encodeIso2005,
  ISO_ANGLE_UNIT,
} from '../../src/fingerprint/codecs/iso-19794-2-2005.ts';
import { recordFromTemplate, templateFromView } from '../../src/fingerprint/codecs/minutiae-record.ts';
import {
  assessQuality,
  compareTemplates,
  extractTemplate,
  type Template,
} from '../../src/fingerprint/engine.ts';
import type { CommandIo } from '../command-io.ts';
import { drawExtraction } from './fingerprint-drawing.ts';
import { evaluateFolders, formatEvaluation } from './fingerprint-evaluate.ts';
import { readGreyImage } from './fingerprint-image-file.ts';

const USAGE = [
  'usage: tizme fingerprint <command> [--dpi N] [--json]',
  '  extract IMAGE --out FILE.fmr [--position 0-10]   minutiae template (ISO/IEC 19794-2:2005) and quality',
  '  match A B                                        score of two images or templates (.fmr)',
  '  evaluate DIR... [--scores FILE]                  error rates of <finger>_<impression>.png by the FVC protocol',
  '  show IMAGE --out FILE.png                        picture of orientation, skeleton and minutiae',
  'A score of 10 k means about one in 10^k strangers.',
];

const OPTIONS = {
  dpi: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  position: { type: 'string', default: '0' },
  scores: { type: 'string' },
} as const;

interface Request {
  readonly files: readonly string[];
  readonly dpi: number | null;
  readonly json: boolean;
  readonly out: string | null;
  readonly position: FingerPosition;
  readonly scores: string | null;
}

/** What a command found: words for people, and the same for a machine. */
interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
}

type Command = (request: Request, io: CommandIo) => Promise<Result<Answer, string>>;

const COMMANDS: Readonly<Record<string, Command>> = { extract, match, evaluate, show };
const USUAL_DPI = 500;

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
  const request = parseRequest(rest);
  if (command === undefined || !request.ok) {
    for (const line of request.ok ? USAGE : [request.error, ...USAGE]) io.out(line);
    return 2;
  }
  const answer = await command(request.value, io);
  if (!answer.ok) {
    io.out(request.value.json ? JSON.stringify({ error: answer.error }) : answer.error);
    return 1;
  }
  for (const line of answer.value.lines) io.out(line);
  if (request.value.json) io.out(JSON.stringify(answer.value.json));
  return 0;
}

function parseRequest(args: readonly string[]): Result<Request, string> {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (problem) {
    return err(problem instanceof Error ? problem.message : 'unreadable options');
  }
  const { values, positionals } = parsed;
  const dpi = values.dpi === undefined ? null : Number(values.dpi);
  if (dpi !== null && !(dpi > 0)) return err('--dpi wants a number of pixels per inch');
  const position = FINGER_POSITIONS.find((known) => String(known) === values.position);
  if (position === undefined) return err('--position wants a number from 0 to 10');
  return ok({
    files: positionals,
    dpi,
    json: values.json,
    out: values.out ?? null,
    position,
    scores: values.scores ?? null,
  });
}

async function extract(request: Request): Promise<Result<Answer, string>> {
  const [file, ...more] = request.files;
  if (file === undefined || more.length > 0) return err('extract wants one image');
  const image = await readGreyImage(file, request.dpi ?? USUAL_DPI);
  if (!image.ok) return err(`${file}: ${image.error.code}`);
  const template = extractTemplate(image.value);
  if (!template.ok) return err(`${file}: ${template.error.code}`);
  const quality = assessQuality(image.value);
  wipeImage(image.value);
  const bytes = encodeIso2005(
    recordFromTemplate(
      template.value,
      { position: request.position, quality: quality.score },
      ISO_ANGLE_UNIT,
    ),
  );
  if (request.out !== null) await writeFile(request.out, bytes);
  const minutiae = template.value.minutiae.length;
  return ok({
    lines: [`${minutiae} minutiae, ${bytes.length} bytes, quality ${quality.score} (${quality.advice})`],
    json: { minutiae, bytes: bytes.length, quality },
  });
}

async function match(request: Request): Promise<Result<Answer, string>> {
  const [first, second, ...more] = request.files;
  if (first === undefined || second === undefined || more.length > 0) {
    return err('match wants two images or templates');
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

async function readTemplate(file: string, request: Request): Promise<Result<Template, string>> {
  if (!/\.(fmr|iso|ist)$/i.test(file)) {
    const image = await readGreyImage(file, request.dpi ?? USUAL_DPI);
    if (!image.ok) return err(`${file}: ${image.error.code}`);
    const template = extractTemplate(image.value);
    wipeImage(image.value);
    return template.ok ? template : err(`${file}: ${template.error.code}`);
  }
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return err(`${file}: unreadable-file`);
  const record = decodeIso2005(bytes);
  if (!record.ok) return err(`${file}: ${record.error.code}`);
  const view = record.value.views[0];
  return view === undefined ? err(`${file}: no-view`) : ok(templateFromView(record.value, view));
}

async function evaluate(request: Request, io: CommandIo): Promise<Result<Answer, string>> {
  if (request.files.length === 0) return err('evaluate wants one folder or more');
  const evaluation = await evaluateFolders(request.files, {
    dpi: request.dpi,
    scoresFile: request.scores,
    progress: (text) => io.progress(text),
  });
  if (!evaluation.ok) return err(evaluation.error.message);
  return ok({ lines: formatEvaluation(evaluation.value), json: evaluation.value });
}

async function show(request: Request): Promise<Result<Answer, string>> {
  const [file, ...more] = request.files;
  if (file === undefined || more.length > 0 || request.out === null)
    return err('show wants one image and --out');
  const image = await readGreyImage(file, request.dpi ?? USUAL_DPI);
  if (!image.ok) return err(`${file}: ${image.error.code}`);
  const picture = drawExtraction(image.value);
  wipeImage(image.value);
  if (!picture.ok) return err(`${file}: ${picture.error.code}`);
  await writeFile(request.out, picture.value);
  return ok({ lines: [`wrote ${request.out}`], json: { out: request.out } });
}
