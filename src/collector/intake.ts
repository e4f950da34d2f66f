import { isSamePlace, type LaptopPlace, placeOfLaptop } from '../domain/lanes/laptop-place.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { decodeCanonical, equalBytes } from '../ledger/canonical.ts';
import type { DeviceKey } from '../ledger/device-key.ts';
import { type ChainPoint, type EventKind, NO_EVENT_HASH } from '../ledger/event.ts';
import type { UploadRange } from '../ledger/upload-range.ts';
import type { Clock } from '../store/clock.ts';
import type { StoreError } from '../store/store-error.ts';
import { signReceipt } from '../sync/upload/receipt.ts';
import type {
  Alarm,
  AlarmCode,
  CollectorStore,
  DeviceState,
  Participation,
  RegisteredDevice,
  TakenEvent,
} from './collector-store.ts';
import { countEvents, readClaims, readParticipations } from './count-events.ts';
import { type CheckedRange, checkRange } from './verification/check-range.ts';

export interface IntakeOptions {
  readonly store: CollectorStore;
  /** Signs the receipts. */
  readonly key: DeviceKey;
  readonly clock: Clock;
  /** A mock collector takes mock events only, a real one real events only. */
  readonly mock: boolean;
  /** Null: any election (mock only). */
  readonly election: string | null;
  /** The token of whom a claim is about; null where it can't be told. Left out where the centre has no records of visitors. */
  readonly settleClaim?: (claim: string) => Promise<string | null>;
}

/** A range as it came, over the network or from a stick. */
export interface ArrivedRange {
  /** Whom the carrier says it is from. */
  readonly device: string;
  readonly body: Uint8Array;
  /** A key to believe for a device that nobody registered; only a mock collector does. */
  readonly offeredKey: Uint8Array | null;
}

type Place = Pick<ChainPoint, 'epoch' | 'seq'>;

export type RefusalCode =
  | 'malformed'
  /** The range is of another device than the carrier says, or of one registered for another station. */
  | 'wrong-identity'
  | 'other-election'
  /** A mock event for a real collector, or the reverse. */
  | 'mock-and-real'
  | 'unknown-device'
  | 'quarantine-full';

export type IntakeAnswer =
  | {
      readonly status: 'accepted';
      readonly through: Place;
      readonly receipt: Uint8Array;
      /** How many of its events were new. */
      readonly stored: number;
    }
  | { readonly status: 'quarantined'; readonly through: Place; readonly faults: readonly string[] }
  | { readonly status: 'gap'; readonly next: Place | null }
  | { readonly status: 'refused'; readonly code: RefusalCode };

/** Who takes ranges in: the intake itself, or a thread with one. */
export interface RangeTaker {
  take(arrived: ArrivedRange): Promise<Result<IntakeAnswer, StoreError>>;
}

/** How often another collector on the same database may be faster before this one gives the turn back. */
const MOST_RACES = 5;

/**
 * Takes ranges in. Everything is verified before anything is stored, and a range is accepted whole or not at
 * all; the same range again changes nothing and gets the same receipt. Takes no sides in a conflict: what
 * contradicts the stored history is kept aside with an alarm.
 */
export class Intake implements RangeTaker {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  async take(arrived: ArrivedRange): Promise<Result<IntakeAnswer, StoreError>> {
    let checked: CheckedRange | null = null;
    for (let races = 0; races < MOST_RACES; races += 1) {
      const state = await this.#options.store.device(arrived.device);
      if (!state.ok) return state;
      checked ??= checkRange(arrived.body, this.#keyOf(arrived, state.value));
      if (checked.status === 'malformed') return ok({ status: 'refused', code: 'malformed' });
      const registration = this.#recognise(checked.range, arrived, state.value);
      if (!registration.ok) return ok({ status: 'refused', code: registration.error });
      const attempt = new Attempt(this.#options, arrived.body, checked, {
        registration: registration.value,
        heads: state.value?.heads ?? [],
        quarantined: state.value?.quarantined ?? [],
        isKnown: state.value !== null,
      });
      const answer = await attempt.take();
      if (!answer.ok) return answer;
      if (answer.value !== 'head-moved') return ok(answer.value);
      // Another key may have been registered meanwhile.
      if (state.value === null) checked = null;
    }
    return err({ code: 'busy' });
  }

  #keyOf({ offeredKey }: ArrivedRange, state: DeviceState | null): Uint8Array | null {
    if (state !== null) return state.registration.publicKey;
    return this.#options.mock ? offeredKey : null;
  }

  /** Who sends, by registration; nothing that is in the range can change it. */
  #recognise(
    { identity }: UploadRange,
    { device, offeredKey }: ArrivedRange,
    state: DeviceState | null,
  ): Result<RegisteredDevice, RefusalCode> {
    const { mock, election } = this.#options;
    if (identity.mock !== mock) return err('mock-and-real');
    if (election !== null && identity.election !== election) return err('other-election');
    if (identity.device !== device) return err('wrong-identity');
    if (state !== null) {
      const { registration } = state;
      if (registration.election !== identity.election) return err('other-election');
      return registration.station === identity.station ? ok(registration) : err('wrong-identity');
    }
    if (!mock || offeredKey === null) return err('unknown-device');
    return ok({ ...identity, publicKey: offeredKey, origin: 'first-use' });
  }
}

