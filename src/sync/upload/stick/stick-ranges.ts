import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { isIdentifier } from '../../../ledger/event.ts';
import { encodeUploadRange, MOST_RECORDS_PER_RANGE, type UploadRange } from '../../../ledger/upload-range.ts';
import { isReceiptFor } from '../receipt.ts';
import { EVENTS_PER_RANGE, type UploadSource } from '../start-upload.ts';
import { uploadAnswerSchema } from '../upload-protocol.ts';

/**
 * Where there is no network the same bytes go on a stick: `tizme-upload/<device>/<epoch>-<first>-<last>.range`, each
 * exactly the body of an upload. The centre puts its answer beside each (`.answer`, the JSON that the network would have
 * brought), and the station takes the receipts from there. Nothing on it is secret from the centre, nothing private.
 */
const FOLDER = 'tizme-upload';
const RANGE_FILE = /^(\d{1,15})-(\d{1,15})-(\d{1,15})\.range$/;
export const ANSWER_ENDING = '.answer';

/** An answer has a few hundred bytes; what is larger than this is none. */
const MOST_ANSWER_BYTES = 64 * 1024;

export type StickProblem = {
  readonly code: 'stick-missing' | 'stick-full' | 'stick-failed' | 'ledger-failed';
};

/** Puts a file on the stick, whole or not at all. */
export type WriteToStick = (file: string, bytes: Uint8Array) => Promise<Result<void, StickProblem>>;

/** Events on a stick, and the last of them; null for none. */
export interface Carried {
  readonly events: number;
  readonly through: Place | null;
}

export interface ReceiptsTaken {
  /** New at the station. */
  readonly receipts: number;
  /** The last event that a new receipt covers. */
  readonly through: Place | null;
  /** For events that had a receipt already. */
  readonly known: number;
  /** What claims to be the centre's receipt and isn't one for this log. */
  readonly wrong: number;
  /** Ranges of this laptop that the centre put aside or turned away. */
  readonly notAccepted: number;
  /** Answers to other laptops' ranges. */
  readonly ofOthers: number;
}

interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** A range as it lies on a stick. */
export interface CarriedRange {
  readonly device: string;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly file: string;
  readonly answerFile: string;
}

/** Writes everything that has no receipt; what lies there already stays, so that it may be done again and again. */
export async function carryToStick(
  ledger: Pick<UploadSource, 'identity' | 'pendingRange'>,
  stick: string,
  write: WriteToStick = writeHere,
): Promise<Result<Carried, StickProblem>> {
  const folder = join(stick, FOLDER, ledger.identity.device);
  let events = 0;
  let through: Place | null = null;
  for (;;) {
    const range = ledger.pendingRange(through, EVENTS_PER_RANGE);
    if (!range.ok) return err({ code: 'ledger-failed' });
    if (range.value === null) return ok({ events, through });
    const { epoch, firstSeq, lastSeq } = range.value;
    const file = join(folder, `${epoch}-${firstSeq}-${lastSeq}.range`);
    const written = await write(file, encodeUploadRange(range.value));
    if (!written.ok) return written;
    events += lastSeq - firstSeq + 1;
    through = { epoch, seq: lastSeq };
  }
}

async function writeHere(file: string, bytes: Uint8Array): Promise<Result<void, StickProblem>> {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeWhole(dirname(file), basename(file), bytes);
    return ok();
  } catch {
    // Only the file system throws here; its message would name the path.
    return err({ code: 'stick-failed' });
  }
}

/** The ranges on a stick, of each device in the order of its log. */
export function listStick(stick: string): Result<readonly CarriedRange[], StickProblem> {
  try {
    const devices = readdirSync(join(stick, FOLDER)).filter(isIdentifier).toSorted();
    return ok(
      devices.flatMap((device) => {
        const folder = join(stick, FOLDER, device);
        return readdirSync(folder)
          .flatMap((name) => {
            const [, epoch, firstSeq, lastSeq] = RANGE_FILE.exec(name) ?? [];
            if (epoch === undefined || firstSeq === undefined || lastSeq === undefined) return [];
            const file = join(folder, name);
            return [
              {
                ...{ device, file, epoch: Number(epoch) },
                ...{ firstSeq: Number(firstSeq), lastSeq: Number(lastSeq) },
                answerFile: `${file}${ANSWER_ENDING}`,
              },
            ];
          })
          .toSorted((a, b) => a.epoch - b.epoch || a.firstSeq - b.firstSeq || a.lastSeq - b.lastSeq);
      }),
    );
  } catch {
    return err({ code: 'stick-failed' });
  }
}

