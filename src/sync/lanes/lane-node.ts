import { throwIllegalValue } from '../../domain/assert.ts';
import type { Matter } from '../../domain/lanes/collisions.ts';
import type { FactOrigin, LaneFact } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CancelTimer } from '../../domain/timer.ts';
import { headOf, type LogRange } from './lane-log.ts';
import type { LaneMessage, Refusal } from './lane-message.ts';
import type { LanePorts } from './lane-ports.ts';
import { LaneState } from './lane-state.ts';
import { Replication } from './replication.ts';
import { type ClaimOutcome, Rights } from './rights.ts';
import { SecondCopy } from './second-copy.ts';
import { Standing } from './standing.ts';

const BEAT_MS = 1_000;

/**
 * One lane of a station among the others: the whole protocol, with clock, network, disk and chance handed in, so
 * that the simulation and the real sockets run the very same code. What each part is for stands in docs/lanes.md.
 */
export class LaneNode<Range extends LogRange> {
  readonly state: LaneState<Range>;
  readonly standing: Standing<Range>;
  readonly rights: Rights<Range>;
  readonly secondCopy: SecondCopy<Range>;
  readonly #replication: Replication<Range>;
  readonly #ports: LanePorts<Range>;
  /**
   * The starts of the program under which each lane was met since two people last settled that it was met in copies: one
   * that comes back is a second machine.
   */
  readonly #starts = new Map<LaneNumber, { readonly after: number; readonly starts: readonly string[] }>();
  #nextBeat: CancelTimer = () => {};

  constructor(ports: LanePorts<Range>) {
    this.#ports = ports;
    this.state = new LaneState(ports);
    this.#replication = new Replication(this.state);
    this.standing = new Standing(this.state);
    this.secondCopy = new SecondCopy(this.state);
    this.rights = new Rights(this.state, {
      standing: this.standing,
      replication: this.#replication,
      secondCopy: this.secondCopy,
    });
    this.state.onAppended(() => {
      this.secondCopy.writeToMedium();
      this.#replication.pushOwn();
    });
  }

  start(): void {
    this.#weigh();
    this.#beatLater();
  }

  stop(): void {
    this.#nextBeat();
  }

  // --- Links -------------------------------------------------------------------------------------------------

