import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { isIdentifier } from '../../../ledger/event.ts';
import type { UploadRange } from '../../../ledger/upload-range.ts';
import { encodeUploadRange } from '../../../ledger/upload-range.ts';
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

export type StickProblem = { readonly code: 'stick-failed' | 'ledger-failed' };

/** A range as it lies on a stick. */
export interface CarriedRange {
  readonly device: string;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly file: string;
  readonly answerFile: string;
}

/** Writes everything that has no receipt; what lies there already stays, so that it may be done again and again. */
export function carryToStick(
  ledger: Pick<UploadSource, 'identity' | 'pendingRange'>,
  stick: string,
): Result<{ readonly events: number }, StickProblem> {
  const folder = join(stick, FOLDER, ledger.identity.device);
  let events = 0;
  let range = ledger.pendingRange(null, EVENTS_PER_RANGE);
  try {
    mkdirSync(folder, { recursive: true });
    while (range.ok && range.value !== null) {
      const { epoch, firstSeq, lastSeq } = range.value;
      writeWhole(folder, `${epoch}-${firstSeq}-${lastSeq}.range`, encodeUploadRange(range.value));
      events += lastSeq - firstSeq + 1;
      range = ledger.pendingRange({ epoch, seq: lastSeq }, EVENTS_PER_RANGE);
    }
  } catch {
    // Only the file system throws here; its message would name the path.
    return err({ code: 'stick-failed' });
  }
  return range.ok ? ok({ events }) : err({ code: 'ledger-failed' });
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
            const [, epoch, firstSeq] = RANGE_FILE.exec(name) ?? [];
            if (epoch === undefined || firstSeq === undefined) return [];
            const file = join(folder, name);
            return [
              {
                ...{ device, epoch: Number(epoch), firstSeq: Number(firstSeq), file },
                answerFile: `${file}${ANSWER_ENDING}`,
              },
            ];
          })
          .toSorted((a, b) => a.epoch - b.epoch || a.firstSeq - b.firstSeq);
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
 * Takes the receipts that a stick brought back, by the rules of the network: in order, each for exactly the range that
 * waits next, signed by the centre. What is no such receipt is passed over and stays pending.
 */
export function takeReceipts(
  ledger: Pick<UploadSource, 'identity' | 'pendingRange' | 'markUploaded'>,
  stick: string,
  collectorKey: Uint8Array | null,
): Result<{ readonly receipts: number }, StickProblem> {
  const carried = listStick(stick);
  if (!carried.ok) return carried;
  let receipts = 0;
  for (const { device, epoch, firstSeq, answerFile } of carried.value) {
    if (device !== ledger.identity.device) continue;
    const receipt = readReceipt(answerFile);
    if (receipt === null) continue;
    const pending = ledger.pendingRange(null, EVENTS_PER_RANGE);
    if (!pending.ok) return err({ code: 'ledger-failed' });
    const range = pending.value;
    if (range === null || range.epoch !== epoch || range.firstSeq !== firstSeq) continue;
    if (!covers(range, receipt, collectorKey)) continue;
    if (!ledger.markUploaded(receipt.through, receipt.receipt).ok) return err({ code: 'ledger-failed' });
    receipts += 1;
  }
  return ok({ receipts });
}

interface StickReceipt {
  readonly through: { readonly epoch: number; readonly seq: number };
  readonly receipt: Uint8Array;
}

function readReceipt(file: string): StickReceipt | null {
  try {
    const answer = uploadAnswerSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return answer.success && answer.data.status === 'accepted' ? answer.data : null;
  } catch {
    return null;
  }
}

function covers(
  range: UploadRange,
  { through, receipt }: StickReceipt,
  collectorKey: Uint8Array | null,
): boolean {
  if (through.epoch !== range.epoch || through.seq !== range.lastSeq) return false;
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
