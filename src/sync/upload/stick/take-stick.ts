import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { Fetch } from '../collector-client.ts';
import { eventsPath, RANGE_CONTENT_TYPE, uploadAnswerSchema } from '../upload-protocol.ts';
import { listStick, type StickProblem, writeAnswer } from './stick-ranges.ts';

export interface StickTaken {
  readonly accepted: number;
  readonly quarantined: number;
  /** Turned away, or not yet possible because what comes before is missing. */
  readonly refused: number;
  /** Busy or out of reach: to be tried again. */
  readonly unanswered: number;
}

/**
 * At the centre: hands the ranges of a stick to the collector, exactly as the network would have, and puts each answer
 * beside its range for the way back. Who carries it needs no permission: the ranges are signed by their devices.
 */
export async function takeStick({
  stick,
  collectorUrl,
  fetch,
}: {
  readonly stick: string;
  readonly collectorUrl: string;
  readonly fetch: Fetch;
}): Promise<Result<StickTaken, StickProblem>> {
  const carried = listStick(stick);
  if (!carried.ok) return carried;
  const taken = { accepted: 0, quarantined: 0, refused: 0, unanswered: 0 };
  for (const range of carried.value) {
    const body = readFile(range.file);
    if (body === null) return err({ code: 'stick-failed' });
    const json = await send(fetch, new URL(eventsPath(range.device), collectorUrl).href, body);
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
  return ok(taken);
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

function readFile(file: string): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return null;
  }
}
