import type { LaneNumber, Tenure } from '../../domain/lanes/tenure.ts';
import { headOf, type LogHead, type LogRange } from './lane-log.ts';
import type { LaneState } from './lane-state.ts';

/** Another lane, while it is connected. */
interface Peer {
  readonly lane: LaneNumber;
  tenure: Tenure;
  /** What it has, as far as it said. */
  heads: readonly LogHead[];
  /** What was sent and not yet acknowledged, by lane and epoch; sent again after two beats. */
  readonly underWay: Map<string, { readonly head: LogHead; readonly beat: number }>;
  /** Since which beat it lacks what comes after an event of another lane's log, by lane and epoch. */
  readonly lacking: Map<string, { readonly after: number; readonly beat: number }>;
  silentBeats: number;
}

/** With no word for so many seconds, a connection is dead, whatever the operating system says. */
export const MOST_SILENT_BEATS = 3;

/** So long the lane that wrote a log is left to bring it. */
const BEATS_FOR_ITS_LANE = 2;

/**
 * Copies the logs among the lanes: by contiguous ranges, each event once, from whoever has it. A lane tells what
 * it has every second; whoever sees that something is missing there sends it.
 */
export class Replication<Range extends LogRange> {
  readonly #state: LaneState<Range>;
  readonly #peers = new Map<LaneNumber, Peer>();
  #beat = 0;

  constructor(state: LaneState<Range>) {
    this.#state = state;
  }

  isUp(lane: LaneNumber): boolean {
    return this.#peers.has(lane);
  }

  up(): readonly LaneNumber[] {
    return [...this.#peers.keys()];
  }

  tenureOf(lane: LaneNumber): Tenure | null {
    return this.#peers.get(lane)?.tenure ?? null;
  }

  linkUp(lane: LaneNumber): void {
    const { links, start, log } = this.#state.ports;
    const tenure = this.#state.custody.tenure(lane);
    this.#peers.set(lane, {
      lane,
      tenure,
      heads: [],
      underWay: new Map(),
      lacking: new Map(),
      silentBeats: 0,
    });
    links.send(lane, { type: 'hello', start, tenure: this.#state.tenure(), heads: log.heads() });
  }

  linkDown(lane: LaneNumber): void {
    this.#peers.delete(lane);
  }

  /** Once a second. */
  beat(): void {
    const { links, log } = this.#state.ports;
    this.#beat += 1;
    for (const peer of [...this.#peers.values()]) {
      peer.silentBeats += 1;
      if (peer.silentBeats > MOST_SILENT_BEATS) {
        links.drop(peer.lane);
        continue;
      }
      links.send(peer.lane, { type: 'have', tenure: this.#state.tenure(), heads: log.heads() });
    }
  }

  /** Something came from this lane. */
  heardFrom(lane: LaneNumber): void {
    const peer = this.#peers.get(lane);
    if (peer !== undefined) peer.silentBeats = 0;
  }

  told(lane: LaneNumber, tenure: Tenure, heads: readonly LogHead[]): void {
    const peer = this.#peers.get(lane);
    if (peer === undefined) return;
    peer.tenure = tenure;
    peer.heads = heads;
    for (const head of this.#state.ports.log.heads()) this.#bring(peer, head);
  }

  /** The peer has this on its disk. */
  stored(lane: LaneNumber, head: LogHead): void {
    const peer = this.#peers.get(lane);
    if (peer === undefined) return;
    const { log } = this.#state.ports;
    peer.heads = [...peer.heads.filter((one) => !log.leadsTo(one, head)), head];
    for (const mine of log.heads())
      if (mine.lane === head.lane && mine.epoch === head.epoch) this.#bring(peer, mine);
  }

  /** Sends what is new in the own log to everybody who is there. */
  pushOwn(): void {
    const head = this.#state.ports.log.ownHead();
    if (head === null) return;
    for (const peer of this.#peers.values()) this.#bring(peer, head);
  }

  #bring(peer: Peer, head: LogHead): void {
    const { log, links } = this.#state.ports;
    const after = this.#missingAfter(peer, head);
    if (after === null) peer.lacking.delete(laneAndEpoch(head));
    else if (this.#isLeftToItsLane(peer, head, after)) return;
    const range = after === null ? null : log.rangeAfter(head, after);
    if (range === null) return;
    links.send(peer.lane, { type: 'events', range });
    peer.underWay.set(laneAndEpoch(head), { head: headOf(range), beat: this.#beat });
  }

  /**
   * A log is brought by the lane that wrote it while that lane is there, and by others only when that has not helped:
   * after a cut each of ten lanes would otherwise send everything to everybody.
   */
  #isLeftToItsLane(peer: Peer, head: LogHead, after: number): boolean {
    const { lane } = this.#state.ports;
    if (head.lane === lane || head.lane === peer.lane || !this.#peers.has(head.lane)) return false;
    const name = laneAndEpoch(head);
    const before = peer.lacking.get(name);
    // It goes forward: its lane is at it.
    const since = before?.after === after ? before.beat : this.#beat;
    peer.lacking.set(name, { after, beat: since });
    return this.#beat - since < BEATS_FOR_ITS_LANE;
  }

  /** After which event of the history the peer lacks something; null when nothing is to be sent. */
  #missingAfter(peer: Peer, head: LogHead): number | null {
    const { log } = this.#state.ports;
    let after = 0;
    for (const theirs of peer.heads) {
      if (theirs.lane !== head.lane || theirs.epoch !== head.epoch) continue;
      if (log.leadsTo(theirs, head)) after = Math.max(after, theirs.seq);
      // They have more of it than this lane does, as far as it can tell.
      else if (theirs.seq > head.seq && !log.has(theirs)) return null;
    }
    const sent = peer.underWay.get(laneAndEpoch(head));
    if (sent !== undefined && this.#beat - sent.beat < 2 && log.leadsTo(sent.head, head))
      after = Math.max(after, sent.head.seq);
    return after < head.seq ? after : null;
  }
}

function laneAndEpoch({ lane, epoch }: LogHead): string {
  return `${lane}/${epoch}`;
}
