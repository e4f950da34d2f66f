import type { Collision } from '../../domain/lanes/collisions.ts';
import type { FactOrigin, LaneFact } from '../../domain/lanes/lane-facts.ts';
import { laneOfListNumber, laneOfVisitor } from '../../domain/lanes/list-shares.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import type { ClaimOutcome } from '../../sync/lanes/rights.ts';
import { Lanes } from '../../sync/lanes/start-lanes.ts';
import { announceDoor } from '../../sync/lanes/transport/discovery.ts';
import type { Answer } from '../../sync/lanes/transport/lane-network.ts';
import type { RosterLane } from '../../sync/lanes/transport/lane-roster.ts';
import { readAddresses } from '../../sync/lanes/transport/reachable-addresses.ts';
import { openSpareDoor, type SpareDoor } from '../../sync/spares/spare-door.ts';
import type { StationRegister } from '../adapters/station-register.ts';
import type { StationError } from '../api/errors.ts';
import type { LanesView, ScannedTable } from '../api/lanes-view.ts';
import type { ChangesOfLane } from '../custody/list-keeper.ts';
import type { SettledRecords } from '../events.ts';
import type { Journal } from '../journal.ts';
import { RECEIPTS_OF_A_LAPTOP } from '../provision/spare-receipts.ts';
import { sequenceOf } from '../receipt-code.ts';
import type { ActMedium } from '../stick/act-medium.ts';
import { factOfEvent, factOfPrivate } from './event-facts.ts';
import { HeardSpares } from './heard-spares.ts';
import type { LaneNetworkKeys } from './lane-keys.ts';
import { OtherTables, type VisitElsewhere } from './other-tables.ts';
import { settledRecords } from './settled-records.ts';
import type { ContradictedLine, LaneDoorOptions, StationLanes } from './station-lanes.ts';
import type { TableOfStation } from './tables-of-station.ts';
import { viewLanes } from './view-lanes.ts';

export interface StationLanesOptions {
  readonly lane: LaneNumber;
  readonly keys: LaneNetworkKeys;
  readonly version: string;
  readonly ledger: Ledger;
  readonly store: WritableStore;
  readonly journal: Journal;
  readonly register: StationRegister;
  /** Receipt and hour of a hand-over of this lane. */
  readonly ownVisit: (handover: string) => VisitElsewhere;
  /** The number of the last receipt that this laptop knows to have begun; where a spare's begin, before its first. */
  readonly ownReceipts: () => number;
  readonly listen: { readonly host: string; readonly port: number };
  readonly multicast: boolean;
  /** The stick that stays in this laptop, as second copy of what it does; null where none was provisioned. */
  readonly witness: ActMedium | null;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: () => number;
  readonly changed: () => void;
}

/** Two people answer within this, or the code is not shown. */
const CODE_PATIENCE_MS = 2_000;
/** Another table whose address was typed answers within this, or the address is wrong. */
const CONNECT_LOOKS = 20;
const CONNECT_LOOK_MS = 250;

/** Starts the lanes of a station with several, over the network, for the desk of this one. */
export async function startStationLanes(options: StationLanesOptions): Promise<StationLanes> {
  const { lane, keys, journal, register } = options;
  const { roster, certificate, codeSeed } = keys;
  const numbers = roster.lanes.map((one) => one.lane);
  const homes = new Map<string, LaneNumber>();
  const homeOf = (voterId: string): LaneNumber => {
    const known = homes.get(voterId);
    if (known !== undefined) return known;
    const voter = register.byId(voterId);
    const home =
      voter === null || register.visitors.has(voterId)
        ? laneOfVisitor(numbers, voterId)
        : laneOfListNumber(roster.shares, numbers, voter.listNumber);
    homes.set(voterId, home);
    return home;
  };
  const others = new OtherTables();
  const spares = new HeardSpares(options.store, lane, roster);
  const { lanes } = await Lanes.start({
    ...{ lane, roster, certificate, codeSeed, homeOf },
    version: options.version,
    ledger: options.ledger,
    store: options.store,
    record: (facts) => {
      const recorded = journal.recordQuietly(
        facts.map((fact) => ({ type: 'lanes', fact, ...settledBy(fact, lanes, register) })),
      );
      return recorded.ok ? ok(recorded.value) : err('disk-failed');
    },
    factOf: factOfPrivate,
    heard: (event, origin) => {
      others.heard(event, origin);
      spares.heard(event);
    },
    listen: options.listen,
    multicast: options.multicast,
    witness: options.witness,
    clock: options.clock,
    timer: options.timer,
    random: options.random,
    changed: options.changed,
  });
  others.readWith((place) => lanes.privateAt(place));
  spares.tell({
    admitted: (spare) => {
      lanes.admit(spare);
      options.changed();
    },
    rival: (spare) => {
      lanes.metRival(spare);
      options.changed();
    },
  });
  journal.onRecorded((stored, events) => lanes.committed(stored, events.map(factOfEvent)));
  return new ConnectedLanes(lanes, others, spares, options);
}

