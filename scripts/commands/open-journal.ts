import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decrypter } from 'age-encryption';
import { equalBytes } from '../../src/ledger/canonical.ts';
import { fileHeadMark } from '../../src/ledger/head-mark.ts';
import { decodeSegment, type JournalSegment } from '../../src/ledger/journal-segment.ts';
import { verifyChain } from '../../src/ledger/verify-chain.ts';
import { openAct, readActs } from '../../src/station/stick/act-file.ts';
import { ACTS_FILE, ACTS_KEY_FILE } from '../../src/station/stick/act-medium.ts';
import { IDENTIFIED_FILE, STICK_HEAD } from '../../src/station/stick/stick-journal.ts';
import { describeFault } from './describe-export-fault.ts';

/** A lane's journal as it came off a stick: everything that opens, and each thing that is wrong. */
export interface OpenedJournal {
  readonly segments: readonly JournalSegment[];
  /** Null where the file is missing or does not open. */
  readonly identified: Uint8Array | null;
  /** In words; empty where every hash, link, signature and commitment holds, up to the head on the stick. */
  readonly faults: readonly string[];
}

const PIECE = /^(\d+)-(\d+)\.age$/;

/**
 * Opens one lane's folder. A file that is damaged is named and left out, and everything else is opened all the same:
 * the laptop may be gone, and then this is what there is.
 * @param expected The device's key as it was published, 32 bytes; null to compare with none.
 */
export async function openJournal(
  folder: string,
  decrypter: Decrypter,
  expected: Uint8Array | null,
): Promise<OpenedJournal> {
  const faults: string[] = [];
  const pieces = (await readPieces(folder, decrypter, faults)).toSorted(
    (a, b) => a.head.epoch - b.head.epoch || a.head.seq - b.head.seq,
  );
  const identified = await openFile(folder, IDENTIFIED_FILE, decrypter, faults);
  const [first] = pieces;
  if (first === undefined) {
    faults.push('no piece of the journal could be opened: another key than this stick was sealed to?');
    return { segments: [], identified, faults };
  }
  if (expected !== null && !equalBytes(expected, first.publicKey))
    faults.push('the journal is signed by another key than the published one.');
  const segments = [...pieces, ...(await readLastActs(folder, decrypter, pieces, faults))];
  const verified = verifyChain(
    segments.flatMap(({ records }) => records),
    first.publicKey,
    { identity: first.identity, heads: segments.map(({ head }) => head), after: null },
  );
  if (!verified.ok) faults.push(...verified.error.map((fault) => describeFault(fault)));
  compareHead(folder, segments, faults);
  return { segments, identified, faults };
}

async function readPieces(folder: string, decrypter: Decrypter, faults: string[]): Promise<JournalSegment[]> {
  const pieces: JournalSegment[] = [];
  for (const name of readdirSync(folder).toSorted()) {
    const [, epoch, seq] = PIECE.exec(name) ?? [];
    if (epoch === undefined || seq === undefined) continue;
    const bytes = await openFile(folder, name, decrypter, faults);
    const decoded = bytes === null ? null : decodeSegment(bytes);
    if (decoded === null) continue;
    if (!decoded.ok) {
      faults.push(`${name} is no piece of a journal.`);
      continue;
    }
    const { head } = decoded.value;
    if (head.epoch !== Number(epoch) || head.seq !== Number(seq))
      faults.push(`${name} holds the events up to ${head.seq} of epoch ${head.epoch}: it had another name.`);
    pieces.push(decoded.value);
  }
  return pieces;
}

async function openFile(
  folder: string,
  name: string,
  decrypter: Decrypter,
  faults: string[],
): Promise<Uint8Array | null> {
  const sealed = readOrNull(join(folder, name));
  if (sealed === null) faults.push(`${name} is missing, or can’t be read.`);
  try {
    return sealed === null ? null : await decrypter.decrypt(sealed);
  } catch {
    // age says no more: it was changed, cut, or sealed to others.
    faults.push(`${name} does not open: it was changed or cut, or is not sealed to this key.`);
    return null;
  }
}

/** Acts that went to the stick one by one after the last piece of the journal, where the station has several lanes. */
async function readLastActs(
  folder: string,
  decrypter: Decrypter,
  segments: readonly JournalSegment[],
  faults: string[],
): Promise<JournalSegment[]> {
  const last = segments.at(-1);
  const bytes = readOrNull(join(folder, ACTS_FILE));
  if (last === undefined || bytes === null) return [];
  const key = await openFile(folder, ACTS_KEY_FILE, decrypter, faults);
  if (key === null) return [];
  const { acts, length } = readActs(bytes, 1);
  if (length < bytes.length)
    faults.push(`${ACTS_FILE}: the last ${bytes.length - length} bytes are no whole act: cut, or changed.`);
  const later: JournalSegment[] = [];
  let { epoch, seq } = last.head;
  for (const act of acts) {
    if (act.head.epoch !== epoch || act.head.seq <= seq) continue;
    const range = openAct(key, act);
    if (range === null) {
      faults.push(`${ACTS_FILE}: the act up to event ${act.head.seq} of epoch ${epoch} does not open.`);
      continue;
    }
    if (range.firstSeq > seq + 1) continue;
    const { identity, publicKey } = last;
    const head = { epoch, seq: range.lastSeq, hash: act.place.subarray(12), signature: range.signature };
    later.push({ identity, publicKey, head, records: range.records.slice(seq + 1 - range.firstSeq) });
    ({ epoch, seq } = head);
  }
  return later;
}

/** The signed head on the stick is never behind the pieces by much, and never ahead of what was written to it. */
function compareHead(folder: string, segments: readonly JournalSegment[], faults: string[]): void {
  const last = segments.at(-1);
  if (last === undefined) return;
  const head = fileHeadMark(join(folder, STICK_HEAD)).read(last.identity, last.publicKey);
  if (head === null) {
    faults.push(`${STICK_HEAD} is missing, or not as this device signed it.`);
    return;
  }
  const { epoch, seq } = last.head;
  if (head.epoch > epoch || (head.epoch === epoch && head.seq > seq))
    faults.push(
      `the end is missing: ${STICK_HEAD} vouches for event ${head.seq} of epoch ${head.epoch}, ` +
        `the pieces end at event ${seq} of epoch ${epoch}.`,
    );
}

function readOrNull(file: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return null;
  }
}
