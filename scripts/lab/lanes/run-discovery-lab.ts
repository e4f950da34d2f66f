import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BenchLane, benchRoster, newBenchLane } from '../../../src/sync/lanes/testing/lanes-bench.ts';
import type { CommandIo } from '../../command-io.ts';
import { parseOnce } from '../../usage.ts';
import { LaneProcess, laneConfig } from './lane-handle.ts';
import { LaneNamespaces } from './namespaces.ts';

const USAGE = [
  'usage: tizme lab discovery [--lanes N] [--json]',
  '  lanes whose roster has no address of any of them, each in a network namespace on one switch: they have to find each',
  '  other by mDNS alone; wants root and iproute2',
  '  --lanes N   2 to 10 (4)',
];
const LANE_PORT = 7_000;
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/** `tizme lab discovery`: exit code 1 where the lanes have not all found each other within a minute. */
export async function runDiscoveryLab(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOnce({
    args: [...args],
    options: {
      lanes: { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.lanes);
  if (values.help || !Number.isInteger(count) || count < 2 || count > 10) {
    for (const line of USAGE) values.help ? io.out(line) : io.progress(line);
    return values.help ? 0 : 2;
  }
  if (process.getuid?.() !== 0) {
    io.progress('tizme lab discovery: network namespaces can only be made by root');
    return 1;
  }
  const seconds = await findEachOther(count);
  const say = (line: string): void => (values.json ? io.progress(line) : io.out(line));
  say(
    seconds === null
      ? `${count} lanes did not all find each other by mDNS within ${PATIENCE_MS / 1000} s`
      : `${count} lanes found each other by mDNS after ${seconds} s`,
  );
  if (values.json) io.out(JSON.stringify({ ok: seconds !== null, lanes: count, seconds }));
  return seconds === null ? 1 : 0;
}

/** Seconds until every lane has heard every other; null where that took too long. */
async function findEachOther(count: number): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'tizme-lab-discovery-'));
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const namespaces = new LaneNamespaces(numbers);
  const lanes: LaneProcess[] = [];
  try {
    namespaces.create();
    const kits: BenchLane[] = [];
    for (const lane of numbers) kits.push(await newBenchLane(lane));
    const roster = benchRoster(kits, () => null);
    for (const kit of kits) {
      const own = join(folder, `lane-${kit.lane}`);
      mkdirSync(own);
      const file = join(own, 'lane.json');
      const config = laneConfig(kit, roster, { folder: own, port: LANE_PORT, multicast: true });
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      lanes.push(new LaneProcess(namespaces.name(kit.lane), file));
    }
    const begun = performance.now();
    for (const lane of lanes) lane.start();
    while (performance.now() - begun < PATIENCE_MS) {
      const reports = await Promise.all(lanes.map((lane) => lane.report()));
      // A lane owns once it has heard all the others.
      if (reports.every((report) => report?.standing === 'owning'))
        return Math.round((performance.now() - begun) / 100) / 10;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return null;
  } finally {
    for (const lane of lanes) lane.kill();
    namespaces.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}
