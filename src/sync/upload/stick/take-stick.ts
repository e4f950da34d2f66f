import { readFile, stat } from 'node:fs/promises';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { Fetch } from '../collector-client.ts';
import { eventsPath, MOST_BODY_BYTES, RANGE_CONTENT_TYPE, uploadAnswerSchema } from '../upload-protocol.ts';
import { type OpenRangeError, openRange } from './sealed-range.ts';
import { type CarriedRange, listStick, type StickProblem, writeAnswer } from './stick-layout.ts';

export interface StickTaken {
  readonly accepted: number;
  readonly quarantined: number;
  /** Turned away, damaged on the way, or not yet possible because what comes before is missing. */
  readonly refused: number;
  /** Busy or out of reach: to be tried again. */
  readonly unanswered: number;
  /** Sealed to another key: another centre may open them, so they are left as they are. */
  readonly sealedToAnother: number;
  /** Of those that were read, the ones that were not sealed: written by an earlier version. */
  readonly unsealed: number;
}

export type TakeStickError =
  | StickProblem
  /** There are sealed ranges, and nothing was given to open them. */
  | { readonly code: 'centre-key-missing' }
  | { readonly code: 'stick-empty' };

/** A range is at most this long when it is padded and sealed. */
const MOST_FILE_BYTES = 2 * MOST_BODY_BYTES;

/**
 * At the centre: opens the ranges of a stick, hands them to the collector exactly as the network would have, and puts
 * each answer beside its range for the way back. Who carries it needs no permission: the ranges are signed by their
 * devices.
 */
export async function takeStick({
  stick,
  identity,
  collectorUrl,
  fetch,
}: {
  readonly stick: string;
  /** The age identity that stations seal to; null where nobody gave one. */
  readonly identity: string | null;
  readonly collectorUrl: string;
  readonly fetch: Fetch;
}): Promise<Result<StickTaken, TakeStickError>> {
  const carried = await listStick(stick);
  if (!carried.ok) return carried;
  if (carried.value.length === 0) return err({ code: 'stick-empty' });
  if (identity === null && carried.value.some(({ isSealed }) => isSealed))
    return err({ code: 'centre-key-missing' });
  const taken = { ...{ accepted: 0, quarantined: 0, refused: 0 }, unanswered: 0 };
  let [sealedToAnother, unsealed] = [0, 0];
  for (const range of carried.value) {
    const body = await readRange(range, identity);
    if (!body.ok && body.error === 'stick-failed') return err({ code: 'stick-failed' });
    if (!body.ok && body.error === 'sealed-to-another-key') {
      sealedToAnother += 1;
      continue;
    }
    if (!range.isSealed) unsealed += 1;
    const json = body.ok
      ? await send(fetch, new URL(eventsPath(range.device), collectorUrl).href, body.value)
      : { status: 'refused', code: body.error };
    const answer = uploadAnswerSchema.safeParse(json);
    if (!answer.success || answer.data.status === 'busy') {
      taken.unanswered += 1;
      continue;
    }
    const written = writeAnswer(range, json);
    if (!written.ok) return written;
    const { status } = answer.data;
    if (status === 'accepted' || status === 'quarantined') taken[status] += 1;
    else taken.refused += 1;
  }
  return ok({ ...taken, sealedToAnother, unsealed });
}

async function readRange(
  { file, isSealed }: CarriedRange,
  identity: string | null,
): Promise<Result<Uint8Array<ArrayBuffer>, OpenRangeError | 'stick-failed'>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    if ((await stat(file)).size > MOST_FILE_BYTES) return err('sealed-damaged');
    bytes = new Uint8Array(await readFile(file));
  } catch {
    return err('stick-failed');
  }
  return isSealed && identity !== null ? openRange(identity, bytes) : ok(bytes);
}

async function send(fetch: Fetch, url: string, body: Uint8Array<ArrayBuffer>): Promise<unknown> {
  try {
    const headers = { 'content-type': RANGE_CONTENT_TYPE };
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error' });
    return JSON.parse(await answer.text());
  } catch {
    // The network, or what stands at its other end.
    return null;
  }
}
