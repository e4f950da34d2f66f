import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseDataGroup15 } from '../../src/documents/chip/active-authentication.ts';
import { parseDataGroup14 } from '../../src/documents/chip/chip-proof.ts';
import { CHIP_FILES, type DataGroupName, dataGroupName } from '../../src/documents/chip/data-groups.ts';
import { parseDataGroup1 } from '../../src/documents/chip/dg1.ts';
import { parseDataGroup2 } from '../../src/documents/chip/dg2.ts';
import { parseDataGroup11 } from '../../src/documents/chip/dg11.ts';
import { authenticatePassively } from '../../src/documents/chip/passive-authentication.ts';
import { type ChipAccess, readDocument } from '../../src/documents/chip/read-document.ts';
import { parseMrz } from '../../src/documents/mrz/parse.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { describeChip, describeStep, describeWithoutPerson } from '../document/describe-chip.ts';
import { describeFields, describeMrzError, describeZone } from '../document/describe-zone.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from '../document/emulated-passport.ts';
import { traceCard } from '../document/traced-card.ts';
import { fileProblem, readTrustFolder, type TrustedCertificates } from '../document/trust-folder.ts';

const USAGE = [
  'usage: tizme document <command> [--today YYYY-MM-DD] [--json]',
  '  mrz LINE...                                     what a machine-readable zone says, after its check digits',
  '  show --dg N=FILE... [--face FILE]               what data groups 1, 2 and 11 of a chip say',
  '  verify --sod FILE --dg N=FILE... [--trust DIR]  whether data groups are as they were signed (passive authentication);',
  '                                                  DIR holds country certificates in DER and master lists',
  '  read --emulated [--kind bac|pace|pace-im|pace-cam] [--mrz LINE... | --can NNNNNN] [--trust DIR] [--redact]',
  '                                                  what a reader sees of a chip, step by step; plays the emulated',
  '                                                  passport. --redact leaves out all that is about a person',
  'A zone may be one argument or one a line; put it in quotation marks, because of its < signs.',
];

const OPTIONS = {
  dg: { type: 'string', multiple: true, default: [] as string[] },
  sod: { type: 'string' },
  trust: { type: 'string' },
  face: { type: 'string' },
  emulated: { type: 'boolean', default: false },
  kind: { type: 'string', default: 'pace' },
  mrz: { type: 'string', multiple: true, default: [] as string[] },
  can: { type: 'string' },
  redact: { type: 'boolean', default: false },
  today: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

interface Request {
  readonly texts: readonly string[];
  readonly dataGroups: readonly DataGroupFile[];
  readonly securityObject: string | null;
  readonly trust: string | null;
  readonly face: string | null;
  readonly emulated: boolean;
  readonly kind: string;
  readonly mrz: readonly string[];
  readonly can: string | null;
  readonly redact: boolean;
  readonly today: string;
  readonly json: boolean;
}

interface DataGroupFile {
  readonly name: DataGroupName;
  readonly path: string;
}

/** What a command found: words for people, and the same for a machine. */
interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
  /** False for a zone or document that is not what it should be. */
  readonly good: boolean;
}

type Command = (request: Request) => Promise<Result<Answer, string>>;

const COMMANDS: Readonly<Record<string, Command>> = { mrz: readZone, show, verify, read };

/**
 * `tizme document ...`. With `--json` the last line of output is one JSON object.
 * @returns the exit code: 0 readable (verify: genuine), 1 not, or the input can't be used, 2 wrong usage
 */
export async function runDocument(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const request = parseRequest(rest);
  if (command === undefined || !request.ok) {
    for (const line of request.ok ? USAGE : [request.error, ...USAGE]) io.progress(line);
    return 2;
  }
  const answer = await command(request.value);
  if (!answer.ok) {
    io.progress(answer.error);
    if (request.value.json)
      io.out(JSON.stringify({ error: { code: 'unusable-input', message: answer.error } }));
    return 1;
  }
  const json = JSON.stringify(answer.value.json);
  for (const line of request.value.json ? [json] : answer.value.lines) io.out(line);
  return answer.value.good ? 0 : 1;
}