class ConnectedLanes implements StationLanes {
  readonly #lanes: Lanes;
  readonly #options: StationLanesOptions;
  readonly #others: OtherTables;
  readonly #spares: HeardSpares;
  #scanned: ScannedTable | null = null;

  constructor(lanes: Lanes, others: OtherTables, spares: HeardSpares, options: StationLanesOptions) {
    this.#lanes = lanes;
    this.#others = others;
    this.#spares = spares;
    this.#options = options;
  }

  claim(voterId: string, done: (outcome: ClaimOutcome) => void): void {
    this.#lanes.node.claim(voterId, done);
  }

  release(voterId: string): void {
    this.#lanes.node.rights.release(voterId);
  }

  refusalNow(voterId: string): Refusal | null {
    return this.#lanes.node.rights.refusalNow(voterId);
  }

  whenCopied(done: () => void): void {
    const head = this.#options.ledger.head();
    if (head === null) done();
    else this.#lanes.node.secondCopy.when(head, done);
  }

  override(voterId: string, people: readonly string[]): Result<undefined, StationError> {
    return said(this.#lanes.node.override(voterId, people));
  }

  takeByCode(voterId: string, giver: LaneNumber, code: string): Result<undefined, StationError> {
    const taken = this.#lanes.node.rights.takeByCode(voterId, giver, code.replaceAll(/\s/g, ''));
    if (taken.ok) return ok(undefined);
    return err({ code: taken.error === 'wrong-code' ? 'wrong-lane-code' : 'disk-failed' });
  }

  async giveByCode(voterId: string, taker: LaneNumber): Promise<Result<string, StationError>> {
    const given = this.#lanes.node.rights.giveByCode(voterId, taker);
    if (!given.ok) return err({ code: this.#refusedToGive(given.error) });
    const copied = await new Promise<boolean>((resolve) => {
      this.#options.timer.after(CODE_PATIENCE_MS, () => resolve(false));
      this.whenCopied(() => resolve(true));
    });
    // The grant stands, and the same code comes again once a second copy does.
    return copied ? ok(given.value) : err({ code: 'no-second-copy' });
  }

  takeOver(lane: LaneNumber, people: readonly string[]): Result<undefined, StationError> {
    const taken = this.#lanes.node.takeOver(lane, people);
    if (taken.ok) return ok(undefined);
    switch (taken.error) {
      case 'lane-is-here':
        return err({ code: this.#lanes.node.isUp(lane) ? 'lane-answers' : 'lane-on-misfit' });
      case 'not-owning':
        return err({ code: 'this-table-waits' });
      case 'already-taken-over':
        return err({ code: 'already-done' });
      case 'disk-failed':
        return err({ code: 'disk-failed' });
    }
  }

  resume(people: readonly string[], lastReceipt: number): Result<undefined, StationError> {
    if (this.#lanes.node.standing.name() === 'owning') return err({ code: 'already-done' });
    const own = this.#options.ownReceipts();
    const first = own - (own % RECEIPTS_OF_A_LAPTOP);
    if (lastReceipt >= first + RECEIPTS_OF_A_LAPTOP - 1) return err({ code: 'number-out-of-range' });
    // What this laptop lost and the other tables kept has numbers, too; those of a laptop before it are no concern.
    const heard = sequenceOf(this.#others.lastReceipt(this.#options.lane));
    const kept = heard >= first && heard < first + RECEIPTS_OF_A_LAPTOP ? heard : 0;
    return said(this.#lanes.node.resume(people, Math.max(own, lastReceipt, kept)));
  }

  opened(people: readonly string[]): void {
    if (this.#lanes.node.standing.name() === 'unproven') this.#lanes.node.resume(people);
  }

  goAlone(people: readonly string[]): Result<undefined, StationError> {
    return said(this.#lanes.node.goAlone(people));
  }

  settle(matter: string, people: readonly string[]): Result<undefined, StationError> {
    const open = this.#lanes.node.matters().some((one) => one.name === matter && !one.settled);
    return open ? said(this.#lanes.node.settle(matter, people)) : err({ code: 'already-done' });
  }

  async connect(text: string): Promise<Result<undefined, StationError>> {
    const addresses = readAddresses(text);
    if (addresses === null) return err({ code: 'lane-address-malformed' });
    for (const address of addresses) this.#lanes.found(address);
    for (let look = 0; ; look += 1) {
      const answers = addresses.map((address) => this.#lanes.answerAt(address));
      if (answers.includes('table')) return ok(undefined);
      if (look === CONNECT_LOOKS) return err({ code: answerCode(answers) });
      await new Promise<void>((resolve) => {
        this.#options.timer.after(CONNECT_LOOK_MS, resolve);
      });
    }
  }

  scan(code: string): void {
    const number = (this.#scanned?.number ?? 0) + 1;
    const say = (outcome: ScannedTable['outcome']): void => {
      this.#scanned = { number, outcome };
      this.#options.changed();
    };
    say('connecting');
    void this.connect(code).then((connected) => {
      // Of two codes that were read one after the other the newer one is spoken of.
      if (this.#scanned?.number === number) say(connected.ok ? 'found' : connected.error.code);
    });
  }

  setPlugged(plugged: boolean): Result<undefined, StationError> {
    this.#lanes.setPlugged(plugged);
    this.#options.changed();
    return ok(undefined);
  }

  countersign(): Promise<void> {
    return this.#lanes.witnesses.countersign();
  }

  elsewhere(): ReturnType<StationLanes['elsewhere']> {
    return {
      voterIds: [...this.#lanes.node.state.identifications.identifiedVoters(), ...this.#others.paperVoters()],
      lanes: this.#options.keys.roster.lanes.map(({ lane }) => ({
        lane,
        lastReceipt: this.#others.lastReceipt(lane),
      })),
    };
  }

  visitElsewhere(voterId: string): VisitElsewhere | null {
    const records = this.#lanes.node.state.identifications.effective(voterId);
    const record = records.find((one) => !this.#isHere(one));
    return record === undefined ? null : this.#others.visit(record.handover, record.origin.lane);
  }

  countedElsewhere(voterId: string): number {
    const records = this.#lanes.node.state.identifications.effective(voterId);
    const others = records.filter((one) => !this.#isHere(one)).length;
    return others + (this.#others.paperLine(voterId) === null ? 0 : 1);
  }

  paperLineElsewhere(voterId: string): ReturnType<StationLanes['paperLineElsewhere']> {
    return this.#others.paperLine(voterId);
  }

  recordsOf(voterId: string): number {
    return this.#lanes.node.state.identifications.recordsOf(voterId);
  }

  contradictedLines(): ReturnType<StationLanes['contradictedLines']> {
    const { lane: own } = this.#options;
    const lines = this.#lanes.node.state.identifications.contradictedLines(own);
    return new Map(
      [...lines].map(([line, open]) => [line, open === null ? null : describeLine(open, own, line)]),
    );
  }

  receiptElsewhere(handover: string): string | null {
    return this.#others.receiptOf(handover);
  }

  onListChanges(listener: (changes: ChangesOfLane) => void): void {
    this.#others.onListChanges(listener);
  }

  admitted(spare: RosterLane): void {
    this.#spares.admittedHere(spare);
    this.#lanes.admit(spare);
    this.#options.changed();
  }

  async openDoor(options: LaneDoorOptions): Promise<SpareDoor | null> {
    const { keys, version, listen, multicast } = this.#options;
    let door: SpareDoor;
    try {
      door = await openSpareDoor({
        ...options,
        ...{ certificate: keys.certificate, version, listen: { host: listen.host, port: 0 } },
      });
    } catch {
      return null;
    }
    if (multicast) {
      const announced = announceDoor(door.port);
      void door.finished.then(() => announced.stop());
    }
    return door;
  }

  tables(): readonly TableOfStation[] {
    return this.#options.keys.roster.lanes
      .filter(({ lane }) => lane !== this.#options.lane)
      .map(({ lane }) => ({
        lane,
        day: this.#others.dayOf(lane),
        up: this.#lanes.node.isUp(lane) || this.#lanes.answers(lane),
      }));
  }

  view(): LanesView {
    return { ...viewLanes(this.#lanes, this.#others, this.#options), scanned: this.#scanned };
  }

  async stop(): Promise<void> {
    await this.#lanes.stop();
    await this.#options.witness?.stop();
  }

  /** By this very laptop: where it is a spare, what the one before it did under the same number is elsewhere. */
  #isHere({ handover, origin }: { readonly handover: string; readonly origin: FactOrigin }): boolean {
    return origin.lane === this.#options.lane && this.#options.ownVisit(handover).hour !== null;
  }

  #refusedToGive(refusal: GiveRefusal): StationError['code'] {
    const waits = refusal.why === 'not-owning' && refusal.lane === this.#options.lane;
    return waits ? 'this-table-waits' : refusalCode(refusal);
  }
}

/** A laptop has several addresses, and at most one of them is of any use: what says most is said. */
function answerCode(answers: readonly Answer[]): StationError['code'] {
  if (answers.includes('version')) return 'lane-other-version';
  if (answers.includes('election')) return 'lane-elsewhere';
  if (answers.includes('itself')) return 'lane-is-this-one';
  return answers.includes('stranger') ? 'lane-stranger' : 'lane-not-reached';
}

/** What the centre is told with a collision that two people have settled. */
function settledBy(fact: LaneFact, lanes: Lanes, register: StationRegister): Partial<SettledRecords> {
  if (fact.type !== 'settled') return {};
  const matter = lanes.node.matters().find(({ name }) => name === fact.matter);
  if (matter?.kind !== 'collision') return {};
  const { voter } = matter;
  return settledRecords(register, voter, lanes.node.state.identifications.recordsOf(voter));
}

/** The first record of the collision that is not this line itself. */
function describeLine({ name, records }: Collision, own: LaneNumber, line: number): ContradictedLine | null {
  for (const record of records) {
    if ('handover' in record) return { name, doubleOf: 'identification', doubleRef: record.handover };
    const { lane } = record.origin;
    if (lane === own && record.line === line) continue;
    return {
      name,
      doubleOf: 'paper-line',
      doubleRef: lane === own ? String(record.line) : `${lane}/${record.line}`,
    };
  }
  return null;
}

type GiveRefusal = Extract<ReturnType<Lanes['node']['rights']['giveByCode']>, { ok: false }>['error'];

function said(result: Result<unknown, 'disk-failed' | Refusal>): Result<undefined, StationError> {
  if (result.ok) return ok(undefined);
  return err({ code: result.error === 'disk-failed' ? 'disk-failed' : refusalCode(result.error) });
}

function refusalCode({ why }: Refusal | GiveRefusal): StationError['code'] {
  switch (why) {
    case 'identified':
      return 'identified-elsewhere';
    case 'at-desk':
      return 'voter-at-desk';
    case 'undo-not-copied':
      return why;
    case 'unreachable':
    case 'not-owning':
      return 'lane-not-owning';
    case 'disk-failed':
      return 'disk-failed';
  }
}
