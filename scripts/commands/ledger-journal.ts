import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Decrypter } from 'age-encryption';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { equalBytes } from '../../src/ledger/canonical.ts';
import { toBase64, toHex } from '../../src/ledger/export-format.ts';
import { decodeSegment, type JournalSegment } from '../../src/ledger/journal-segment.ts';
import { readPublishedKey } from '../../src/ledger/minisign.ts';
import { verifyChain } from '../../src/ledger/verify-chain.ts';
import { openAct, readActs } from '../../src/station/stick/act-file.ts';
import { ACTS_FILE, ACTS_KEY_FILE } from '../../src/station/stick/act-medium.ts';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';
import { IDENTIFIED_FILE, stickFolder } from '../../src/station/stick/stick-journal.ts';
import type { CommandIo } from '../command-io.ts';

export const JOURNAL_USAGE = [
  'usage: tizme ledger journal setup DATA --stick DIR --member KEY...',
  '  marks a stick, and lets the lane in DATA keep its journal on it, sealed to the members (age1... keys)',
  'usage: tizme ledger journal open STICK --identity FILE [--public-key KEY] --to DIR',
  "  opens every lane's journal on a stick with one member's key, verifies it, and writes what is in it to DIR",
];

const MARK =
  'Tizme: the journal of a polling station goes here. / Сюда пишется журнал участка. / Участоктун журналы бул жакка жазылат.\n';

/** `tizme ledger journal setup|open`. @returns the exit code */
export async function runJournal(args: readonly string[], io: CommandIo): Promise<number> {
  const [command, ...rest] = args;
  const done = command === 'setup' ? setUp(rest) : command === 'open' ? await open(rest) : err('');
  if (done.ok) {
    for (const line of done.value) io.out(line);
    return 0;
  }
  io.progress(`tizme ledger journal: ${done.error}`);
  for (const line of JOURNAL_USAGE) io.progress(line);
  return 2;
}

function setUp(args: readonly string[]): Result<readonly string[], string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { stick: { type: 'string' }, member: { type: 'string', multiple: true } },
      allowPositionals: true,
    });
    const [data] = positionals;
    const { stick, member: recipients = [] } = values;
    if (data === undefined || stick === undefined || recipients.length === 0)
      return err('something is missing');
    writeJournalSettings(data, { stick, recipients });
    markStick(stick, MARK);
    return ok([`The lane in ${data} keeps its journal on ${stick}, for ${recipients.length} members.`]);
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : 'it cannot be set up');
  }
}

async function open(args: readonly string[]): Promise<Result<readonly string[], string>> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        identity: { type: 'string' },
        'public-key': { type: 'string' },
        to: { type: 'string' },
      },
      allowPositionals: true,
    });
    const [stick] = positionals;
    if (stick === undefined || values.identity === undefined || values.to === undefined)
      return err('something is missing');
    const decrypter = new Decrypter();
    for (const line of readFileSync(values.identity, 'utf8').split('\n')) {
      if (line.startsWith('AGE-SECRET-KEY-')) decrypter.addIdentity(line.trim());
    }
    const lines: string[] = [];
    const key = values['public-key'] === undefined ? null : readPublishedKey(values['public-key']);
    if (key === null && values['public-key'] !== undefined) return err('--public-key is not a key');
    for (const device of readdirSync(stickFolder(stick, '')).toSorted()) {
      const folder = stickFolder(stick, device);
      const opened = await openDevice(folder, decrypter, key);
      if (!opened.ok) return err(`${device}: ${opened.error}`);
      lines.push(...writeDevice(join(values.to, device), device, opened.value));
    }
    return ok(lines);
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : 'it cannot be opened');
  }
}

interface OpenedJournal {
  readonly segments: readonly JournalSegment[];
  readonly identified: Uint8Array;
  /** Empty where every hash, link, signature and commitment holds. */
  readonly faults: readonly string[];
}

const SEGMENT = /^\d+-\d+\.age$/;

async function openDevice(
  folder: string,
  decrypter: Decrypter,
  expected: Uint8Array | null,
): Promise<Result<OpenedJournal, string>> {
  const segments: JournalSegment[] = [];
  for (const name of readdirSync(folder).filter((one) => SEGMENT.test(one))) {
    const decoded = decodeSegment(await decrypter.decrypt(readFileSync(join(folder, name))));
    if (!decoded.ok) return err(`${name} is no piece of a journal`);
    segments.push(decoded.value);
  }
  const ordered = segments.toSorted((a, b) => a.head.epoch - b.head.epoch || a.head.seq - b.head.seq);
  const [first] = ordered;
  if (first === undefined) return err('there is no piece of a journal');
  const sorted = [...ordered, ...(await readLastActs(folder, decrypter, ordered))];
  if (expected !== null && !equalBytes(expected, first.publicKey)) return err('signed by another device');
  const verified = verifyChain(
    sorted.flatMap(({ records }) => records),
    first.publicKey,
    { identity: first.identity, heads: sorted.map(({ head }) => head), after: null },
  );
  const faults = verified.ok ? [] : verified.error.map((fault) => JSON.stringify(fault));
  const identified = await decrypter.decrypt(readFileSync(join(folder, IDENTIFIED_FILE)));
  return ok({ segments: sorted, identified, faults });
}

/** Acts that went to the stick one by one after the last piece of the journal, where the station has several lanes. */
async function readLastActs(
  folder: string,
  decrypter: Decrypter,
  segments: readonly JournalSegment[],
): Promise<JournalSegment[]> {
  const last = segments.at(-1);
  const [sealedKey, bytes] = [ACTS_KEY_FILE, ACTS_FILE].map((name) => readOrNull(join(folder, name)));
  if (last === undefined || !sealedKey || !bytes) return [];
  const key = await decrypter.decrypt(sealedKey);
  const later: JournalSegment[] = [];
  let { epoch, seq } = last.head;
  for (const act of readActs(bytes, 1).acts) {
    if (act.head.epoch !== epoch || act.head.seq <= seq) continue;
    const range = openAct(key, act);
    if (range === null || range.firstSeq > seq + 1) continue;
    const { identity, publicKey } = last;
    const head = { epoch, seq: range.lastSeq, hash: act.place.subarray(12), signature: range.signature };
    later.push({ identity, publicKey, head, records: range.records.slice(seq + 1 - range.firstSeq) });
    ({ epoch, seq } = head);
  }
  return later;
}

function readOrNull(file: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return null;
  }
}

function writeDevice(
  directory: string,
  device: string,
  { segments, identified, faults }: OpenedJournal,
): string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const events = segments.flatMap(({ records }) =>
    records.map(({ publicBytes, centre, private: privatePart }) =>
      JSON.stringify({
        public: toBase64(publicBytes),
        centre: centre ? { salt: toBase64(centre.salt), bytes: toBase64(centre.bytes) } : null,
        private: privatePart
          ? { salt: toBase64(privatePart.salt), bytes: toBase64(privatePart.bytes) }
          : null,
      }),
    ),
  );
  writeFileSync(join(directory, 'events.jsonl'), `${events.join('\n')}\n`, { mode: 0o600 });
  writeFileSync(join(directory, 'identified.txt'), identified, { mode: 0o600 });
  const last = segments.at(-1)?.head;
  return [
    `${device}: ${events.length} events up to ${last?.epoch}/${last?.seq} ${toHex(last?.hash ?? new Uint8Array())}`,
    ...(faults.length === 0 ? ['  everything matches'] : faults.map((fault) => `  FAULT ${fault}`)),
  ];
}
