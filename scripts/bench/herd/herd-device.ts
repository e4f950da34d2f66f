import { pickCentre } from '../../../src/collector/demo/demo-day.ts';
import { DemoDevice, type DemoEvent } from '../../../src/collector/demo/demo-device.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import { drawParticipationToken, type ParticipationToken } from '../../../src/domain/participation-token.ts';
import { ok, type Result } from '../../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../../src/ledger/device-key.ts';
import { signChallenge } from '../../../src/ledger/device-proof.ts';
import { sha256 } from '../../../src/ledger/event.ts';
import type { StoredEvent } from '../../../src/ledger/seal-events.ts';
import type { UploadRange } from '../../../src/ledger/upload-range.ts';
import { EVENTS_PER_RANGE, type UploadSource } from '../../../src/sync/upload/start-upload.ts';

export const HERD_ELECTION = 'mock-herd';
export const EVENTS_PER_IDENTIFICATION = 3;

/** What somebody did at this lane beside its own voters: a voter of another lane, or an undo. */
export interface PlantedAct {
  readonly kind: 'identification' | 'undo';
  readonly token: ParticipationToken;
}

/** The token of a lane's n-th voter, always the same, so that another lane can be given it. */
export function herdToken(lane: number, voter: number): ParticipationToken {
  return drawParticipationToken(sha256(Buffer.from(`herd ${lane} ${voter}`)).subarray(0, 16));
}

/**
 * A laptop that was offline all day: what the upload needs of its ledger, with events that are made, linked and signed
 * when they are asked for and forgotten when the centre has them, since ten thousand days don't fit one memory.
 */
export class HerdDevice implements UploadSource {
  readonly lane: number;
  readonly device: DemoDevice;
  readonly #voters: number;
  readonly #planted: readonly PlantedAct[];
  readonly #total: number;
  #made = 0;
  #acknowledged = 0;
  #underWay: UploadRange | null = null;
  readonly #heads = new Map<number, Uint8Array>();

  constructor(lane: number, voters: number, planted: readonly PlantedAct[]) {
    const station = String(1001 + Math.floor(lane / 4));
    this.lane = lane;
    // Always the same key, so that whoever looks afterwards how far it is can show to be this device.
    const key = deviceKeyFromSeed(sha256(Buffer.from(`herd key ${lane}`)));
    this.device = new DemoDevice(
      { election: HERD_ELECTION, station, device: `${station}-${(lane % 4) + 1}` },
      key,
    );
    this.#voters = voters;
    this.#planted = planted;
    this.#total = voters * EVENTS_PER_IDENTIFICATION + planted.length;
  }

  get identity(): UploadSource['identity'] {
    return this.device.identity;
  }

  get publicKey(): Uint8Array {
    return this.device.key.publicKey;
  }

  signChallenge(challenge: string): Uint8Array {
    return signChallenge(this.device.key, this.identity.device, challenge);
  }

  get total(): number {
    return this.#total;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Of its newest event. */
  get lastHash(): Uint8Array | undefined {
    return this.#heads.get(this.#made);
  }

  pendingCount(): Result<number, never> {
    return ok(this.#total - this.#acknowledged);
  }

  /** Each range is one commit, which is given whole whatever the limit. */
  pendingRange(
    after: { readonly epoch: number; readonly seq: number } | null,
  ): ReturnType<UploadSource['pendingRange']> {
    if (this.#acknowledged === this.#total) return ok(null);
    const isNext = after === null || after.epoch === 0 || after.seq === this.#acknowledged;
    if (!isNext) throw new Error('the centre asks for events that it had acknowledged');
    if (this.#underWay === null) {
      const count = Math.min(EVENTS_PER_RANGE, this.#total - this.#made);
      this.#underWay = this.device.commit(this.#makeEvents(count));
      this.#heads.set(this.#underWay.lastSeq, this.#underWay.head.hash);
    }
    return ok(this.#underWay);
  }

  markUploaded(through: { readonly epoch: number; readonly seq: number }): Result<void, never> {
    if (through.seq !== this.#underWay?.lastSeq) throw new Error('a receipt for what was not sent');
    this.#acknowledged = through.seq;
    this.#underWay = null;
    return ok();
  }

  /** Of its own events it remembers the ends of ranges: nothing else is asked for. */
  events(after: { readonly epoch: number; readonly seq: number } | null): ReturnType<UploadSource['events']> {
    const seq = (after?.seq ?? 0) + 1;
    const hash = this.#heads.get(seq);
    const found = hash === undefined ? [] : [{ epoch: 1, seq, hash }];
    return ok(found as unknown as readonly StoredEvent[]);
  }

  #makeEvents(count: number): DemoEvent[] {
    return Array.from({ length: count }, (_, i) => this.#eventAt(this.#made + i)).map((event) => {
      this.#made += 1;
      return event;
    });
  }

  /** Found, identified, receipt out: of each voter three events. What was planted comes at the end of the day. */
  #eventAt(index: number): DemoEvent {
    const voter = Math.floor(index / EVENTS_PER_IDENTIFICATION);
    if (voter >= this.#voters) {
      const planted = assertDefined(
        this.#planted[index - this.#voters * EVENTS_PER_IDENTIFICATION],
        'an event of this day',
      );
      const type = planted.kind === 'undo' ? 'identification-undone' : 'identified';
      return {
        kind: planted.kind,
        period: 5,
        centre: { ...pickCentre(this.lane), type, token: planted.token },
      };
    }
    switch (index % EVENTS_PER_IDENTIFICATION) {
      case 0:
        return { kind: 'other', period: 1, centre: { type: 'voter-found' } };
      case 1:
        return {
          kind: 'identification',
          period: 1,
          centre: { ...pickCentre(this.lane * 31 + voter), token: herdToken(this.lane, voter) },
        };
      default:
        return { kind: 'other', period: 1, centre: { type: 'receipt-printed' } };
    }
  }
}
