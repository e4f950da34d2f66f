import { join } from 'node:path';
import { everybody } from '../../fixtures/election/generate-election.ts';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { unwrap } from '../../src/domain/result.ts';
import { MockLane } from '../mock-day/lane.ts';
import { MockOperator } from '../mock-day/operator.ts';
import { type DayOptions, laneSetup, prepare } from '../mock-day/play-day.ts';
import { DeviceProbe } from './probed-devices.ts';

/** The software's own share of each voter's time, in milliseconds. */
export interface DeskLatency {
  /** Document's text in hand to the voter's record on the screen, less the waiting for the card. */
  readonly lookUp: readonly number[];
  /** The decisive frame in hand to the decision on the screen (committed), per comparison that matched. */
  readonly decision: readonly number[];
  /** Both together, for voters identified by the first comparison. */
  readonly total: readonly number[];
}

/** Serves every voter of the day once, and takes the human's and the devices' time off. */
export async function measureDeskLatency(options: DayOptions): Promise<DeskLatency> {
  const { election } = options;
  const probe = new DeviceProbe();
  const lane = await MockLane.open({
    ...laneSetup({ ...options, directory: join(options.directory, 'latency') }, 1, {
      people: simulatedPeople(election, options.fingers),
    }),
    // Slow enough that the simulated devices, which share this thread, don't compete with what is measured.
    speed: 8,
    wrapDevices: (devices) => probe.wrap(devices),
  });
  const operator = new MockOperator(lane, election.roster, (person) => person.awkward !== 'impostor');
  const watch = new StepWatch(lane, probe);
  try {
    await prepare(lane, operator);
    unwrap(await lane.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    const people = everybody(election);
    for (const [index, person] of people.entries()) {
      const visit = await operator.serve(person, 0);
      watch.endOfVisit(visit.method === 'fingerprint' && visit.fingerTries === 1);
      options.progress(index + 1, people.length);
    }
    return watch.latency();
  } finally {
    await lane.stop();
  }
}

/** Looks at the desk's snapshots as the screen gets them. */
class StepWatch {
  readonly #lookUp: number[] = [];
  readonly #decision: number[] = [];
  readonly #total: number[] = [];
  readonly #probe: DeviceProbe;
  #kind = '';
  #lastLookUp = 0;
  #lastDecision = 0;

  constructor(lane: MockLane, probe: DeviceProbe) {
    this.#probe = probe;
    lane.desk.onSnapshot(({ desk: step }) => {
      const comparing = step.kind === 'finger' && step.finger.state === 'comparing';
      probe.setComparing(comparing);
      if (step.kind === this.#kind) return;
      const from = this.#kind;
      this.#kind = step.kind;
      const now = performance.now();
      if ((step.kind === 'voter' || step.kind === 'stop') && from === 'reading-document')
        this.#noteLookUp(now - probe.textAtMs - probe.cardMs);
      if (step.kind === 'verified' && from === 'finger') this.#noteDecision(now - this.#probe.frameAtMs);
    });
  }

  endOfVisit(byFirstComparison: boolean): void {
    if (byFirstComparison) this.#total.push(this.#lastLookUp + this.#lastDecision);
  }

  latency(): DeskLatency {
    return { lookUp: this.#lookUp, decision: this.#decision, total: this.#total };
  }

  #noteLookUp(milliseconds: number): void {
    this.#lastLookUp = milliseconds;
    this.#lookUp.push(milliseconds);
  }

  #noteDecision(milliseconds: number): void {
    this.#lastDecision = milliseconds;
    this.#decision.push(milliseconds);
  }
}