function parseRequest(args: readonly string[]): Result<Request, string> {
  let parsed: ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (problem) {
    return err(problem instanceof Error ? problem.message : String(problem));
  }
  const { values, positionals } = parsed;
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(today)) return err('--today wants YYYY-MM-DD');
  const dataGroups: DataGroupFile[] = [];
  for (const argument of values.dg) {
    const [, number, path] = /^(?:DG)?([0-9]{1,2})=(.+)$/i.exec(argument) ?? [];
    const name = number === undefined ? null : dataGroupName(Number(number));
    if (name === null || path === undefined) return err('--dg wants N=FILE with N from 1 to 16');
    dataGroups.push({ name, path });
  }
  return ok({
    texts: positionals,
    dataGroups,
    securityObject: values.sod ?? null,
    trust: values.trust ?? null,
    face: values.face ?? null,
    emulated: values.emulated,
    kind: values.kind,
    mrz: [...values.mrz, ...positionals],
    can: values.can ?? null,
    redact: values.redact,
    today,
    json: values.json,
  });
}

async function readZone({ texts, today }: Request): Promise<Result<Answer, string>> {
  if (texts.length === 0) return err('document mrz wants the lines of a zone');
  const zone = parseMrz(texts, { today });
  if (!zone.ok) {
    return ok({ lines: describeMrzError(zone.error), json: { error: zone.error }, good: false });
  }
  return ok({ lines: describeZone(zone.value), json: zone.value, good: true });
}

async function show(request: Request): Promise<Result<Answer, string>> {
  if (request.dataGroups.length === 0) return err('document show wants --dg N=FILE');
  const lines: string[] = [];
  const shown: Record<string, object> = {};
  for (const { name, path } of request.dataGroups) {
    const file = await readBytes(path);
    if (!file.ok) return file;
    const group = showDataGroup(name, file.value, request.today);
    lines.push(`${name}: ${file.value.length} bytes`, ...group.lines.map((line) => `  ${line}`));
    shown[name] = group.json;
    if (name === 'DG2' && request.face !== null) {
      const written = await writeFace(file.value, request.face);
      if (!written.ok) return written;
    }
  }
  const good = Object.values(shown).every((group) => !('error' in group));
  return ok({ lines, json: { dataGroups: shown }, good });
}

function showDataGroup(name: DataGroupName, file: Uint8Array, today: string): Omit<Answer, 'good'> {
  const malformed = { lines: ['not a well-formed data group'], json: { error: { code: 'bad-data' } } };
  if (name === 'DG1') {
    const zone = parseDataGroup1(file, { today });
    return zone.ok ? { lines: describeZone(zone.value), json: zone.value } : malformed;
  }
  if (name === 'DG2') {
    const face = parseDataGroup2(file);
    if (!face.ok) return malformed;
    const { mediaType, width, height, bytes } = face.value;
    const line = `face: ${mediaType}, ${width} x ${height}, ${bytes.length} bytes`;
    return { lines: [line], json: { mediaType, width, height, bytes: bytes.length } };
  }
  if (name === 'DG11') {
    const details = parseDataGroup11(file);
    if (!details.ok) return malformed;
    return { lines: describeFields(details.value), json: details.value };
  }
  if (name === 'DG14') {
    const infos = parseDataGroup14(file);
    if (infos === null) return malformed;
    const offered = {
      chipAuthentication: infos.chipAuthentication.map(
        ({ protocol, cipher }) => `${protocol} (${cipher.name})`,
      ),
      activeAuthenticationHash: infos.activeAuthenticationHash,
      unsupported: infos.unsupported,
    };
    return { lines: describeFields(offered), json: offered };
  }
  if (name === 'DG15') {
    const key = parseDataGroup15(file);
    if (!key.ok) return malformed;
    const described = { key: key.value === 'unsupported' ? 'unsupported' : key.value.kind };
    return { lines: describeFields(described), json: described };
  }
  if (file[0] !== CHIP_FILES[name].tag) return malformed;
  return { lines: ['not shown by this program'], json: { bytes: file.length } };
}