interface KnownDevice extends DeviceState {
  readonly isKnown: boolean;
}

type VerifiedRange = Extract<CheckedRange, { status: 'verified' }>;

/** One range against the device's state as it was read; another collector may have moved it on since. */
class Attempt {
  readonly #options: IntakeOptions;
  readonly #body: Uint8Array;
  readonly #checked: Exclude<CheckedRange, { status: 'malformed' }>;
  readonly #range: UploadRange;
  readonly #device: KnownDevice;

  constructor(
    options: IntakeOptions,
    body: Uint8Array,
    checked: Exclude<CheckedRange, { status: 'malformed' }>,
    device: KnownDevice,
  ) {
    this.#options = options;
    this.#body = body;
    this.#checked = checked;
    this.#range = checked.range;
    this.#device = device;
  }

  async take(): Promise<Result<IntakeAnswer | 'head-moved', StoreError>> {
    const verified = this.#checked;
    if (verified.status === 'faulty') {
      return this.#quarantine(verified.faults, 'forged', this.#range.firstSeq);
    }
    const storedSeq = this.#headOf(this.#range.epoch)?.seq ?? 0;
    if (this.#range.firstSeq > storedSeq + 1) return this.#answerGap(storedSeq);
    const link = await this.#checkLink(verified);
    if (!link.ok) return link;
    if (link.value !== 'linked') {
      if (link.value === 'forked') return this.#quarantine(['forked'], 'forked', this.#range.firstSeq);
      return ok({ status: 'gap', next: link.value });
    }
    const differs = await this.#firstDifference(verified, storedSeq);
    if (!differs.ok) return differs;
    if (differs.value !== null) return this.#quarantine(['forked'], 'forked', differs.value);
    return this.#store(verified, storedSeq);
  }

  /** Whether the first event follows what is stored; else a fork, or the place from which events are missing. */
  async #checkLink({ prev }: VerifiedRange): Promise<Result<'linked' | 'forked' | Place | null, StoreError>> {
    const { epoch, firstSeq } = this.#range;
    const { device } = this.#device.registration;
    if (firstSeq > 1) {
      // Most ranges go on where the last one ended.
      const head = this.#headOf(epoch);
      if (head?.seq === firstSeq - 1) return ok(equalBytes(head.hash, prev) ? 'linked' : 'forked');
      const before = await this.#options.store.hashes({
        device,
        epoch,
        firstSeq: firstSeq - 1,
        lastSeq: firstSeq - 1,
      });
      if (!before.ok) return before;
      const hash = before.value[0];
      return ok(hash !== undefined && equalBytes(hash, prev) ? 'linked' : 'forked');
    }
    if (equalBytes(prev, NO_EVENT_HASH)) return ok('linked');
    const known = await this.#options.store.hasBefore(device, epoch, prev);
    if (!known.ok) return known;
    if (known.value) return ok('linked');
    const earlier = this.#device.heads.findLast((head) => head.epoch < epoch);
    return ok(earlier === undefined ? null : { epoch: earlier.epoch, seq: earlier.seq + 1 });
  }

  /** The first event that is stored otherwise already; null when all that is stored is the same. */
  async #firstDifference(
    { hashes }: VerifiedRange,
    storedSeq: number,
  ): Promise<Result<number | null, StoreError>> {
    const { epoch, firstSeq, lastSeq } = this.#range;
    if (firstSeq > storedSeq) return ok(null);
    const stored = await this.#options.store.hashes({
      device: this.#device.registration.device,
      epoch,
      firstSeq,
      lastSeq: Math.min(lastSeq, storedSeq),
    });
    if (!stored.ok) return stored;
    const index = stored.value.findIndex((hash, i) => {
      const sent = hashes[i];
      return sent === undefined || !equalBytes(sent, hash);
    });
    return ok(index === -1 ? null : firstSeq + index);
  }

  async #store(
    { hashes, kinds }: VerifiedRange,
    storedSeq: number,
  ): Promise<Result<IntakeAnswer | 'head-moved', StoreError>> {
    const { epoch, firstSeq, records, head, identity } = this.#range;
    const taken: (TakenEvent & { readonly kind: EventKind })[] = [];
    for (const [i, { publicBytes, centre }] of records.entries()) {
      const [hash, kind, seq] = [hashes[i], kinds[i], firstSeq + i];
      if (hash === undefined || kind === undefined || seq <= storedSeq) continue;
      taken.push({ epoch, seq, hash, publicBytes, centre, kind });
    }
    if (taken.length > 0) {
      const settled = await this.#settle(taken);
      const twice = await this.#placesTwice(taken);
      if (!twice.ok) return twice;
      const appended = await this.#options.store.append({
        registration: this.#device.registration,
        afterSeq: storedSeq,
        events: taken,
        head,
        counts: countEvents(taken),
        participations: [...readParticipations(taken), ...settled.participations].toSorted(
          (a, b) => a.seq - b.seq,
        ),
        alarms: [...this.#alarmsOf(storedSeq + 1), ...settled.alarms, ...twice.value],
        receivedWallMs: this.#options.clock.wallMs(),
      });
      if (!appended.ok) return appended;
      if (appended.value === 'head-moved') return ok('head-moved');
    }
    return ok({
      status: 'accepted',
      through: { epoch: head.epoch, seq: head.seq },
      receipt: signReceipt(this.#options.key, identity, head),
      stored: taken.length,
    });
  }

  /** Claims become the tokens that they stand for, so that a visitor is compared like everybody. */
  async #settle(
    taken: readonly (TakenEvent & { readonly kind: EventKind })[],
  ): Promise<{ readonly participations: readonly Participation[]; readonly alarms: readonly Alarm[] }> {
    const participations: Participation[] = [];
    const alarms: Alarm[] = [];
    for (const { seq, isUndo, claim } of readClaims(taken)) {
      const token = (await this.#options.settleClaim?.(claim)) ?? null;
      if (token === null) alarms.push(this.#alarm('claim-unsettled', seq));
      else participations.push({ seq, isUndo, settles: 0, token: Buffer.from(token, 'base64url') });
    }
    return { participations, alarms };
  }

  /** A spare says in its first event where it stands: whether another laptop of the station says that it stands there. */
  async #placesTwice(taken: readonly TakenEvent[]): Promise<Result<readonly Alarm[], StoreError>> {
    const { store } = this.#options;
    const { device, station } = this.#device.registration;
    const own = placeSaid(taken[0], device);
    if (own === null) return ok([]);
    const heads = await store.heads();
    if (!heads.ok) return heads;
    const others = new Set(heads.value.filter((head) => head.station === station).map((head) => head.device));
    others.delete(device);
    const alarms: Alarm[] = [];
    for (const other of others) {
      const first = await store.events(other, { epoch: 0, seq: 0 }, 1);
      if (!first.ok) return first;
      const place = placeSaid(first.value[0], other);
      if (place === null || !isSamePlace(place.value, own.value)) continue;
      if (alarms.length === 0) alarms.push(this.#alarm('place-twice', own.seq));
      alarms.push({ device: other, code: 'place-twice', epoch: place.epoch, seq: place.seq });
    }
    return ok(alarms);
  }

  #alarmsOf(seq: number): Alarm[] {
    const { epoch } = this.#range;
    const newest = this.#device.heads.at(-1)?.epoch ?? epoch;
    return newest > epoch ? [this.#alarm('older-epoch-grew', seq)] : [];
  }

  /** What comes after a quarantined range is quarantined with it, so that it reaches the centre all the same. */
  async #answerGap(storedSeq: number): Promise<Result<IntakeAnswer, StoreError>> {
    const { epoch, firstSeq } = this.#range;
    const aside = this.#device.quarantined.find((range) => range.epoch === epoch);
    if (aside !== undefined && firstSeq <= aside.lastSeq + 1) {
      return this.#quarantine(['follows-quarantined'], null, firstSeq);
    }
    return ok({ status: 'gap', next: { epoch, seq: storedSeq + 1 } });
  }

  async #quarantine(
    faults: readonly string[],
    alarm: AlarmCode | null,
    seq: number,
  ): Promise<Result<IntakeAnswer, StoreError>> {
    // Anybody can invent a device; only what a registered one is said to have sent is worth keeping.
    if (!this.#device.isKnown) return ok({ status: 'refused', code: 'unknown-device' });
    const { epoch, firstSeq, lastSeq } = this.#range;
    const kept = await this.#options.store.quarantine({
      device: this.#device.registration.device,
      epoch,
      firstSeq,
      lastSeq,
      faults,
      body: this.#body,
      alarm: alarm === null ? null : this.#alarm(alarm, seq),
      receivedWallMs: this.#options.clock.wallMs(),
    });
    if (!kept.ok) return kept;
    if (kept.value === 'full') return ok({ status: 'refused', code: 'quarantine-full' });
    return ok({ status: 'quarantined', through: { epoch, seq: lastSeq }, faults });
  }

  #alarm(code: AlarmCode, seq: number): Alarm {
    return { device: this.#device.registration.device, code, epoch: this.#range.epoch, seq };
  }

  #headOf(epoch: number): ChainPoint | undefined {
    return this.#device.heads.find((head) => head.epoch === epoch);
  }
}

/** Where a spare says that it stands, in the first event of its log; null for every other event. */
function placeSaid(
  event: TakenEvent | undefined,
  device: string,
): (Place & { readonly value: LaptopPlace }) | null {
  if (event === undefined || event.seq !== 1 || event.centre === null) return null;
  const fields = decodeCanonical(event.centre.bytes);
  const value = fields.ok ? placeOfLaptop(fields.value, device) : null;
  return value === null ? null : { epoch: event.epoch, seq: event.seq, value };
}
