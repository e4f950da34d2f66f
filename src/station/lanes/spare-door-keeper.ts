import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { type CancelTimer, giveUpAfter } from '../../domain/timer.ts';
import type { RosterLane } from '../../sync/lanes/transport/lane-roster.ts';
import { doorText } from '../../sync/spares/pairing-code.ts';
import type { DoorMeeting, DoorOutcome, SpareDoor } from '../../sync/spares/spare-door.ts';
import type { StationError } from '../api/errors.ts';
import type { SpareDoorEnd, SpareDoorView } from '../api/spare-view.ts';
import type { StationContext } from '../context.ts';
import { admitAtDoor } from '../provision/admit-spare.ts';
import { type OfferedLane, type OfferFault, spareOffer } from '../provision/spare-offer.ts';
import type { OpenedVault } from '../station-dependencies.ts';

/** So long a door stays open for somebody to come. */
const PATIENCE_MS = 10 * 60_000;

/**
 * Lets one blank laptop become a table of this station, while this one goes on serving voters: two people open the door,
 * both screens show the same digits, the package goes over, and the event goes into the log in the moment in which the
 * spare says that it has everything.
 */
export class SpareDoorKeeper {
  readonly #context: Pick<StationContext, 'identity' | 'journal' | 'lanes' | 'timer' | 'changed'>;
  readonly #vault: OpenedVault;
  #view: SpareDoorView | null = null;
  #door: SpareDoor | null = null;
  #meeting: DoorMeeting | null = null;
  #opening = false;
  #tooLate = false;
  /** People here, or at the spare, said it of the last one that came. */
  #differed = false;
  #cancel: CancelTimer = () => {};

  constructor(
    context: Pick<StationContext, 'identity' | 'journal' | 'lanes' | 'timer' | 'changed'>,
    vault: OpenedVault,
  ) {
    this.#context = context;
    this.#vault = vault;
  }

  view(): SpareDoorView | null {
    return this.#view;
  }

  async open(lane: LaneNumber, people: readonly string[]): Promise<Result<undefined, StationError>> {
    if (this.#door !== null || this.#opening) return err({ code: 'already-done' });
    this.#opening = true;
    try {
      const { identity, lanes } = this.#context;
      const offered = await spareOffer({
        ...{ vault: this.#vault, identity, people, forLane: lane },
        ownAddress: lanes.view()?.addresses[0] ?? null,
      });
      if (!offered.ok) return err({ code: codeOf(offered.error) });
      const door = await this.#listen(offered.value, lane, people);
      if (door === null) return err({ code: 'door-unavailable' });
      this.#door = door;
      this.#tooLate = false;
      this.#differed = false;
      this.#waiting(door, lane);
      void door.finished.then((outcome) => this.#ended(outcome, lane));
      return ok(undefined);
    } finally {
      this.#opening = false;
    }
  }

  /** Whether the blank laptop shows the digits that stand here. */
  decide(same: boolean): Result<undefined, StationError> {
    const view = this.#view;
    if (this.#meeting === null || view?.state !== 'comparing' || view.agreed)
      return err({ code: 'wrong-phase' });
    if (same) this.#show({ ...view, agreed: true });
    else this.#differed = true;
    this.#meeting.decide(same);
    return ok(undefined);
  }

  /** Shuts the door, or puts away what came of it. */
  async shut(): Promise<void> {
    const door = this.#door;
    door?.close();
    await door?.finished;
    this.#show(null);
  }

  #listen(
    { offer, files }: OfferedLane,
    lane: LaneNumber,
    people: readonly string[],
  ): Promise<SpareDoor | null> {
    return this.#context.lanes.openDoor({
      ...{ offer, files },
      check: { by: 'people', onMeeting: (meeting) => this.#meet(meeting, lane) },
      admit: (keys) =>
        this.#admit({ ...keys, lane, address: null, receiptsFrom: offer.receiptsFrom }, people),
      onProgress: (bytes, of) =>
        this.#show({ state: 'handing', lane, percent: Math.floor((100 * bytes) / of) }),
    });
  }

  #meet(meeting: DoorMeeting, lane: LaneNumber): void {
    this.#cancel();
    this.#meeting = meeting;
    this.#differed = false;
    this.#show({ state: 'comparing', lane, digits: meeting.digits, agreed: false });
    void meeting.gone.then((how) => {
      if (this.#meeting !== meeting) return;
      this.#meeting = null;
      this.#differed ||= how === 'digits-differ';
      // Another one may come; where this one was let in, the door is shut already.
      if (this.#door !== null) this.#waiting(this.#door, lane);
    });
  }

  #admit(spare: RosterLane, people: readonly string[]): Result<unknown, string> {
    const { identity, journal, lanes } = this.#context;
    const admitted = admitAtDoor({
      ...{ laneStore: this.#vault.laneStore, ownLane: identity.lane, spare, people },
      record: (event, alongside) => journal.recordAlong([event], alongside).ok,
    });
    if (admitted.ok) lanes.admitted(spare);
    return admitted;
  }

  /** Whoever is being compared, or gets the package, is not cut off by it. */
  #waiting(door: SpareDoor, lane: LaneNumber): void {
    this.#cancel = giveUpAfter(this.#context.timer, PATIENCE_MS, () => {
      this.#tooLate = true;
      door.close();
    });
    const { addresses } = door;
    this.#show({ state: 'waiting', lane, addresses, code: doorText(addresses), differed: this.#differed });
  }

  #ended(outcome: DoorOutcome, lane: LaneNumber): void {
    this.#cancel();
    this.#door = null;
    this.#meeting = null;
    this.#show(
      outcome.outcome === 'admitted'
        ? { state: 'admitted', lane }
        : { state: 'ended', lane, why: this.#whyEnded(outcome) },
    );
  }

  #whyEnded({ outcome }: DoorOutcome): SpareDoorEnd {
    switch (outcome) {
      case 'too-many-wrong-codes':
        return 'digits-differ';
      case 'not-admitted':
        return 'not-recorded';
      default:
        return this.#tooLate ? 'too-late' : 'closed';
    }
  }

  #show(view: SpareDoorView | null): void {
    this.#view = view;
    this.#context.changed();
  }
}

function codeOf(fault: OfferFault): StationError['code'] {
  return fault === 'no-such-lane' ? 'bad-request' : fault;
}
