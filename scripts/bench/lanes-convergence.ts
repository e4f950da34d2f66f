import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, assertDefined } from '../../src/domain/assert.ts';
import { type BenchLane, benchRoster, newBenchLane } from '../../src/sync/lanes/testing/lanes-bench.ts';
import { Cable } from '../lab/lanes/cable.ts';
import { LaneProcess, laneConfig } from '../lab/lanes/lane-handle.ts';

/** As a visit writes at a desk, some five events to a commit. */
const EVENTS_PER_COMMIT = 5;
/** Voters of each lane before the cut. */
const MORNING_VOTERS = 300;
const LOCALHOST = '127.0.0.1';

/**
 * Lanes as they stand in a station, each a process of its own with an encrypted database at FULL and a cable of its own.
 * All cables are cut, each lane identifies so many voters, the cables are mended.
 * @returns Seconds from the mending until every lane knows of everybody, the looking for each other included.
 */
export async function timeConvergence(count: number, events: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-converge-'));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const cables = numbers.map(() => new Cable());
  const lanes: LaneProcess[] = [];
  try {
    const kits = await Promise.all(numbers.map(newBenchLane));
    lanes.push(...(await startCabled(kits, cables, folder)));
    await spendTheMorning(lanes);
    for (const cable of cables) cable.set('cut');
    await Promise.all(lanes.map((lane, index) => identify(lane, votersOf(index + 1, 'cut', events))));
    const last = numbers.map((lane) => assertDefined(votersOf(lane, 'cut', events).at(-1), 'a last voter'));
    const begun = performance.now();
    for (const cable of cables) cable.set('whole');
    const heard = await Promise.all(lanes.map((lane) => lane.hasHeardOf(last)));
    const seconds = (performance.now() - begun) / 1000;
    assert(heard.every(Boolean), 'every lane is still there');
    await judge(lanes, count * (MORNING_VOTERS + events));
    return seconds;
  } finally {
    for (const lane of lanes) lane.kill();
    for (const cable of cables) await cable.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startCabled(
  kits: readonly BenchLane[],
  cables: readonly Cable[],
  folder: string,
): Promise<LaneProcess[]> {
  const addresses = await Promise.all(
    cables.map(async (cable) => `${LOCALHOST}:${await cable.open(LOCALHOST)}`),
  );
  const roster = benchRoster(kits, (lane) => addresses[lane - 1] ?? null);
  return Promise.all(
    kits.map(async (kit, index) => {
      const place = join(folder, `lane-${kit.lane}`);
      mkdirSync(place);
      const file = join(place, 'lane.json');
      const config = laneConfig(kit, roster, { folder: place, port: 0, multicast: false });
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      const lane = new LaneProcess(null, file);
      lane.start();
      const port = assertDefined((await lane.port()) ?? undefined, 'the port of a lane that runs');
      cables[index]?.plugInto({ host: LOCALHOST, port });
      return lane;
    }),
  );
}

/** As at a station before the cut: each has identified voters since the morning, and all have heard of them. */
async function spendTheMorning(lanes: readonly LaneProcess[]): Promise<void> {
  const voters = lanes.map((_, index) => votersOf(index + 1, 'morning', MORNING_VOTERS));
  await Promise.all(lanes.map((lane, index) => identify(lane, voters[index] ?? [])));
  await Promise.all(lanes.map((lane) => lane.hasHeardOf(voters.flat())));
}

async function identify(lane: LaneProcess, voters: readonly string[]): Promise<void> {
  for (let first = 0; first < voters.length; first += EVENTS_PER_COMMIT)
    await lane.record(voters.slice(first, first + EVENTS_PER_COMMIT));
}

/** What was measured is what it says: nothing is missing, nothing is there twice, all have the same. */
async function judge(lanes: readonly LaneProcess[], events: number): Promise<void> {
  const reports = await Promise.all(lanes.map((lane) => lane.report()));
  const [first] = reports;
  for (const report of reports) {
    assert(report?.identified.length === events, 'every lane has every event once');
    assert(report.heads.join() === first?.heads.join(), 'every lane has the same logs');
  }
}

function votersOf(lane: number, when: 'morning' | 'cut', count: number): string[] {
  return Array.from({ length: count }, (_, index) => `v${lane}-${when}-${index}`);
}
