import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { type CancelTimer, giveUpAfter, type Timer } from '../../domain/timer.ts';
import { witnessName } from '../../ledger/checkpoint.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { cosignedAt } from '../../ledger/notes/cosignature.ts';
import { ED25519_COSIGNATURE, type NoteVerifier, splitNote } from '../../ledger/notes/signed-note.ts';
import { Witness } from '../../ledger/notes/witness.ts';
import { storedWitnessMemory } from '../../ledger/notes/witness-tables.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';

/** What lanes say to each other as witnesses: the bodies of https://c2sp.org/tlog-witness, on the lanes' own connections. */
export type WitnessMessage =
  | { readonly type: 'cosign'; readonly request: number; readonly body: string }
  | {
      readonly type: 'cosigned';
      readonly request: number;
      readonly outcome: 'signed' | 'other-size' | 'refused';
      /** The signature line of a witness that signed; empty otherwise. */
      readonly line: string;
      /** Where the proof has to start, for `other-size`. */
      readonly size: number;
    };

/** Lanes that were not heard by then don't hold up a report. */
const PATIENCE_MS = 1_000;
/** How often the newest checkpoint is shown to the others, besides at reports and exports: a proof reads the whole log. */
const EVERY_MS = 5 * 60_000;

export interface PeerWitnessesOptions {
  readonly ledger: Ledger;
  readonly store: WritableStore;
  readonly lane: LaneNumber;
  /** Every lane of the roster with its device and the key of its log. */
  readonly devices: ReadonlyMap<LaneNumber, { readonly device: string; readonly publicKey: Uint8Array }>;
  readonly isUp: (lane: LaneNumber) => boolean;
  readonly send: (lane: LaneNumber, message: WitnessMessage) => void;
  /** A lane showed two histories of one log. */
  readonly sawTwoHistories: (lane: LaneNumber) => void;
  readonly clock: Clock;
  readonly timer: Timer;
}

interface Round {
  readonly note: string;
  /** Events in the tree of the note. */
  readonly size: number;
  readonly lines: Map<LaneNumber, string>;
  /** What is asked, by where its proof starts: mostly the same for all. */
  readonly asked: Map<number, string>;
  readonly waiting: Set<LaneNumber>;
  readonly finish: () => void;
}

/** Each lane countersigns the others' checkpoints, and keeps what the others countersigned of its own. */
export class PeerWitnesses {
  readonly #options: PeerWitnessesOptions;
  readonly #witness: Witness;
  /** Up to where each lane signed the own log, as far as it said. */
  readonly #sizes = new Map<string, number>();
  readonly #requests = new Map<
    number,
    { readonly lane: LaneNumber; readonly epoch: number; tries: number }
  >();
  #round: Round | null = null;
  #underWay: Promise<void> | null = null;
  #count = 0;
  #next: CancelTimer = () => {};
  #isStopped = false;
  #shown = '';

