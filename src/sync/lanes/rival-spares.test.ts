import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import type { LaneFact } from '../../domain/lanes/lane-facts.ts';
import { unwrap } from '../../domain/result.ts';
import { type BenchLane, benchRoster, newBenchLane, startBenchLane, until } from './testing/lanes-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'tizme-rivals-'));
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, kit: BenchLane, kits: readonly BenchLane[]) {
  const started = await startBenchLane({
    ...{ kit, roster: benchRoster(kits, () => null), file: join(folder, `${name}.db`) },
    listen: { host: '127.0.0.1', port: 0 },
  });
  stops.push(async () => {
    await started.lanes.stop();
    started.store.close();
  });
  return started;
}

test('tables that let in two spares for one laptop, cut off from each other: raised at both, and what each spare did gets round', async () => {
  const kits = (await Promise.all([1, 2, 3, 2].map(newBenchLane))) as [
    BenchLane,
    BenchLane,
    BenchLane,
    BenchLane,
  ];
  const [first, spare, third, rival] = kits;
  // Table 1 believes the one, table 3 the other, which is at work.
  const one = await start('one', first, [first, spare, third]);
  const three = await start('three', third, [first, rival, third]);
  const two = await start('two', rival, [first, rival, third]);
  const facts: LaneFact[] = [{ type: 'identified', voter: 'v2-1', handover: 'h-1' }];
  two.lanes.committed(unwrap(two.commit(facts)), facts);
  two.lanes.found(`127.0.0.1:${three.port}`);
  const knows = ({ lanes }: typeof one): boolean => lanes.node.state.identifications.isIdentified('v2-1');
  await until('table 3 to have it', () => knows(three));
  const clones = ({ lanes }: typeof one): unknown[] =>
    lanes.node
      .matters()
      .map((matter) => ('lane' in matter ? [matter.kind, matter.lane, matter.settled] : matter));
  expect([knows(one), clones(one), clones(three)]).toEqual([false, [], []]);

  // The cut is over, and table 1 hears whom table 3 let in.
  const { lanes: believed } = benchRoster([rival], () => null);
  one.lanes.metRival(assertDefined(believed[0], 'the rival'));
  one.lanes.found(`127.0.0.1:${three.port}`);
  await until('table 1 to have it', () => knows(one));
  await until('both tables to raise it', () => [one, three].every((table) => clones(table).length > 0));
  expect([clones(one), clones(three)]).toEqual([[['clone', 2, false]], [['clone', 2, false]]]);
});
