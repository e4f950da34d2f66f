import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createRandom, type Random } from '../../../fixtures/random.ts';
import { type BenchLane, benchRoster, newBenchLane } from '../../../src/sync/lanes/testing/lanes-bench.ts';
import { readChecked, wholeNumber } from '../../checked-options.ts';
import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { refuseUsage } from '../../usage.ts';
import { Cable } from './cable.ts';
import { LaneProcess, laneConfig, type Visited } from './lane-handle.ts';
import type { FromLane } from './lane-process.ts';
import { LaneNamespaces } from './namespaces.ts';

const USAGE = [
  'usage: tizme lab lanes [--lanes N] [--voters N] [--seed S] [--json]',
  '  lanes as processes of their own, each in a network namespace, with an encrypted database and mutual TLS, while',
  '  plugs are pulled, cables go slow or deaf, and processes are killed with SIGKILL; wants root and iproute2',
  '  --lanes N    3 to 10 (10)',
  '  --voters N   (10000); one in five comes again, mostly to another table',
];

const requestSchema = z.object({
  lanes: wholeNumber(3, 10),
  voters: wholeNumber(20, 100_000),
  seed: z.string().min(1, 'takes a word or a number'),
  json: z.boolean(),
});

const OPTIONS = {
  lanes: { type: 'string', default: '10' },
  voters: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
} as const;

const LANE_PORT = 7_000;
/** Visits under way at one table: a desk takes one at a time, the lab saves time. */
const AT_ONCE = 4;
const MOST_TRIES = 40;
const COMES_AGAIN = 0.2;
const FAULT_EVERY_MS = 1_500;
const SETTLE_MS = 120_000;

/** `tizme lab lanes`: exit code 1 if a voter was identified twice, something confirmed is lost, or lanes disagree. */
export async function runLanesLab(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const read = readChecked({ args: [...args], options: OPTIONS }, requestSchema);
  if (!read.ok) return refuseUsage('lab lanes', read.error, io);
  const { value: request } = read;
  if (process.getuid?.() !== 0) {
    io.progress('tizme lab lanes: network namespaces can only be made by root');
    return 1;
  }
  const lab = new LanesLab(request, io);
  try {
    const outcome = await lab.run();
    const say = (line: string): void => (request.json ? io.progress(line) : io.out(line));
    for (const [what, value] of Object.entries(outcome.figures)) say(`  ${what.padEnd(62)} ${value}`);
    for (const problem of outcome.problems) say(`  does not hold: ${problem}`);
    const ok = outcome.problems.length === 0;
    if (ok) say('Everything holds.');
    if (request.json) io.out(JSON.stringify({ ok, ...outcome }));
    return ok ? 0 : 1;
  } finally {
    await lab.close();
  }
}

interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

interface Visit {
  readonly voter: string;
  tries: number;
  readonly again: boolean;
}

class LanesLab {
  readonly #request: z.infer<typeof requestSchema>;
  readonly #io: CommandIo;
  readonly #random: Random;
  readonly #numbers: readonly number[];
  readonly #namespaces: LaneNamespaces;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tizme-lab-lanes-'));
  readonly #cables = new Map<number, Cable>();
  readonly #lanes = new Map<number, LaneProcess>();
  readonly #counts: Record<string, number> = {};
  readonly #confirmed = new Map<string, string>();
  readonly #doubles: string[] = [];
  #faulting = true;

  constructor(request: z.infer<typeof requestSchema>, io: CommandIo) {
    this.#request = request;
    this.#io = io;
    this.#random = createRandom(request.seed);
    this.#numbers = Array.from({ length: request.lanes }, (_, index) => index + 1);
    this.#namespaces = new LaneNamespaces(this.#numbers);
  }

