import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { witnessName } from '../../src/ledger/checkpoint.ts';
import { readPublishedKey } from '../../src/ledger/minisign.ts';
import {
  ED25519_COSIGNATURE,
  encodeVerifierKey,
  type NoteVerifier,
  parseVerifierKey,
} from '../../src/ledger/notes/signed-note.ts';
import type { Resumption } from '../../src/ledger/resumptions-in-log.ts';
import { type BrokenExport, type VerifiedExport, verifyExportAside } from '../../src/ledger/verify-export.ts';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseCommand, refuseUsage } from '../usage.ts';
import { describeFault, nameCheckpoint, WHAT_TO_DO } from './describe-export-fault.ts';
import { whyNoFolder } from './export-folder.ts';

const USAGE = [
  'usage: tizme ledger verify EXPORT [options]',
  '  checks an exported log: sums, signatures, every event and link, commitments, checkpoints',
  '  --checkpoint FILE   a checkpoint that was kept: the text of the QR code of a report, or its three lines;',
  '                      the log must extend it (may be repeated)',
  "  --witness KEY       a witness's verifier key (name+id+base64); says what it countersigned (may be repeated)",
  '  --centre-key KEY    the key with which the centre signs receipts and checkpoints, base64: says up to where it',
  '                      has the log, and what it countersigned',
  "  --public-key KEY    the device's published key, base64 or as minisign has it; without it the export is checked",
  '                      against itself',
  '  --json              end with one line of JSON',
  'usage: tizme ledger page FILE [--json]',
  '  writes the page on which observers check an export offline, in any browser of today; prints its SHA-256',
];

const COMMANDS = ['verify', 'page', 'station', 'journal'];
const OPTIONS = {
  checkpoint: { type: 'string', multiple: true },
  'public-key': { type: 'string' },
  'centre-key': { type: 'string' },
  witness: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

interface VerifyRequest {
  readonly directory: string;
  readonly checkpointFiles: readonly string[];
  readonly publicKey: Uint8Array | null;
  readonly centreKey: Uint8Array | null;
  readonly witnesses: readonly NoteVerifier[];
  readonly json: boolean;
}

/**
 * `tizme ledger verify EXPORT`.
 * @returns the exit code: 0 everything matches, 1 something doesn't, 2 wrong usage
 */
export async function runLedger(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    const [station, journal] = await Promise.all([
      import('./ledger-station.ts'),
      import('./ledger-journal.ts'),
    ]);
    for (const line of [...USAGE, ...station.STATION_USAGE, ...journal.JOURNAL_USAGE]) io.out(line);
    return 0;
  }
  // Each loaded when it is asked for: checking an export is quick, and most of it would be the start.
  const [command = '', ...rest] = args;
  if (command === 'page') return (await import('./ledger-page.ts')).runVerifierPage(rest, io);
  if (command === 'station') return (await import('./ledger-station.ts')).runStationTree(rest, io);
  if (command === 'journal') return (await import('./ledger-journal.ts')).runJournal(rest, io);
  if (command !== 'verify') return refuseCommand('ledger', command, COMMANDS, io);
  const request = parseRequest(rest);
  if (!request.ok) return refuseUsage('ledger verify', request.error, io);
  const { directory, checkpointFiles, publicKey, centreKey, witnesses, json } = request.value;
  const checkpoints = readTexts(checkpointFiles);
  const unreadable = checkpoints.ok ? whyNoFolder(directory) : checkpoints.error;
  if (!checkpoints.ok || unreadable !== null) {
    io.progress(`tizme ledger verify: ${unreadable}`);
    if (json) io.out(JSON.stringify({ ok: false, code: 'file-unreadable' }));
    return 1;
  }
  // Signatures are checked aside; the threads for it, which start with the first, leave a processor to this one.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.max(1, availableParallelism() - 1));
  const verified = await verifyExportAside(directory, {
    checkpoints: checkpoints.value,
    witnesses,
    ...(publicKey === null ? {} : { publicKey }),
    ...(centreKey === null ? {} : { centreKey }),
  });
  const lines = verified.ok
    ? describeExport(verified.value, checkpointFiles)
    : describeBroken(verified.error, checkpointFiles, checkpoints.value);
  for (const line of lines) {
    if (json) io.progress(line);
    else io.out(line);
  }
  if (json)
    io.out(JSON.stringify(verified.ok ? exportJson(verified.value) : { ok: false, ...verified.error }));
  return verified.ok ? 0 : 1;
}