  linkUp(lane: LaneNumber): void {
    if (this.#replication.isUp(lane)) this.linkDown(lane);
    this.#replication.linkUp(lane);
    this.#ports.changed();
  }

  linkDown(lane: LaneNumber): void {
    this.#replication.linkDown(lane);
    this.rights.linkDown(lane);
    this.#ports.changed();
  }

  isUp(lane: LaneNumber): boolean {
    return this.#replication.isUp(lane);
  }

  /** Somebody presented this lane's own certificate. */
  metItself(): void {
    this.standing.metItself();
  }

  receive(from: LaneNumber, message: LaneMessage<Range>): void {
    if (!this.#replication.isUp(from)) return;
    this.#replication.heardFrom(from);
    switch (message.type) {
      case 'hello':
        this.#met(from, message);
        this.#told(from, message);
        return;
      case 'have':
        this.#told(from, message);
        return;
      case 'events':
        this.#store(from, message.range);
        return;
      case 'stored':
        this.secondCopy.heldBy(from, message.head);
        this.#replication.stored(from, message.head);
        return;
      case 'ask': {
        const { request, voter, tenure } = message;
        // Whatever was written for it has been pushed by now, so the grant runs ahead of the answer.
        const answer = this.rights.answer(from, tenure, voter);
        this.#ports.links.send(from, { type: 'answer', request, voter, answer });
        return;
      }
      case 'answer':
        this.rights.answered(from, message.request, message.voter, message.answer);
        return;
      default:
        throwIllegalValue(message);
    }
  }

  // --- The desk ----------------------------------------------------------------------------------------------

  claim(voter: string, done: (outcome: ClaimOutcome) => void): void {
    this.rights.claim(voter, done);
  }

  /** The desk's own journal has written these; null facts are events that the lanes needn't understand. */
  committed(facts: readonly LaneFact[], origins: readonly FactOrigin[]): void {
    this.state.committed(facts, origins);
  }

  matters(): readonly Matter[] {
    return this.state.identifications.matters();
  }

  // --- Decisions of two people -------------------------------------------------------------------------------

  /** Takes over everything that a lane holds. A lane that answers is not switched off, whatever two people say. */
  takeOver(
    lane: LaneNumber,
    people: readonly string[],
  ): Result<FactOrigin, 'lane-is-here' | 'not-owning' | 'already-taken-over' | 'disk-failed'> {
    if (this.standing.name() !== 'owning') return err('not-owning');
    const { custody } = this.state;
    const stranded = custody.stranded(lane);
    if (stranded === null && lane === this.#ports.lane) return err('not-owning');
    if (stranded === null && this.#isOn(lane)) return err('lane-is-here');
    const from = stranded ?? custody.tenure(lane);
    if (custody.endOf(from) !== null) return err('already-taken-over');
    return this.#record({ type: 'taken-over', from, to: this.state.tenure(), people });
  }

  /** A program of another version can't be connected to, and serves its voters all the same. */
  #isOn(lane: LaneNumber): boolean {
    return this.#replication.isUp(lane) || this.#ports.links.answers(lane);
  }

  override(voter: string, people: readonly string[]): Result<void, Refusal> {
    return this.rights.override(voter, people);
  }

  resume(people: readonly string[], receiptsAfter?: number): Result<void, 'disk-failed'> {
    const resumed = this.standing.resume(people, receiptsAfter);
    if (resumed.ok) this.#weigh();
    return resumed;
  }

  goAlone(people: readonly string[]): Result<FactOrigin, 'disk-failed'> {
    const recorded = this.#record({ type: 'went-alone', people });
    if (recorded.ok) this.secondCopy.goAlone();
    return recorded;
  }

  settle(matter: string, people: readonly string[]): Result<FactOrigin, 'disk-failed'> {
    return this.#record({ type: 'settled', matter, people });
  }

  // --- Inside ------------------------------------------------------------------------------------------------

  #record(fact: LaneFact): Result<FactOrigin, 'disk-failed'> {
    const recorded = this.state.append([fact]);
    if (!recorded.ok) return recorded;
    const [origin] = recorded.value;
    return origin === undefined ? err('disk-failed') : ok(origin);
  }

  #told(
    from: LaneNumber,
    { tenure, heads }: Pick<LaneMessage<Range> & { type: 'have' }, 'tenure' | 'heads'>,
  ): void {
    this.standing.told(from, heads);
    this.#weigh();
    for (const head of heads) this.secondCopy.heldBy(from, head);
    this.#replication.told(from, tenure, heads);
  }

  #store(from: LaneNumber, range: Range): void {
    const stored = this.#ports.log.store(range);
    if (!stored.ok) {
      // Nobody who is authenticated sends this by accident; whatever it is, it changes nothing here.
      if (stored.error === 'refused') this.#ports.links.drop(from);
      return;
    }
    this.state.learn(stored.value.facts);
    // What the laptop before this one wrote says nothing about this one's disk.
    if (range.lane === this.#ports.lane && stored.value.fresh > 0 && stored.value.former !== true)
      this.standing.learntOwn(range.epoch, stored.value.facts);
    if (stored.value.forked && range.lane !== this.#ports.lane) this.standing.sawCopyOf(range.lane);
    this.#ports.links.send(from, { type: 'stored', head: headOf(range) });
    this.#weigh();
  }

  #weigh(): void {
    this.standing.weigh();
    if (this.standing.hasEvidence()) this.state.acknowledgeFence();
  }

  /** A start that was there before another start of the same lane, and is here again: two machines. */
  #met(lane: LaneNumber, { start, heads }: LaneMessage<Range> & { type: 'hello' }): void {
    const met = this.#starts.get(lane);
    const last = met?.starts.at(-1);
    if (last === start) return;
    const { times, settled } = this.state.identifications.clonesOf(lane);
    const after = settled ? times : times - 1;
    if (last !== undefined) this.standing.startedAnew(lane, heads);
    const starts = met?.after === after ? met.starts : [];
    if (starts.includes(start)) this.standing.sawCopyOf(lane);
    this.#starts.set(lane, { after, starts: [...starts.filter((one) => one !== start), start] });
  }

  #beatLater(): void {
    const wait = BEAT_MS * (0.9 + 0.2 * this.#ports.random());
    this.#nextBeat = this.#ports.timer.after(wait, () => {
      this.#replication.beat();
      this.rights.giveBack();
      this.secondCopy.writeToMedium();
      this.#weigh();
      this.#beatLater();
    });
  }
}