  async run(): Promise<Outcome> {
    const begun = performance.now();
    this.#namespaces.create();
    await this.#provision();
    for (const lane of this.#lanes.values()) lane.start();
    const faults = this.#makeFaults();
    await this.#serveEverybody();
    this.#faulting = false;
    await faults;
    await this.#mend();
    const problems = await this.#judge();
    return {
      figures: {
        lanes: this.#request.lanes,
        voters: this.#request.voters,
        'identified, as a screen said': this.#confirmed.size,
        ...this.#counts,
        'double identifications': this.#doubles.length,
        seconds: Math.round((performance.now() - begun) / 1000),
      },
      problems,
    };
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes.values()) lane.kill();
    for (const cable of this.#cables.values()) await cable.close();
    this.#namespaces.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #provision(): Promise<void> {
    const kits: BenchLane[] = [];
    const addresses = new Map<number, string>();
    for (const lane of this.#numbers) {
      kits.push(await newBenchLane(lane));
      const cable = new Cable({ host: this.#namespaces.address(lane), port: LANE_PORT });
      this.#cables.set(lane, cable);
      const port = await cable.open(this.#namespaces.switchAddress);
      addresses.set(lane, `${this.#namespaces.switchAddress}:${port}`);
    }
    const roster = benchRoster(kits, (lane) => addresses.get(lane) ?? null);
    for (const kit of kits) {
      const folder = join(this.#folder, `lane-${kit.lane}`);
      mkdirSync(folder);
      const config = laneConfig(kit, roster, { folder, port: LANE_PORT, multicast: false });
      const file = join(folder, 'lane.json');
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      this.#lanes.set(kit.lane, new LaneProcess(this.#namespaces.name(kit.lane), file));
    }
  }

  /** Every voter comes until identified, or until all tables refused too often; some come again. */
  async #serveEverybody(): Promise<void> {
    const { voters } = this.#request;
    const queues = new Map<number, Visit[]>(this.#numbers.map((lane) => [lane, []]));
    const homeOf = (voter: string): number => Number(voter.slice(1, voter.indexOf('-')));
    let open = voters;
    let done = 0;
    const send = (visit: Visit, lane: number): void => {
      queues.get(lane)?.push(visit);
    };
    for (let index = 0; index < voters; index += 1) {
      const voter = `v${1 + (index % this.#numbers.length)}-${index}`;
      const visit = { voter, tries: 0, again: false };
      send(visit, this.#random.next() < 0.5 ? homeOf(voter) : this.#random.pick(this.#numbers));
    }
    const finish = (): void => {
      open -= 1;
      done += 1;
      if (done % 50 === 0) this.#io.progress(progressBar('voters', Math.min(done, voters), voters));
    };
    const serve = async (lane: number): Promise<void> => {
      while (open > 0) {
        const visit = queues.get(lane)?.shift();
        if (visit === undefined) {
          await sleep(20);
          continue;
        }
        visit.tries += 1;
        const visited = await this.#lane(lane).visit(visit.voter);
        const gone = this.#note(visit, visited);
        if (!gone && visit.tries < MOST_TRIES) {
          if (visited === null || visited.outcome !== 'at-desk') await sleep(100);
          send(visit, this.#random.next() < 0.6 ? homeOf(visit.voter) : this.#random.pick(this.#numbers));
          continue;
        }
        if (!gone) this.#count('gave up: no table could take them');
        finish();
        if (!visit.again && this.#random.next() < COMES_AGAIN) {
          open += 1;
          send({ voter: visit.voter, tries: 0, again: true }, this.#random.pick(this.#numbers));
        }
      }
    };
    await Promise.all(this.#numbers.flatMap((lane) => Array.from({ length: AT_ONCE }, () => serve(lane))));
  }

  /** Returns whether the visit is over. */
  #note(visit: Visit, visited: Visited | null): boolean {
    if (visited === null) {
      this.#count('visits cut short by a kill');
      return false;
    }
    if (visited.outcome !== 'newly-identified') {
      this.#count(`refused: ${visited.outcome}`);
      return visited.outcome === 'identified';
    }
    if (!visited.confirmed) {
      this.#count('identified, no second copy in time');
      return false;
    }
    const earlier = this.#confirmed.get(visit.voter);
    if (earlier !== undefined && earlier !== visited.handover) this.#doubles.push(visit.voter);
    this.#confirmed.set(visit.voter, visited.handover);
    return true;
  }

  async #makeFaults(): Promise<void> {
    const mended: Promise<void>[] = [];
    while (this.#faulting) {
      await sleep(FAULT_EVERY_MS * (0.5 + this.#random.next()));
      if (!this.#faulting) break;
      mended.push(this.#fault());
    }
    await Promise.all(mended);
  }

  async #fault(): Promise<void> {
    const lane = this.#random.pick(this.#numbers);
    const cable = this.#cables.get(lane);
    const hold = 500 + this.#random.next() * 3_000;
    const kind = this.#random.pick([
      'kill -9',
      'kill -9',
      'plug pulled',
      'half-open connections',
      'slow cable',
      'cable cut',
    ]);
    this.#count(kind);
    switch (kind) {
      case 'kill -9':
        this.#lane(lane).kill();
        await sleep(hold / 2);
        this.#lane(lane).start();
        return;
      case 'plug pulled':
        this.#namespaces.plug(lane, false);
        await sleep(hold);
        this.#namespaces.plug(lane, true);
        return;
      case 'half-open connections':
        cable?.set(this.#random.integer(2) === 0 ? 'deaf-inward' : 'deaf-outward');
        await sleep(hold);
        cable?.set('whole');
        return;
      case 'slow cable':
        cable?.slow(20 + this.#random.integer(200));
        await sleep(hold);
        cable?.slow(0);
        return;
      default:
        cable?.set('cut');
        await sleep(hold);
        cable?.set('whole');
    }
  }

  async #mend(): Promise<void> {
    for (const lane of this.#numbers) {
      this.#namespaces.plug(lane, true);
      this.#cables.get(lane)?.set('whole');
      this.#cables.get(lane)?.slow(0);
      this.#lane(lane).start();
    }
  }

  /** Waits until all lanes have the same, and looks at what that is. */
  async #judge(): Promise<string[]> {
    const deadline = performance.now() + SETTLE_MS;
    let reports: Extract<FromLane, { type: 'report' }>[] = [];
    for (;;) {
      const answers = await Promise.all(this.#numbers.map((lane) => this.#lane(lane).report()));
      reports = answers.flatMap((one) => (one === null ? [] : [one]));
      const [first] = reports;
      const agree =
        reports.length === this.#numbers.length &&
        reports.every(({ heads }) => heads.join() === first?.heads.join());
      if (agree) break;
      if (performance.now() > deadline)
        return ['the lanes still differ two minutes after everything was mended'];
      await sleep(500);
    }
    const problems: string[] = [];
    const [first] = reports;
    const known = new Map<string, Set<string>>();
    for (const [voter, handover] of first?.identified ?? [])
      known.set(voter, (known.get(voter) ?? new Set()).add(handover));
    const twice = [...known.values()].filter((handovers) => handovers.size > 1).length;
    this.#counts['events of identification in the final log'] = first?.identified.length ?? 0;
    if (twice > 0) problems.push(`${twice} voters were identified twice, and no two people decided that`);
    let lost = 0;
    for (const [voter, handover] of this.#confirmed) if (!known.get(voter)?.has(handover)) lost += 1;
    this.#counts['confirmed events lost'] = lost;
    if (lost > 0) problems.push(`${lost} confirmed identifications are not in the final log`);
    if (this.#doubles.length > 0) problems.push(`${this.#doubles.length} voters were confirmed twice`);
    if ((first?.identified.length ?? 0) !== known.size)
      problems.push('an event is in the log more than once');
    return problems;
  }

  #lane(lane: number): LaneProcess {
    const found = this.#lanes.get(lane);
    if (found === undefined) throw new RangeError('no such lane');
    return found;
  }

  #count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
