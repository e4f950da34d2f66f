import { throwIllegalValue } from '../../domain/assert.ts';
import { ListenerSet } from '../../domain/listener-set.ts';
import { type CancelTimer, giveUpAfter, type Timer } from '../../domain/timer.ts';
import { equalBytes } from '../../ledger/canonical.ts';
import type { ChainPoint } from '../../ledger/event.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { UploadRange } from '../../ledger/upload-range.ts';
import { backoffMs, slotMs, waitAfterBusyMs } from './backoff.ts';
import { CentreWitnessLine, type WitnessedLedger } from './centre-witness-line.ts';
import { CollectorClient, type Fetch, type NoAnswer } from './collector-client.ts';
import { isReceiptFor } from './receipt.ts';
import type { UploadLine, UploadProblem, UploadView } from './upload-line.ts';

/** What the upload needs of the ledger: it reads ranges and keeps receipts, and never removes an event. */
export type UploadSource = Pick<
  Ledger,
  'identity' | 'publicKey' | 'signChallenge' | 'pendingCount' | 'pendingRange' | 'markUploaded' | 'events'
>;

export interface UploadOptions {
  readonly ledger: UploadSource;
  /** The same ledger, where the centre is to countersign its checkpoints. */
  readonly witnessed?: WitnessedLedger;
  /** `https://...`, or `http://` to a collector on this machine. */
  readonly collectorUrl: string;
  readonly timer: Timer;
  /** In [0, 1), as `Math.random`; spreads the waits. */
  readonly random: () => number;
  /** The collector's Ed25519 key as it was provisioned. Without one, receipts are kept unverified. */
  readonly collectorKey?: Uint8Array;
  readonly fetch?: Fetch;
}

export const EVENTS_PER_RANGE = 500;
/** With nothing to send, the collector is asked this often whether it is there and still has everything. */
export const ASK_EVERY_MS = 60_000;
/** How often the centre is shown the newest checkpoint to countersign, besides at reports and exports. */
export const COUNTERSIGN_EVERY_MS = 15 * 60_000;
/** A report is not held up longer by a centre that doesn't answer. */
const COUNTERSIGN_PATIENCE_MS = 2_000;
/** So many attempts in vain (a few minutes) are an outage, which others have had too. */
export const OUTAGE_FAILURES = 8;
/** A range is turned round by `gap` answers this often before the two are called out of step. */
const MOST_GAPS = 3;

type Place = Pick<ChainPoint, 'epoch' | 'seq'>;
const BEFORE_ALL: Place = { epoch: 0, seq: 0 };

/** What one step led to: go on at once, everything sent, or wait before the collector is asked again. */
type Step = 'go-on' | 'all-sent' | { readonly waitMs: number };

/** Starts sending: what is pending now, and what is committed later after each `kick`. */
export function startUpload(options: UploadOptions): UploadLine {
  return new Upload(options);
}

/**
 * One range in flight. Whatever goes wrong, the next attempt begins with asking what the collector has:
 * the range whose answer was lost is then sent again, and its repetition gets the receipt.
 */
class Upload implements UploadLine {
  readonly #ledger: UploadSource;
  readonly #timer: Timer;
  readonly #random: () => number;
  readonly #collectorKey: Uint8Array | null;
  readonly #client: CollectorClient;
  readonly #witness: CentreWitnessLine | null;
  readonly #listeners = new ListenerSet<void>();
  readonly #running: Promise<void>;
  #view: UploadView = { state: 'unreachable', pending: 0, problem: null };
  /** The range after this place is next; null: the first without a receipt. */
  #after: Place | null = null;
  #mustAsk = true;
  #eventsPerRange = EVENTS_PER_RANGE;
  #failures = 0;
  /** Attempts in a row that reached nobody. */
  #inVain = 0;
  #outages = 0;
  #gaps = 0;
  /** The range that was quarantined; once it is sent again, in case the network had damaged it. */
  #quarantined: Place | null = null;
  #mustCountersign = true;
  #untilCountersign: CancelTimer = () => {};
  /** Who waits for the centre's line. */
  #awaiting: (() => void)[] = [];
  /** The centre countersigned another history of this log. */
  #disowned = false;
  #kicked = false;
  #stopped = false;
  #wake: ((because: 'kick' | 'stop') => void) | null = null;