async function writeFace(file: Uint8Array, path: string): Promise<Result<void, string>> {
  const face = parseDataGroup2(file);
  if (!face.ok) return err('DG2 holds no face that can be written');
  try {
    await writeFile(path, face.value.bytes, { flag: 'wx' });
    return ok();
  } catch (problem) {
    return err(`${path}: ${fileProblem(problem)}`);
  }
}

async function verify(request: Request): Promise<Result<Answer, string>> {
  if (request.securityObject === null) return err('document verify wants --sod FILE');
  const securityObject = await readBytes(request.securityObject);
  if (!securityObject.ok) return securityObject;
  const dataGroups = new Map<DataGroupName, Uint8Array>();
  for (const { name, path } of request.dataGroups) {
    const file = await readBytes(path);
    if (!file.ok) return file;
    dataGroups.set(name, file.value);
  }
  const trusted = await readTrust(request);
  if (!trusted.ok) return trusted;
  const { certificates, refused } = trusted.value;
  const authenticity = authenticatePassively(securityObject.value, dataGroups, certificates);
  return ok({
    lines: [...describeFields(authenticity), ...refused],
    json: { ...authenticity, checkedDataGroups: [...dataGroups.keys()], refusedLists: refused },
    good: authenticity.outcome === 'genuine',
  });
}

async function readTrust({ trust }: Request): Promise<Result<TrustedCertificates, string>> {
  return trust === null ? ok({ certificates: [], refused: [] }) : readTrustFolder(trust);
}

async function read(request: Request): Promise<Result<Answer, string>> {
  const protocols = PASSPORT_KINDS[request.kind];
  if (!request.emulated)
    return err('document read wants --emulated: this command does not reach a real reader yet');
  if (protocols === undefined) return err(`--kind wants one of ${Object.keys(PASSPORT_KINDS).join(', ')}`);
  const passport = createEmulatedPassport(protocols);
  const opening = readAccess(request, passport.document.mrz);
  if (!opening.ok) return opening;
  const trusted = await readTrust(request);
  if (!trusted.ok) return trusted;
  const own = request.trust === null ? [passport.trusted] : [];
  const card = traceCard(passport.document.connect());
  const chip = await readDocument(card, opening.value, {
    today: request.today,
    trustedCertificates: [...trusted.value.certificates, ...own],
  });
  const good = chip.ok && chip.value.authenticity.outcome === 'genuine';
  const source = 'emulated passport, no reader';
  if (request.redact) {
    const json = { source, ...describeWithoutPerson(chip, card) };
    return ok({ lines: JSON.stringify(json, null, 2).split('\n'), json, good });
  }
  if (!chip.ok) return ok({ lines: describeFields(chip.error), json: { source, error: chip.error }, good });
  const { timings, zone, details } = chip.value;
  const steps = timings
    .map(describeStep)
    .map(
      ({ step, milliseconds, bytes }) =>
        `${step.padEnd(22)} ${String(milliseconds).padStart(8)} ms ${bytes} bytes`,
    );
  const { access, authenticity, chipProof, findings } = chip.value;
  const outcome = { access, authenticity, chipProof, findings };
  const lines = [
    `source: ${source}`,
    ...steps,
    ...describeZone(zone),
    ...describeFields(details ?? {}),
    ...describeFields(outcome),
  ];
  return ok({ lines, json: { source, ...describeChip(chip.value) }, good });
}

/** What opens the chip: what was given, else the emulated passport's own zone. */
function readAccess({ mrz, can, today }: Request, ownZone: readonly string[]): Result<ChipAccess, string> {
  if (can !== null && !/^[0-9]{6}$/.test(can)) return err('--can wants the six digits printed on the card');
  if (mrz.length === 0 && can !== null) return ok({ can });
  const zone = parseMrz(mrz.length > 0 ? mrz : ownZone, { today });
  if (!zone.ok) return err(`--mrz: ${describeMrzError(zone.error).join('; ')}`);
  return ok(can === null ? { mrz: zone.value } : { mrz: zone.value, can });
}

async function readBytes(path: string): Promise<Result<Uint8Array, string>> {
  try {
    return ok(Uint8Array.from(await readFile(path)));
  } catch (problem) {
    return err(`${path}: ${fileProblem(problem)}`);
  }
}
