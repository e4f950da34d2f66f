import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { isIdentifier } from '../../../ledger/event.ts';
import { writeWhole } from '../../../store/write-whole.ts';
import { uploadAnswerSchema } from '../upload-protocol.ts';

/**
 * Where there is no network, ranges go on a stick: `tizme-upload/<device>/<epoch>-<first>-<last>.range.age`, each the
 * body of an upload, sealed to the centre (sealed-range.ts). The centre puts its answer beside each (`.answer`, the
 * JSON that the network would have brought), and the station takes the receipts from there. Files without `.age` are
 * those of earlier versions: signed, but not sealed.
 */
const FOLDER = 'tizme-upload';
const RANGE_FILE = /^(\d{1,15})-(\d{1,15})-(\d{1,15})\.range(\.age)?$/;
const ANSWER_ENDING = '.answer';
const UNFINISHED_FILE = /^\..+\.unfinished$/;

/** An answer has a few hundred bytes; what is larger than this is none. */
const MOST_ANSWER_BYTES = 64 * 1024;

export type StickProblem = {
  readonly code: 'stick-missing' | 'stick-full' | 'stick-failed' | 'ledger-failed';
};

export interface Place {
  readonly epoch: number;
  readonly seq: number;
}

/** A range as it lies on a stick. */
export interface CarriedRange {
  readonly device: string;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly isSealed: boolean;
  readonly file: string;
  readonly answerFile: string;
}

export type CarriedAnswer =
  | { readonly status: 'accepted'; readonly through: Place; readonly receipt: Uint8Array }
  /** Put aside or turned away. */
  | { readonly status: 'not-accepted' }
  | { readonly status: 'malformed' }
  | { readonly status: 'none' };

export function deviceFolder(stick: string, device: string): string {
  return join(stick, FOLDER, device);
}

export function rangeFile(
  stick: string,
  device: string,
  { epoch, firstSeq, lastSeq }: Pick<CarriedRange, 'epoch' | 'firstSeq' | 'lastSeq'>,
): string {
  return join(deviceFolder(stick, device), `${epoch}-${firstSeq}-${lastSeq}.range.age`);
}

/** The ranges on a stick, of each device in the order of its log; none where nothing was ever written. */
export async function listStick(stick: string): Promise<Result<readonly CarriedRange[], StickProblem>> {
  try {
    await readdir(stick);
    const names = await readdir(join(stick, FOLDER)).catch(orNothing);
    const ranges: CarriedRange[] = [];
    for (const device of names.filter(isIdentifier).toSorted()) {
      const files = await readdir(deviceFolder(stick, device));
      ranges.push(...files.flatMap((name) => rangeOf(stick, device, name)).toSorted(inOrder));
    }
    return ok(ranges);
  } catch {
    return err({ code: 'stick-failed' });
  }
}

function rangeOf(stick: string, device: string, name: string): CarriedRange[] {
  const [, epoch, firstSeq, lastSeq, sealed] = RANGE_FILE.exec(name) ?? [];
  if (epoch === undefined || firstSeq === undefined || lastSeq === undefined) return [];
  const file = join(deviceFolder(stick, device), name);
  return [
    {
      ...{ device, file, epoch: Number(epoch), firstSeq: Number(firstSeq), lastSeq: Number(lastSeq) },
      isSealed: sealed !== undefined,
      answerFile: `${file}${ANSWER_ENDING}`,
    },
  ];
}

function inOrder(a: CarriedRange, b: CarriedRange): number {
  return a.epoch - b.epoch || a.firstSeq - b.firstSeq || a.lastSeq - b.lastSeq;
}

/** Puts the centre's answer beside a range. */
export function writeAnswer({ answerFile }: CarriedRange, json: unknown): Result<void, StickProblem> {
  try {
    writeWhole(answerFile, Buffer.from(`${JSON.stringify(json)}\n`));
    return ok();
  } catch (cause) {
    return err({ code: isFull(cause) ? 'stick-full' : 'stick-failed' });
  }
}

/** What can't be read off the stick is the stick's failure; what can and says nothing is `malformed`. */
export async function readAnswer({ answerFile }: CarriedRange): Promise<Result<CarriedAnswer, StickProblem>> {
  let text: string;
  try {
    if ((await stat(answerFile)).size > MOST_ANSWER_BYTES) return ok({ status: 'malformed' });
    text = await readFile(answerFile, 'utf8');
  } catch (cause) {
    return isAbsent(cause) ? ok({ status: 'none' }) : err({ code: 'stick-failed' });
  }
  const answer = uploadAnswerSchema.safeParse(parseJson(text));
  if (!answer.success) return ok({ status: 'malformed' });
  return ok(answer.data.status === 'accepted' ? answer.data : { status: 'not-accepted' });
}

/** Removes ranges with their answers. What can't be removed stays, and does no harm. @returns how many went. */
export async function removeRanges(ranges: readonly CarriedRange[]): Promise<number> {
  let removed = 0;
  for (const { file, answerFile } of ranges) {
    try {
      // The range first: an answer without one is passed over.
      await rm(file, { force: true });
      await rm(answerFile, { force: true });
      removed += 1;
    } catch {
      // Write-protected, or pulled out.
    }
  }
  return removed;
}

/** What a stick that was pulled out while it was written has been left with. */
export async function removeUnfinished(stick: string, device: string): Promise<void> {
  const folder = deviceFolder(stick, device);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => UNFINISHED_FILE.test(one))) {
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/** A folder that is there and empty says that all in it was confirmed; one that nothing could be written to must not. */
export async function removeEmptyFolder(stick: string, device: string): Promise<void> {
  await rmdir(deviceFolder(stick, device)).catch(() => {});
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function orNothing(cause: unknown): string[] {
  if (isAbsent(cause)) return [];
  throw cause;
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
}