  constructor({ ledger, witnessed, collectorUrl, timer, random, collectorKey, fetch }: UploadOptions) {
    this.#ledger = ledger;
    this.#timer = timer;
    this.#random = random;
    this.#collectorKey = collectorKey ?? null;
    this.#client = new CollectorClient({
      collectorUrl,
      identity: ledger.identity,
      publicKey: ledger.publicKey,
      signChallenge: (challenge) => ledger.signChallenge(challenge),
      timer,
      fetch: fetch ?? globalThis.fetch,
    });
    this.#witness =
      witnessed === undefined ? null : new CentreWitnessLine(witnessed, this.#client, this.#collectorKey);
    this.#recount();
    this.#running = this.#run();
  }

  view(): UploadView {
    return this.#view;
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  kick(): void {
    if (this.#stopped) return;
    this.#kicked = true;
    this.#recount();
    this.#wake?.('kick');
  }

  countersign(): Promise<void> {
    if (this.#stopped || this.#witness === null || this.#view.state === 'unreachable')
      return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = giveUpAfter(this.#timer, COUNTERSIGN_PATIENCE_MS, resolve);
      this.#awaiting.push(() => {
        cancel();
        resolve();
      });
      this.#mustCountersign = true;
      this.kick();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#untilCountersign();
    this.#answerWaiting();
    this.#client.abort();
    this.#wake?.('stop');
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#kicked = false;
      const step = await this.#sendPending();
      if (this.#stopped) return;
      if (step === 'all-sent') {
        this.#failures = 0;
        if (this.#mustCountersign) await this.#countersign();
        await this.#rest();
      } else {
        this.#mustAsk = true;
        this.#answerWaiting();
        await this.#wait(step.waitMs);
      }
    }
  }

  /** What the centre has is shown to it once more as one number that it signs. */
  async #countersign(): Promise<void> {
    this.#mustCountersign = false;
    // Whoever asks while this is under way asks about events that it doesn't cover.
    const waiting = this.#awaiting.splice(0);
    const outcome = await this.#witness?.countersign();
    this.#disowned = outcome === 'other-history';
    if (outcome === 'other-history') this.#show({ problem: 'other-history' });
    if (outcome === 'wrong-signature') this.#show({ problem: 'wrong-receipt' });
    this.#untilCountersign();
    this.#untilCountersign = this.#timer.after(COUNTERSIGN_EVERY_MS, () => {
      this.#mustCountersign = true;
    });
    for (const answer of waiting) answer();
  }

  #answerWaiting(): void {
    for (const answer of this.#awaiting.splice(0)) answer();
  }

  async #sendPending(): Promise<Exclude<Step, 'go-on'>> {
    let step: Step = this.#mustAsk ? await this.#ask() : 'go-on';
    while (step === 'go-on' && !this.#stopped) {
      const range = this.#ledger.pendingRange(this.#after, this.#eventsPerRange);
      if (!range.ok) step = this.#fail('ledger-failed');
      else if (range.value === null) step = 'all-sent';
      else step = await this.#send(range.value);
    }
    return step === 'go-on' ? 'all-sent' : step;
  }

  /** Where to begin: at the first event without a receipt, or earlier where the collector has lost events. */
  async #ask(): Promise<Step> {
    const answer = await this.#client.ask(this.#view.pending);
    if (answer.status !== 'told') return this.#cannotSend(answer);
    const slot = this.#slotAfterOutage();
    if (slot !== null) return { waitMs: slot };
    const first = this.#ledger.pendingRange(null, 1);
    if (!first.ok) return this.#fail('ledger-failed');
    const { last } = answer;
    const pending = first.value === null ? null : { epoch: first.value.epoch, seq: first.value.firstSeq - 1 };
    this.#after = pending === null || isBefore(last ?? BEFORE_ALL, pending) ? (last ?? BEFORE_ALL) : null;
    this.#mustAsk = false;
    this.#gaps = 0;
    this.#quarantined = null;
    this.#show({
      state: 'reachable',
      problem: this.#isOurs(last) && !this.#disowned ? null : 'other-history',
    });
    return 'go-on';
  }

  /** A lot to send after an outage waits for its slot; what fits one range goes at once. Null: no waiting. */
  #slotAfterOutage(): number | null {
    const wasOutage = this.#inVain >= OUTAGE_FAILURES;
    this.#inVain = 0;
    if (!wasOutage || this.#view.pending <= EVENTS_PER_RANGE) return null;
    this.#outages += 1;
    this.#show({ state: 'reachable', problem: null });
    return slotMs(this.#ledger.identity.device, this.#outages);
  }

  /** Whether what the collector has last is an event of this log. */
  #isOurs(last: ChainPoint | null): boolean {
    if (last === null) return true;
    const found = this.#ledger.events({ epoch: last.epoch, seq: last.seq - 1 }, 1);
    const event = found.ok ? found.value[0] : undefined;
    return event?.epoch === last.epoch && event.seq === last.seq && equalBytes(event.hash, last.hash);
  }

  async #send(range: UploadRange): Promise<Step> {
    const answer = await this.#client.send(range, this.#view.pending);
    switch (answer.status) {
      case 'accepted':
        return this.#keepReceipt(range, answer.through, answer.receipt);
      case 'quarantined':
        return this.#passQuarantined(range);
      case 'gap':
        this.#gaps += 1;
        if (this.#gaps > MOST_GAPS) return this.#fail('out-of-step');
        this.#after = answer.next === null ? BEFORE_ALL : { ...answer.next, seq: answer.next.seq - 1 };
        return 'go-on';
      case 'too-large':
        if (this.#eventsPerRange === 1) return this.#fail('refused');
        this.#eventsPerRange = Math.ceil(this.#eventsPerRange / 2);
        return 'go-on';
      case 'refused':
      case 'busy':
      case 'unreachable':
        return this.#cannotSend(answer);
      default:
        return throwIllegalValue(answer);
    }
  }

  #keepReceipt(range: UploadRange, through: Place, receipt: Uint8Array): Step {
    const covers = through.epoch === range.epoch && through.seq === range.lastSeq;
    const signed =
      this.#collectorKey === null || isReceiptFor(this.#collectorKey, range.identity, range.head, receipt);
    if (!covers || !signed) return this.#fail('wrong-receipt');
    const kept = this.#ledger.markUploaded(through, receipt);
    if (!kept.ok) return this.#fail('ledger-failed');
    this.#after = through;
    this.#gaps = 0;
    this.#failures = 0;
    this.#recount();
    return 'go-on';
  }

  /** Sent a second time in case the network damaged it; after that it is left, without a receipt, and passed. */
  #passQuarantined({ epoch, firstSeq, lastSeq }: UploadRange): Step {
    const again = this.#quarantined?.epoch === epoch && this.#quarantined.seq === firstSeq;
    if (!again) {
      this.#quarantined = { epoch, seq: firstSeq };
      return 'go-on';
    }
    this.#after = { epoch, seq: lastSeq };
    this.#show({ state: 'reachable', problem: 'quarantined' });
    return 'go-on';
  }

  #cannotSend(answer: NoAnswer): Step {
    switch (answer.status) {
      case 'unreachable': {
        this.#show({ state: 'unreachable', problem: null });
        this.#failures += 1;
        this.#inVain += 1;
        return { waitMs: backoffMs(this.#failures, this.#random) };
      }
      case 'busy': {
        this.#show({ state: 'reachable', problem: null });
        this.#failures += 1;
        return { waitMs: waitAfterBusyMs(answer.retryAfterMs, this.#failures, this.#random) };
      }
      case 'too-large':
      case 'refused':
        return this.#fail('refused');
      default:
        return throwIllegalValue(answer);
    }
  }

  #fail(problem: UploadProblem): Step {
    this.#show({ state: 'reachable', problem });
    this.#failures += 1;
    return { waitMs: backoffMs(this.#failures, this.#random) };
  }

  /** Until something is committed; after a while the collector is asked again. */
  async #rest(): Promise<void> {
    if (this.#kicked || this.#stopped) return;
    const because = await this.#sleep(ASK_EVERY_MS, ['kick', 'stop']);
    if (because === 'time') this.#mustAsk = true;
  }

  /** A wait after a failure; a commit doesn't shorten it. */
  async #wait(milliseconds: number): Promise<void> {
    if (!this.#stopped) await this.#sleep(milliseconds, ['stop']);
  }

  #sleep(milliseconds: number, wakers: readonly ('kick' | 'stop')[]): Promise<'time' | 'kick' | 'stop'> {
    return new Promise((resolve) => {
      const cancel = this.#timer.after(milliseconds, () => {
        this.#wake = null;
        resolve('time');
      });
      this.#wake = (because) => {
        if (!wakers.includes(because)) return;
        this.#wake = null;
        cancel();
        resolve(because);
      };
    });
  }

  #recount(): void {
    const pending = this.#ledger.pendingCount();
    if (pending.ok) this.#show({ pending: pending.value });
    else this.#show({ problem: 'ledger-failed' });
  }

  #show(change: Partial<UploadView>): void {
    const before = this.#view;
    this.#view = { ...before, ...change };
    const { state, pending, problem } = this.#view;
    if (state !== before.state || pending !== before.pending || problem !== before.problem) {
      this.#listeners.tell();
    }
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.seq < b.seq);
}
