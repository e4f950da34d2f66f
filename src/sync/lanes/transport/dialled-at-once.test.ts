import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertDefined } from '../../../domain/assert.ts';
import { systemTimer } from '../../../domain/timer.ts';
import { type BenchLane, benchRoster, newBenchLane, until } from '../testing/lanes-bench.ts';
import { LaneNetwork } from './lane-network.ts';

/** One end of a connection, and what it was told of it. */
interface End {
  readonly network: LaneNetwork;
  readonly address: string;
  readonly told: string[];
  readonly heard: string[];
}

let ends: End[] = [];
let kits: BenchLane[] = [];
beforeEach(async () => {
  kits = await Promise.all([1, 2].map(newBenchLane));
  ends = await Promise.all(kits.map(startEnd));
});
afterEach(() => Promise.all(ends.map(({ network }) => network.stop())));

/** Knows no address of the other until it is told one. */
async function startEnd(kit: BenchLane): Promise<End> {
  const [told, heard]: [string[], string[]] = [[], []];
  const network = new LaneNetwork({
    identity: { election: 'mock-2026', station: '101', device: kit.device, mock: true },
    ...{ lane: kit.lane, version: '1', certificate: kit.certificate },
    roster: benchRoster(kits, () => null),
    listen: { host: '127.0.0.1', port: 0 },
    timer: systemTimer(1, 20),
    random: Math.random,
    events: {
      linkUp: () => told.push('up'),
      linkDown: () => told.push('down'),
      message: (_lane, message) => heard.push(message.type),
      witness: () => {},
      metItself: () => told.push('met itself'),
      misfitChanged: () => {},
    },
  });
  return { network, address: `127.0.0.1:${await network.start()}`, told, heard };
}

function bothEnds(): [End, End] {
  const [one, two] = ends;
  return [assertDefined(one, 'the lower table'), assertDefined(two, 'the higher table')];
}

const HEAD = { lane: 1, epoch: 1, seq: 1, hash: 'ab'.repeat(32) };

/** What is said goes through in both directions; what was said over a connection that went is said again. */
async function talk(): Promise<void> {
  const [one, two] = bothEnds();
  await until('both to hear', () => {
    one.network.send(2, { type: 'stored', head: HEAD });
    two.network.send(1, { type: 'stored', head: HEAD });
    return one.heard.length > 0 && two.heard.length > 0;
  });
}

test('two tables that dial each other at once keep one of the two connections, the same at both ends', async () => {
  const [one, two] = bothEnds();
  one.network.found(two.address);
  two.network.found(one.address);
  await until('both to be connected', () => [one, two].every(({ told }) => told.at(-1) === 'up'));
  await talk();
  // Whichever came about last at an end: only the one that was dialled by the higher table goes.
  const downs = [...one.told, ...two.told].filter((word) => word === 'down');
  expect(downs.length).toBeLessThanOrEqual(1);
});

test('a table that is dialled again by the same one changes over to the newer connection', async () => {
  const [one, two] = bothEnds();
  one.network.found(two.address);
  await until('both to be connected', () => one.told.includes('up') && two.told.includes('up'));
  // Its laptop is switched off, and nobody is told; it is back with the same key.
  const again = await startEnd(assertDefined(kits[0], 'the lower table'));
  ends.push(again);
  again.network.found(two.address);
  await until('the newer one to count', () => two.told.join() === 'up,down,up' && again.told.includes('up'));
  two.network.send(1, { type: 'stored', head: HEAD });
  await until('it to be heard there', () => again.heard.length > 0);
  expect(one.heard).toEqual([]);
});