function parseRequest(args: readonly string[]): Result<VerifyRequest, string> {
  const read = readArguments({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  const [directory, ...more] = positionals;
  if (directory === undefined) return err('it wants the directory of one export');
  if (more.length > 0)
    return err(
      'it wants the directory of one export; several of one station are checked by `ledger station`',
    );
  const keys: Record<string, Uint8Array | null> = { 'public-key': null, 'centre-key': null };
  for (const name of ['public-key', 'centre-key'] as const) {
    const text = values[name];
    if (text === undefined) continue;
    keys[name] = readPublishedKey(text);
    if (keys[name] === null) return err(`--${name} is not a key: ${text}`);
  }
  const witnesses: NoteVerifier[] = [];
  for (const text of values.witness ?? []) {
    const witness = parseVerifierKey(text);
    if (!witness.ok) return err(`not a verifier key: ${text}`);
    witnesses.push(witness.value);
  }
  return ok({
    directory,
    checkpointFiles: values.checkpoint ?? [],
    publicKey: keys['public-key'] ?? null,
    centreKey: keys['centre-key'] ?? null,
    witnesses,
    json: values.json,
  });
}

function readTexts(files: readonly string[]): Result<readonly string[], string> {
  const texts: string[] = [];
  for (const file of files) {
    try {
      texts.push(readFileSync(file, 'utf8'));
    } catch {
      return err(`${file} can't be read (--checkpoint): check the name`);
    }
  }
  return ok(texts);
}

function describeExport(found: VerifiedExport, files: readonly string[]): string[] {
  const { identity, kinds, checkpoint } = found;
  return [
    ...(identity.mock ? ['МАШЫГУУ / ТРЕНИРОВКА / TRAINING'] : []),
    `Election ${identity.election}, station ${identity.station}, device ${identity.device}: everything matches.`,
    `${found.events} events: ${kinds.identification} identifications, ${kinds.undo} undos, ${kinds.other} other.`,
    `Identified, without those undone (compare with the closing report): ${kinds.identification - kinds.undo}.`,
    `Parts shown and matching their commitments: ${found.partsOpened}. Signed heads: ${found.heads}.`,
    `Public key (compare it with the published one): ${Buffer.from(found.publicKey).toString('base64')}`,
    `As a witness of other devices it signs as ${encodeVerifierKey({ name: witnessName(identity), type: ED25519_COSIGNATURE, publicKey: found.publicKey })}`,
    checkpoint.origin,
    String(checkpoint.size),
    checkpoint.rootBase64,
    ...found.extended.map(
      ({ size, signed }, i) =>
        `${capital(nameCheckpoint(i + 1, files))}: the log extends it, ${size} events, ${signed ? 'signed by this device' : 'three lines without a signature'}.`,
    ),
    ...(found.cosigned?.by ?? []).map(
      ({ name, at }) =>
        `Witness ${name} countersigned ${found.cosigned?.size} events at ${new Date(at * 1000).toISOString()}.`,
    ),
    ...(found.centreCosigned?.by ?? []).map(
      ({ at }) =>
        `The centre countersigned ${found.centreCosigned?.size} events at ${new Date(at * 1000).toISOString()}.`,
    ),
    ...found.receipted.map(({ epoch, seq }) => `The centre signed that it has events up to ${epoch}/${seq}.`),
    ...(found.place === null
      ? []
      : [
          `A spare in the place of table ${found.place.lane}; its receipts begin after number ${found.place.receiptsFrom}.`,
        ]),
    ...found.clockJumps.map(
      ({ epoch, seq, kind, byMs }) =>
        `The clock ${kind === 'moved' ? 'was moved' : 'came back behind the last event after a restart'} before event ${epoch}/${seq}: ${Math.round(byMs / 1000)} s.`,
    ),
    ...found.newBoots.map(
      ({ epoch, seq }) => `The laptop itself was started again before event ${epoch}/${seq}.`,
    ),
    ...found.resumptions.map(
      (resumed) => `${describeResumption(resumed)}: event ${resumed.epoch}/${resumed.seq}.`,
    ),
  ];
}

function describeResumption({ case: why }: Resumption): string {
  switch (why) {
    case 'at-opening':
      return 'Two people opened the station here while another table was not heard';
    case 'unproven':
      return 'Two people let this table go on after a start without showing that its log is the newest';
    case 'older-copy':
      return 'Two people let this table go on with a disk that was an older copy';
    default:
      return throwIllegalValue(why);
  }
}

/** What is wrong, and beside it what people kept that holds all the same. */
function describeBroken(
  { faults, extended }: BrokenExport,
  files: readonly string[],
  texts: readonly string[],
): string[] {
  return [
    ...faults.map((fault) => `FAULT ${describeFault(fault, files)}`),
    ...faults.flatMap((fault) =>
      fault.code === 'checkpoint-not-extended' && isTyped(texts, fault.number)
        ? [
            `${capital(nameCheckpoint(fault.number, files))} is three lines without a signature: one wrong letter does the same. Compare them with the photograph, or take the text of its QR code.`,
          ]
        : [],
    ),
    ...extended.map(
      ({ number, size, signed }) =>
        `${capital(nameCheckpoint(number, files))} holds: the first ${size} events are those of ${signed ? 'its note, signed by this device' : 'its three lines'}.`,
    ),
    WHAT_TO_DO,
  ];
}

/** Three lines that somebody read off paper; where a signature stands below them, nothing was mistyped. */
function isTyped(texts: readonly string[], number: number | string): boolean {
  const text = typeof number === 'number' ? texts[number - 1] : undefined;
  return text !== undefined && text.trim().split(/\s*\n/).length === 3;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function exportJson(found: VerifiedExport): object {
  const { publicKey, ...rest } = found;
  return { ok: true, ...rest, publicKey: Buffer.from(publicKey).toString('base64') };
}
