import type { z } from 'zod';
import { giveUpAfter, type Timer } from '../../domain/timer.ts';
import type { LedgerIdentity } from '../../ledger/event.ts';
import { encodeUploadRange, type UploadRange } from '../../ledger/upload-range.ts';
import { parseRetryAfter } from './backoff.ts';
import {
  ADD_CHECKPOINT_PATH,
  ADD_CHECKPOINT_TYPE,
  CHECKPOINT_SIZE_TYPE,
  DEVICE_KEY_HEADER,
  DEVICE_SIGNATURE_HEADER,
  encodeDeviceKey,
  encodeProof,
  eventsPath,
  type NextAnswer,
  nextAnswerSchema,
  nextPath,
  PENDING_HEADER,
  PROOF_HEADER,
  proveAnswerSchema,
  RANGE_CONTENT_TYPE,
  type UploadAnswer,
  uploadAnswerSchema,
} from './upload-protocol.ts';

export type Fetch = (url: string, request: RequestInit) => Promise<Response>;

/** What can come instead of an answer. */
export type NoAnswer =
  /** No connection, no answer in time, or an answer that isn't a collector's (a captive portal's page). */
  | { readonly status: 'unreachable' }
  | { readonly status: 'too-large' }
  | { readonly status: 'busy'; readonly retryAfterMs: number | null }
  | { readonly status: 'refused'; readonly code: string };

export type SendAnswer = Exclude<UploadAnswer, { status: 'busy' }> | NoAnswer;
export type AskAnswer = ({ readonly status: 'told' } & NextAnswer) | NoAnswer;

export type OfferAnswer =
  | { readonly status: 'signed'; readonly line: string }
  /** The proof has to begin at this size, which the centre signed last. */
  | { readonly status: 'other-size'; readonly size: number }
  /** It countersigned something that this checkpoint doesn't extend. */
  | { readonly status: 'forked' }
  | NoAnswer;

export interface CollectorClientOptions {
  readonly collectorUrl: string;
  readonly identity: LedgerIdentity;
  readonly publicKey: Uint8Array;
  /** With the key of the device's log: 64 bytes. */
  readonly signChallenge: (challenge: string) => Uint8Array;
  readonly timer: Timer;
  readonly fetch: Fetch;
}

const REQUEST_TIMEOUT_MS = 30_000;
const UNREACHABLE: NoAnswer = { status: 'unreachable' };

/** The collector as one device sees it. Every failure of the network is a value. */
export class CollectorClient {
  readonly #options: CollectorClientOptions;
  #underWay: AbortController | null = null;
  /** The last proof that it gave: good until the collector draws anew. */
  #proof: string | null = null;

  constructor(options: CollectorClientOptions) {
    this.#options = options;
  }

  /**
   * What the collector has of this device, which it tells to this device alone: the first time, and every few minutes,
   * it wants its challenge signed.
   * @param pending Events that wait: with some, it may be told to come later.
   */
  async ask(pending: number): Promise<AskAnswer> {
    let answer = await this.#askNext(pending);
    const wanted = 'json' in answer ? proveAnswerSchema.safeParse(answer.json) : null;
    if (wanted?.success === true) {
      const { challenge } = wanted.data;
      this.#proof = encodeProof({ challenge, signature: this.#options.signChallenge(challenge) });
      answer = await this.#askNext(pending);
    }
    if ('status' in answer) return answer;
    // It drew again: collectors that should know each other's challenges don't.
    if (proveAnswerSchema.safeParse(answer.json).success) return { status: 'refused', code: 'not-proven' };
    const told = nextAnswerSchema.safeParse(answer.json);
    return told.success ? { status: 'told', ...told.data } : refusalIn(answer.json);
  }

  #askNext(pending: number): Promise<{ readonly json: unknown } | NoAnswer> {
    return this.#request(nextPath(this.#options.identity.device), {
      method: 'GET',
      headers: {
        [PENDING_HEADER]: String(pending),
        ...(this.#proof === null ? {} : { [PROOF_HEADER]: this.#proof }),
      },
    });
  }

  async send(range: UploadRange, pending: number): Promise<SendAnswer> {
    const answer = await this.#request(eventsPath(this.#options.identity.device), {
      method: 'POST',
      headers: {
        'content-type': RANGE_CONTENT_TYPE,
        [DEVICE_KEY_HEADER]: encodeDeviceKey(this.#options.publicKey),
        [PENDING_HEADER]: String(pending),
      },
      body: new Uint8Array(encodeUploadRange(range)),
    });
    if ('status' in answer) return answer;
    const said = uploadAnswerSchema.safeParse(answer.json);
    if (!said.success) return UNREACHABLE;
    return said.data.status === 'busy' ? { status: 'busy', retryAfterMs: null } : said.data;
  }

  /** Asks the centre to countersign, as https://c2sp.org/tlog-witness has it. @param signature Of the device. */
  async offerCheckpoint(request: string, signature: Uint8Array): Promise<OfferAnswer> {
    const answer = await this.#exchange(ADD_CHECKPOINT_PATH, {
      method: 'POST',
      headers: {
        'content-type': ADD_CHECKPOINT_TYPE,
        [DEVICE_SIGNATURE_HEADER]: Buffer.from(signature).toString('base64'),
      },
      body: request,
    });
    if ('status' in answer) return answer;
    const { code, text, type } = answer;
    if (code === 200) return { status: 'signed', line: text };
    if (code === 409 && type === CHECKPOINT_SIZE_TYPE && /^\d{1,15}\n$/.test(text)) {
      return { status: 'other-size', size: Number(text) };
    }
    return code === 409 || code === 422 ? { status: 'forked' } : UNREACHABLE;
  }

  /** Breaks off the request that is under way; its caller gets `unreachable`. */
  abort(): void {
    this.#underWay?.abort();
  }

  async #request(path: string, request: RequestInit): Promise<{ readonly json: unknown } | NoAnswer> {
    const answer = await this.#exchange(path, request);
    if ('status' in answer) return answer;
    try {
      return { json: JSON.parse(answer.text) };
    } catch {
      return UNREACHABLE;
    }
  }

  async #exchange(
    path: string,
    request: RequestInit,
  ): Promise<{ readonly code: number; readonly type: string; readonly text: string } | NoAnswer> {
    const { collectorUrl, timer, fetch } = this.#options;
    const abort = new AbortController();
    this.#underWay = abort;
    const cancel = giveUpAfter(timer, REQUEST_TIMEOUT_MS, () => abort.abort());
    try {
      const url = new URL(path, collectorUrl).href;
      const response = await fetch(url, { ...request, redirect: 'error', signal: abort.signal });
      const text = await response.text();
      if (response.status === 413) return { status: 'too-large' };
      if (response.status === 429 || response.status === 503) {
        return { status: 'busy', retryAfterMs: parseRetryAfter(response.headers.get('retry-after')) };
      }
      const type = response.headers.get('content-type')?.replace(/;.*$/, '') ?? '';
      return { code: response.status, type, text };
    } catch {
      // Whatever fetch throws here was caused by the network or by what stands at its other end.
      return UNREACHABLE;
    } finally {
      cancel();
      this.#underWay = null;
    }
  }
}

function refusalIn(json: unknown): NoAnswer {
  const said: z.ZodSafeParseResult<UploadAnswer> = uploadAnswerSchema.safeParse(json);
  return said.success && said.data.status === 'refused' ? said.data : UNREACHABLE;
}
