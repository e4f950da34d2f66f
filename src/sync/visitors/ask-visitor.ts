import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { giveUpAfter, type Timer } from '../../domain/timer.ts';
import type { LedgerIdentity } from '../../ledger/event.ts';
import { createAgeKeys, openSealed } from '../../store/age-sealing.ts';
import type { Fetch } from '../upload/collector-client.ts';
import {
  questionText,
  RELEASE_BYTES,
  VISITOR_REFUSALS,
  type VisitorRefusal,
  visitorAnswerSchema,
  visitorPath,
} from './visitor-protocol.ts';

/** What came instead of a record. */
export type NoRecord =
  /** No connection, no answer in time, or an answer that isn't a centre's. */
  | 'unreachable'
  /** Too many were asked for; later. */
  | 'busy'
  | 'nobody'
  | VisitorRefusal;

/** A record that the station's half of the key opens together with this one. */
export interface SealedAnswer {
  readonly release: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface AskVisitorOptions {
  readonly collectorUrl: string;
  readonly identity: LedgerIdentity;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly timer: Timer;
  readonly fetch: Fetch;
}

/** A person stands at the desk: whoever isn't there by now is not there. */
const PATIENCE_MS = 8_000;

/** @returns 32 hexadecimal digits that a question is on record by. */
export function drawQuestionId(): string {
  return randomBytes(16).toString('hex');
}

/** Asks the centre for one record. Every failure of the network is a value. */
export async function askVisitor(
  options: AskVisitorOptions,
  id: string,
  locator: Uint8Array,
): Promise<Result<SealedAnswer, NoRecord>> {
  const { identity, sign } = options;
  const keys = await createAgeKeys();
  const { recipient } = keys;
  const question = {
    ...{ version: 1, id, recipient },
    locator: base64(locator),
    signature: base64(sign(questionText(identity, { id, locator, recipient }))),
  };
  const answer = await post(options, JSON.stringify(question));
  if (!answer.ok) return answer;
  const said = visitorAnswerSchema.safeParse(answer.value);
  if (!said.success) return err('unreachable');
  switch (said.data.status) {
    case 'nobody':
    case 'busy':
      return err(said.data.status);
    case 'refused': {
      const { code } = said.data;
      return err(VISITOR_REFUSALS.find((known) => known === code) ?? 'not-allowed');
    }
    case 'found': {
      const sealed = new Uint8Array(Buffer.from(said.data.sealed, 'base64'));
      const opened = await openSealed(keys.identity, sealed);
      if (!opened.ok || opened.value.length <= RELEASE_BYTES) return err('unreachable');
      return ok({
        release: opened.value.slice(0, RELEASE_BYTES),
        sealed: opened.value.slice(RELEASE_BYTES),
      });
    }
  }
}

async function post(
  { collectorUrl, identity, timer, fetch }: AskVisitorOptions,
  body: string,
): Promise<Result<unknown, NoRecord>> {
  const abort = new AbortController();
  const cancel = giveUpAfter(timer, PATIENCE_MS, () => abort.abort());
  try {
    const response = await fetch(new URL(visitorPath(identity.device), collectorUrl).href, {
      ...{ method: 'POST', body, redirect: 'error', signal: abort.signal },
      headers: { 'content-type': 'application/json' },
    });
    if (response.status === 429 || response.status === 503) return err('busy');
    return ok(JSON.parse(await response.text()));
  } catch {
    // Whatever fetch or the parser throws here was caused by the network or by what stands at its other end.
    return err('unreachable');
  } finally {
    cancel();
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
