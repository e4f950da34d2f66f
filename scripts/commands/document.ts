import { type DataGroupName, dataGroupName } from '../../src/documents/chip/data-groups.ts';
import { KYRGYZ_DOCUMENT_SERIES } from '../../src/documents/mrz/document-series.ts';
import { parseMrz } from '../../src/documents/mrz/parse.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { CARD_TRANSPORTS, cardReadersOfThisMachine, type FindCardReaders } from '../document/card-readers.ts';
import { describeMrzError, describeZone } from '../document/describe-zone.ts';
import { type PlayRequest, playPassport } from '../document/play-passport.ts';
import { type Answer, type ReadRequest, readChip } from '../document/read-chip.ts';
import { readSavedFile } from '../document/saved-file.ts';
import { readSeries } from '../document/series-file.ts';
import { type DataGroupFile, showGroups } from '../document/show-groups.ts';
import { readTrust } from '../document/trust-folder.ts';
import { type ChipAnswer, verifyFiles } from '../document/verify-files.ts';
import { isDay } from '../read-day.ts';
import { readArguments, refuseCommand, refuseUsage, type WrongUsage, wrongUsage } from '../usage.ts';

const USAGE = [
  'usage: tizme document <command> [--today YYYY-MM-DD] [--series FILE] [--json]',
  '  mrz LINE...                                     what a machine-readable zone says, after its check digits',
  '  show --dg N=FILE... [--face FILE]               what data groups 1, 2, 11, 12, 14 and 15 of a chip say',
  '  verify --sod FILE --dg N=FILE... [--trust DIR]  whether data groups are as they were signed (passive authentication);',
  '                                                  DIR holds country certificates, master lists and lists of revoked',
  '                                                  certificates, in DER, PEM or LDIF (ICAO’s directory);',
  '         [--trust-lists]                          master lists need no other authority for their signer: you vouch for them',
  '         [--challenge HEX --answer HEX]           with data group 15: whether this is its chip’s answer (active',
  '                                                  authentication)',
  '  read [--transport usb|pcsc] [--reader NAME] --mrz LINE... | --can NNNNNN [--wait SECONDS]',
  '       [--trust DIR] [--face FILE] [--redact]      what a reader sees of a chip, step by step, with times;',
  '                                                  --redact writes a diagnostic that may be sent to others: it has',
  '                                                  nothing about a person in it',
  '  read --emulated [--kind bac|pace|pace-im|pace-cam] ...  the same of the emulated passport, without a reader',
  'play [--kind ...] [--fault NAME] [--port 35963]   lays the emulated passport into the virtual reader of the card service',
  '                                                  (PC/SC with vpcd), until Ctrl-C; faults: copied-chip, refuses-proof,',
  '                                                  altered, slow',
  '--face writes the face as a picture that every program shows: .jpg as it is, JPEG 2000 as .png',
  'Files of a chip may also be text of their bytes in hexadecimal or base64.',
  '--series names a JSON file of the series of document numbers that are known, beside those of the program:',
  '  [{ "prefix": "PN", "document": "passport", "model": 2025 }]',
  'A zone may be one argument or one a line; put it in quotation marks, because of its < signs.',
];