  constructor(options: PeerWitnessesOptions) {
    this.#options = options;
    const { ledger, store, devices, clock } = options;
    const { identity } = ledger;
    // Asked anew each time: a spare may stand where another laptop stood.
    const keyOf = (name: string): Uint8Array | null => {
      for (const { device, publicKey } of devices.values())
        if (witnessName({ ...identity, device }) === name) return publicKey;
      return null;
    };
    this.#witness = new Witness({
      name: witnessName(identity),
      key: { publicKey: ledger.publicKey, sign: (message) => ledger.signExport(message) },
      keyOfLog: (origin) => keyOf(origin.slice(0, origin.lastIndexOf('/'))),
      memory: storedWitnessMemory(store),
      clock,
    });
  }

  start(): void {
    // A round may have been under way when it was stopped.
    if (this.#isStopped) return;
    this.#next = this.#options.timer.after(EVERY_MS, () => {
      void this.countersign().then(() => this.start());
    });
  }

  /** For good: the log is closed next. */
  stop(): void {
    this.#isStopped = true;
    this.#next();
    this.#round?.finish();
  }

  /** Has every lane that is there countersign the newest checkpoint; resolves when they have, or after a moment. */
  countersign(): Promise<void> {
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  receive(from: LaneNumber, message: WitnessMessage): void {
    if (message.type === 'cosign') this.#sign(from, message.request, message.body);
    else this.#answered(from, message);
  }

  #ask(): Promise<void> {
    const { ledger, devices, lane: own, isUp, timer } = this.#options;
    const peers = [...devices.keys()].filter((lane) => lane !== own && isUp(lane));
    if (peers.length === 0 || ledger.head() === null) return Promise.resolve();
    const { note, size } = ledger.checkpoint();
    // Nothing new since everybody who is there signed.
    const shown = `${note} ${peers.join(' ')}`;
    if (shown === this.#shown) return Promise.resolve();
    return new Promise((resolve) => {
      let cancel: CancelTimer = () => {};
      const round: Round = {
        ...{ note, size },
        lines: new Map(),
        asked: new Map(),
        waiting: new Set(peers),
        finish: () => {
          if (this.#round !== round) return;
          this.#round = null;
          cancel();
          if (round.waiting.size === 0) this.#shown = shown;
          this.#keep(round);
          resolve();
        },
      };
      this.#round = round;
      cancel = giveUpAfter(timer, PATIENCE_MS, round.finish);
      for (const lane of peers) this.#askOne(lane, note, 0);
    });
  }

  #askOne(lane: LaneNumber, note: string, tries: number): void {
    const { ledger, send } = this.#options;
    const { epoch } = ledger;
    const size = Math.min(this.#sizes.get(`${lane}/${epoch}`) ?? 0, ledger.head()?.seq ?? 0);
    const body = this.#bodyFor(size, note);
    if (body === null) {
      this.#done(lane);
      return;
    }
    this.#count += 1;
    this.#requests.set(this.#count, { lane, epoch, tries });
    send(lane, { type: 'cosign', request: this.#count, body });
  }

  /** Null where the log has grown while others were asked: the next round takes it from there. */
  #bodyFor(size: number, note: string): string | null {
    const before = this.#round?.asked.get(size);
    if (before !== undefined) return before;
    const asked = this.#options.ledger.askWitness(size);
    if (!asked.ok || !asked.value.endsWith(note)) return null;
    this.#round?.asked.set(size, asked.value);
    return asked.value;
  }

  #answered(from: LaneNumber, message: Extract<WitnessMessage, { type: 'cosigned' }>): void {
    const request = this.#requests.get(message.request);
    if (request?.lane !== from) return;
    this.#requests.delete(message.request);
    const place = `${from}/${request.epoch}`;
    const round = this.#round;
    if (message.outcome === 'other-size' && request.tries === 0) {
      this.#sizes.set(place, message.size);
      if (round !== null) this.#askOne(from, round.note, 1);
      return;
    }
    if (message.outcome === 'signed' && round !== null && this.#isSigned(from, round.note, message.line)) {
      this.#sizes.set(place, round.size);
      round.lines.set(from, message.line);
    }
    this.#done(from);
  }

  #done(lane: LaneNumber): void {
    const round = this.#round;
    if (round === null) return;
    round.waiting.delete(lane);
    if (round.waiting.size === 0) round.finish();
  }

  #isSigned(lane: LaneNumber, note: string, line: string): boolean {
    const { devices, ledger } = this.#options;
    const device = devices.get(lane);
    if (device === undefined) return false;
    const name = witnessName({ ...ledger.identity, device: device.device });
    const verifier: NoteVerifier = { name, type: ED25519_COSIGNATURE, publicKey: device.publicKey };
    const split = splitNote(note + line);
    return split.ok && cosignedAt(split.value, verifier) !== null;
  }

  #keep({ note, lines }: Round): void {
    if (lines.size === 0) return;
    const sorted = [...lines].toSorted(([a], [b]) => a - b).map(([, line]) => line);
    // A copy that could not be written is asked for again within the minute.
    this.#options.ledger.keepCosigned('lanes', note + sorted.join(''));
  }

  #sign(from: LaneNumber, request: number, body: string): void {
    const { send, sawTwoHistories } = this.#options;
    const signed = this.#witness.addCheckpoint(body);
    if (signed.ok) {
      send(from, { type: 'cosigned', request, outcome: 'signed', line: signed.value, size: 0 });
      return;
    }
    const { error } = signed;
    if (error.code === 'split-view' || error.code === 'not-consistent') sawTwoHistories(from);
    const size = error.code === 'other-size' ? error.size : 0;
    const outcome = error.code === 'other-size' ? 'other-size' : 'refused';
    send(from, { type: 'cosigned', request, outcome, line: '', size });
  }
}
