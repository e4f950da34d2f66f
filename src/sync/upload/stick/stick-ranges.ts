import { readdir } from 'node:fs/promises';
import { err, ok, type Result } from '../../../domain/result.ts';
import { encodeUploadRange, MOST_RECORDS_PER_RANGE, type UploadRange } from '../../../ledger/upload-range.ts';
import { isReceiptFor } from '../receipt.ts';
import { EVENTS_PER_RANGE, type UploadSource } from '../start-upload.ts';
import { MOST_BODY_BYTES } from '../upload-protocol.ts';
import { padRange } from './sealed-range.ts';
import {
  type CarriedAnswer,
  type CarriedRange,
  deviceFolder,
  listStick,
  type Place,
  rangeFile,
  readAnswer,
  removeEmptyFolder,
  removeRanges,
  removeUnfinished,
  type StickProblem,
} from './stick-layout.ts';

/** Seals bytes to the centre and puts them on the stick, whole or not at all. */
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
  /** Ranges of this laptop that wait for an answer. */
  readonly unanswered: number;
  /** Answers to other laptops' ranges. */
  readonly ofOthers: number;
  /** This laptop's ranges were here, and were cleared away when they were confirmed. */
  readonly isCleared: boolean;
  /** Ranges whose events all have the centre's receipt: the stick is of no more use for them. */
  readonly confirmed: readonly CarriedRange[];
}

type Ledger = Pick<UploadSource, 'identity' | 'pendingRange' | 'markUploaded'>;

/**
 * Writes everything that has no receipt. What lies there already stays, so that it may be done again and again; only
 * what was never whole is cleared away.
 */
export async function carryToStick(
  ledger: Pick<UploadSource, 'identity' | 'pendingRange'>,
  stick: string,
  write: WriteToStick,
): Promise<Result<Carried, StickProblem>> {
  const { device } = ledger.identity;
  await removeUnfinished(stick, device);
  let events = 0;
  let through: Place | null = null;
  let most = EVENTS_PER_RANGE;
  for (;;) {
    const range = ledger.pendingRange(through, most);
    if (!range.ok) return err({ code: 'ledger-failed' });
    if (range.value === null) return ok({ events, through });
    const { epoch, firstSeq, lastSeq } = range.value;
    const bytes = encodeUploadRange(range.value);
    if (bytes.length > MOST_BODY_BYTES && most > 1) {
      most = Math.ceil(most / 2);
      continue;
    }
    const written = await write(rangeFile(stick, device, range.value), padRange(bytes));
    if (!written.ok) {
      await removeEmptyFolder(stick, device);
      return written;
    }
    events += lastSeq - firstSeq + 1;
    through = { epoch, seq: lastSeq };
  }
}

/** The ranges of this laptop on the stick whose events all have a receipt here, from the stick or the network. */
export async function confirmedOnStick(
  ledger: Ledger,
  stick: string,
): Promise<Result<readonly CarriedRange[], StickProblem>> {
  const carried = await listStick(stick);
  if (!carried.ok) return carried;
  const confirmed: CarriedRange[] = [];
  for (const one of carried.value) {
    if (one.device !== ledger.identity.device) continue;
    const waiting = waitingOf(ledger, one);
    if (!waiting.ok) return waiting;
    if (waiting.value === 'known') confirmed.push(one);
  }
  return ok(confirmed);
}

/** Removes what is confirmed from the stick; the laptop's own log stays as it is. */
export function clearConfirmed(confirmed: readonly CarriedRange[]): Promise<number> {
  return removeRanges(confirmed);
}

/**
 * Takes the receipts that a stick brought back, by the rules of the network: in order, each for a range that begins
 * with what waits next, or before it and reaches beyond (the stick was written again as the day went on), signed by the
 * centre over this log's own event. What is no such receipt is passed over, and its events stay pending.
 */
export async function takeReceipts(
  ledger: Ledger,
  stick: string,
  collectorKey: Uint8Array | null,
): Promise<Result<ReceiptsTaken, StickProblem>> {
  const carried = await readStick(stick);
  if (!carried.ok) return carried;
  const { device } = ledger.identity;
  const own = carried.value.filter(({ range }) => range.device === device);
  const taken = { receipts: 0, known: 0, wrong: 0, notAccepted: 0, unanswered: 0 };
  const confirmed: CarriedRange[] = [];
  let through: Place | null = null;
  for (const { range, answer } of own) {
    const waiting = waitingOf(ledger, range);
    if (!waiting.ok) return waiting;
    if (waiting.value === 'known') {
      taken.known += 1;
      confirmed.push(range);
    } else if (answer.status === 'none') taken.unanswered += 1;
    else if (answer.status === 'not-accepted') taken.notAccepted += 1;
    else if (answer.status === 'malformed' || !covers(waiting.value, answer, collectorKey)) taken.wrong += 1;
    else {
      if (!ledger.markUploaded(answer.through, answer.receipt).ok) return err({ code: 'ledger-failed' });
      taken.receipts += 1;
      through = answer.through;
      confirmed.push(range);
    }
  }
  return ok({
    ...taken,
    ...{ through, confirmed },
    ofOthers: carried.value.filter(({ range, answer }) => range.device !== device && answer.status !== 'none')
      .length,
    isCleared: await isEmpty(deviceFolder(stick, device)),
  });
}

interface ReadRange {
  readonly range: CarriedRange;
  readonly answer: CarriedAnswer;
}

async function readStick(stick: string): Promise<Result<readonly ReadRange[], StickProblem>> {
  const carried = await listStick(stick);
  if (!carried.ok) return carried;
  const read: ReadRange[] = [];
  for (const range of carried.value) {
    const answer = await readAnswer(range);
    if (!answer.ok) return answer;
    read.push({ range, answer: answer.value });
  }
  return ok(read);
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

function covers(
  range: UploadRange | null,
  { through, receipt }: Extract<CarriedAnswer, { status: 'accepted' }>,
  collectorKey: Uint8Array | null,
): boolean {
  if (range === null || through.epoch !== range.epoch || through.seq !== range.lastSeq) return false;
  return collectorKey === null || isReceiptFor(collectorKey, range.identity, range.head, receipt);
}

/** False also where it isn't there. */
async function isEmpty(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (names) => names.length === 0,
    () => false,
  );
}