const OPTIONS = {
  dg: { type: 'string', multiple: true, default: [] as string[] },
  sod: { type: 'string' },
  challenge: { type: 'string' },
  answer: { type: 'string' },
  trust: { type: 'string' },
  'trust-lists': { type: 'boolean', default: false },
  face: { type: 'string' },
  emulated: { type: 'boolean', default: false },
  kind: { type: 'string', default: 'pace' },
  transport: { type: 'string', default: 'usb' },
  reader: { type: 'string' },
  wait: { type: 'string', default: '30' },
  port: { type: 'string', default: '35963' },
  fault: { type: 'string' },
  mrz: { type: 'string', multiple: true, default: [] as string[] },
  can: { type: 'string' },
  redact: { type: 'boolean', default: false },
  series: { type: 'string' },
  today: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

interface Request extends ReadRequest, PlayRequest {
  readonly texts: readonly string[];
  readonly dataGroups: readonly DataGroupFile[];
  readonly securityObject: string | null;
  readonly chipAnswer: ChipAnswer | null;
  readonly seriesFile: string | null;
  readonly json: boolean;
}

type Command = (
  request: Request,
  io: CommandIo,
  find: FindCardReaders,
) => Promise<Result<Answer, string | WrongUsage>>;

const COMMANDS: Readonly<Record<string, Command>> = {
  mrz: readZone,
  show: showGroups,
  verify,
  read: readChip,
  play: playPassport,
};

/**
 * `tizme document ...`. With `--json` the last line of output is one JSON object. `find` finds the card readers: those of
 * this machine, unless a test gives others.
 * @returns the exit code: 0 readable (verify: genuine), 1 not, or the input can't be used, 2 wrong usage
 */
export async function runDocument(
  args: readonly string[],
  io: CommandIo,
  find: FindCardReaders = cardReadersOfThisMachine,
): Promise<number> {
  const [name = '', ...rest] = args;
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return refuseCommand('document', name, Object.keys(COMMANDS), io);
  const request = parseRequest(rest);
  if (!request.ok) return refuseUsage(`document ${name}`, request.error, io);
  const series = await readSeries(request.value.seriesFile);
  const answer = series.ok ? await command({ ...request.value, series: series.value }, io, find) : series;
  if (!answer.ok) {
    if (typeof answer.error !== 'string') return refuseUsage(`document ${name}`, answer.error.wrongUsage, io);
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
  const read = readArguments({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  if (!isDay(today)) return err('--today wants a day of the calendar as YYYY-MM-DD');
  const transport = CARD_TRANSPORTS.find((name) => name === values.transport);
  if (transport === undefined) return err(`--transport wants one of ${CARD_TRANSPORTS.join(', ')}`);
  if (!/^[0-9]{1,5}$/.test(values.port)) return err('--port wants a number');
  if (!/^[0-9]{1,4}$/.test(values.wait)) return err('--wait wants seconds');
  const chipAnswer = parseChipAnswer(values.challenge, values.answer);
  if (!chipAnswer.ok) return chipAnswer;
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
    trustLists: values['trust-lists'],
    face: values.face ?? null,
    emulated: values.emulated,
    kind: values.kind,
    transport,
    reader: values.reader ?? null,
    waitMilliseconds: Number(values.wait) * 1000,
    port: Number(values.port),
    fault: values.fault ?? null,
    mrz: [...values.mrz, ...positionals],
    can: values.can ?? null,
    redact: values.redact,
    chipAnswer: chipAnswer.value,
    seriesFile: values.series ?? null,
    series: KYRGYZ_DOCUMENT_SERIES,
    today,
    json: values.json,
  });
}

function parseChipAnswer(
  challenge: string | undefined,
  answer: string | undefined,
): Result<ChipAnswer | null, string> {
  if (challenge === undefined && answer === undefined) return ok(null);
  const bytes = [challenge, answer].map((text) => {
    const digits = text?.replace(/[\s:]/g, '') ?? '';
    return /^([0-9a-f]{2}){1,1024}$/i.test(digits) ? Uint8Array.from(Buffer.from(digits, 'hex')) : null;
  });
  const [asked, answered] = bytes;
  if (asked === undefined || asked === null || answered === undefined || answered === null) {
    return err('--challenge and --answer want bytes in hexadecimal, both of them');
  }
  return ok({ challenge: asked, answer: answered });
}

async function readZone({ texts, today, series }: Request): Promise<Result<Answer, WrongUsage>> {
  if (texts.length === 0) return wrongUsage('it wants the lines of a zone');
  const zone = parseMrz(texts, { today, series });
  if (!zone.ok) {
    return ok({ lines: describeMrzError(zone.error), json: { error: zone.error }, good: false });
  }
  return ok({ lines: describeZone(zone.value), json: zone.value, good: true });
}

async function verify(request: Request): Promise<Result<Answer, string | WrongUsage>> {
  if (request.securityObject === null) return wrongUsage('it wants --sod FILE');
  const securityObject = await readSavedFile(request.securityObject);
  if (!securityObject.ok) return securityObject;
  const dataGroups = new Map<DataGroupName, Uint8Array>();
  for (const { name, path } of request.dataGroups) {
    const file = await readSavedFile(path);
    if (!file.ok) return file;
    dataGroups.set(name, file.value);
  }
  const trusted = await readTrust(request);
  if (!trusted.ok) return trusted;
  const { chipAnswer, today } = request;
  return verifyFiles({
    securityObject: securityObject.value,
    dataGroups,
    trusted: trusted.value,
    chipAnswer,
    today,
  });
}