/** Puts the centre's answer beside a range. */
export function writeAnswer({ answerFile }: CarriedRange, json: unknown): Result<void, StickProblem> {
  try {
    const folder = dirname(answerFile);
    writeWhole(folder, basename(answerFile), Buffer.from(`${JSON.stringify(json)}\n`));
    return ok();
  } catch {
    return err({ code: 'stick-failed' });
  }
}

/**
 * Takes the receipts that a stick brought back, by the rules of the network: in order, each for a range that begins
 * with what waits next, or before it and reaches beyond (the stick was written again as the day went on), signed by the
 * centre over this log's own event. What is no such receipt is passed over, and its events stay pending.
 */
export function takeReceipts(
  ledger: Pick<UploadSource, 'identity' | 'pendingRange' | 'markUploaded'>,
  stick: string,
  collectorKey: Uint8Array | null,
): Result<ReceiptsTaken, StickProblem> {
  const taken = { receipts: 0, known: 0, wrong: 0, notAccepted: 0, ofOthers: 0 };
  let through: Place | null = null;
  if (!existsSync(join(stick, FOLDER))) return ok({ ...taken, through });
  const carried = listStick(stick);
  if (!carried.ok) return carried;
  for (const one of carried.value) {
    const answer = readAnswer(one.answerFile);
    if (answer === 'none') continue;
    if (one.device !== ledger.identity.device) {
      taken.ofOthers += 1;
      continue;
    }
    if (answer === 'not-accepted') {
      taken.notAccepted += 1;
      continue;
    }
    const waiting = waitingOf(ledger, one);
    if (!waiting.ok) return waiting;
    if (waiting.value === 'known') taken.known += 1;
    else if (answer === 'malformed' || !covers(waiting.value, answer, collectorKey)) taken.wrong += 1;
    else {
      if (!ledger.markUploaded(answer.through, answer.receipt).ok) return err({ code: 'ledger-failed' });
      taken.receipts += 1;
      through = answer.through;
    }
  }
  return ok({ ...taken, through });
}

/** What still waits of a carried range; null where that isn't what waits next. */
function waitingOf(
  ledger: Pick<UploadSource, 'pendingRange'>,
  { epoch, firstSeq, lastSeq }: CarriedRange,
): Result<UploadRange | null | 'known', StickProblem> {
  const next = ledger.pendingRange(null, 1);
  if (!next.ok) return err({ code: 'ledger-failed' });
  const first = next.value;
  if (first === null || epoch < first.epoch || (epoch === first.epoch && lastSeq < first.firstSeq))
    return ok('known');
  const events = lastSeq - first.firstSeq + 1;
  if (epoch > first.epoch || firstSeq > first.firstSeq || events > MOST_RECORDS_PER_RANGE) return ok(null);
  const range = ledger.pendingRange(null, events);
  return range.ok ? ok(range.value) : err({ code: 'ledger-failed' });
}

interface StickReceipt {
  readonly through: Place;
  readonly receipt: Uint8Array;
}

function readAnswer(file: string): StickReceipt | 'none' | 'not-accepted' | 'malformed' {
  if (!existsSync(file)) return 'none';
  try {
    if (statSync(file).size > MOST_ANSWER_BYTES) return 'malformed';
    const answer = uploadAnswerSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!answer.success) return 'malformed';
    return answer.data.status === 'accepted' ? answer.data : 'not-accepted';
  } catch {
    return 'malformed';
  }
}

function covers(
  range: UploadRange | null,
  { through, receipt }: StickReceipt,
  collectorKey: Uint8Array | null,
): boolean {
  if (range === null || through.epoch !== range.epoch || through.seq !== range.lastSeq) return false;
  return collectorKey === null || isReceiptFor(collectorKey, range.identity, range.head, receipt);
}

/** Whole or not at all, also where the stick is pulled out in the middle. */
function writeWhole(folder: string, name: string, bytes: Uint8Array): void {
  const unfinished = join(folder, `.${name}.unfinished`);
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, join(folder, name));
}
