import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { readMigrations } from '../../store/migrations.ts';
import { openScratchStore } from '../../store/scratch-store.ts';
import type { WritableStore } from '../../store/store.ts';
import {
  type LaneRoster,
  laneRosterSchema,
  type RosterLane,
} from '../../sync/lanes/transport/lane-roster.ts';
import { HeardSpares } from './heard-spares.ts';

const MIGRATIONS = readMigrations(join(import.meta.dirname, '../../../migrations/station'));
const KEY = `${'A'.repeat(43)}=`;

const laptop = (lane: number, device: string, receiptsFrom?: number): RosterLane => ({
  ...{ lane, device, ledgerKey: KEY, codeKey: KEY, certificate: device, address: null },
  ...(receiptsFrom === undefined ? {} : { receiptsFrom }),
});

/** As table `by` put on record that two people let it in for `revokes`. */
const admitted = (spare: RosterLane, revokes: string) => ({
  type: 'spare-admitted',
  revokes: { device: revokes, ledgerKey: KEY },
  entry: { ...spare },
});

const START: LaneRoster = { lanes: [laptop(1, 'one'), laptop(2, 'two'), laptop(3, 'three')], shares: [] };

class Table {
  readonly store: WritableStore = openScratchStore(MIGRATIONS.map(({ sql }) => sql));
  readonly own: number;
  told: string[] = [];
  spares: HeardSpares;

  constructor(own: number, roster: LaneRoster = START) {
    this.own = own;
    unwrap(
      this.store.transaction(() =>
        this.store.run(
          `INSERT INTO lane_network (id, roster, certificate, private_key, code_seed) VALUES (1, ?, '', '', zeroblob(32))`,
          [JSON.stringify(roster)],
        ),
      ),
    );
    this.spares = this.restart();
  }

  restart(): HeardSpares {
    this.told = [];
    this.spares = new HeardSpares(this.store, this.own, this.roster());
    this.spares.tell({
      admitted: ({ device }) => this.told.push(`admitted ${device}`),
      rival: ({ device }) => this.told.push(`rival ${device}`),
    });
    return this.spares;
  }

  roster(): LaneRoster {
    const row = this.store.get<{ roster: string }>('SELECT roster FROM lane_network');
    return laneRosterSchema.parse(JSON.parse(row?.roster ?? ''));
  }
}

const x = laptop(1, 'spare-x', 10_000);
const y = laptop(1, 'spare-y', 120_000);

test('two spares that were let in for one laptop are raised when the second is heard of, and its log is taken in', () => {
  const table = new Table(2);
  table.spares.heard(admitted(x, 'one'));
  table.spares.heard(admitted(y, 'one'));
  expect(table.told).toEqual(['admitted spare-x', 'rival spare-y']);
  const { lanes, former = [] } = table.roster();
  expect(lanes[0]?.device).toBe('spare-x');
  expect(former.map(({ device, rival }) => [device, rival])).toEqual([
    ['one', undefined],
    ['spare-y', true],
  ]);
  // Heard again at each start, and raised once.
  table.restart();
  table.spares.heard(admitted(y, 'one'));
  table.spares.heard(admitted(x, 'one'));
  expect(table.told).toEqual([]);
});

test('a table that let one in itself raises the one that another table let in', () => {
  const table = new Table(3);
  table.spares.admittedHere(y);
  table.spares.heard(admitted(x, 'one'));
  expect(table.told).toEqual(['rival spare-x']);
});

test('the spare itself hears that another was let in for the same laptop', () => {
  // From the chair's stick: it knows of nobody who stood there before.
  const table = new Table(1, { ...START, lanes: [x, ...START.lanes.slice(1)] });
  table.spares.heard(admitted(y, 'one'));
  expect(table.told).toEqual([]);
  table.spares.heard(admitted(x, 'one'));
  expect(table.told).toEqual(['rival spare-y']);
});

test('a spare for a spare that died is no rival, in whatever order the logs come', () => {
  for (const order of [
    [admitted(x, 'one'), admitted(y, 'spare-x')],
    [admitted(y, 'spare-x'), admitted(x, 'one')],
  ]) {
    const table = new Table(2);
    for (const event of order) table.spares.heard(event);
    expect(table.told).toEqual(['admitted spare-x', 'admitted spare-y']);
    expect(table.roster().lanes[0]?.device).toBe('spare-y');
    table.restart();
    for (const event of order) table.spares.heard(event);
    expect(table.told).toEqual([]);
  }
  // Nor is the one before it, to the spare that stands there now.
  const own = new Table(1, { ...START, lanes: [y, ...START.lanes.slice(1)] });
  own.spares.heard(admitted(x, 'one'));
  own.spares.heard(admitted(y, 'spare-x'));
  expect(own.told).toEqual([]);
});

test('the same spare, let in at two tables, is one laptop; and once people have looked, a rival may be the one that goes on', () => {
  const table = new Table(2);
  table.spares.heard(admitted(x, 'one'));
  table.spares.heard(admitted(x, 'one'));
  table.spares.heard(admitted(y, 'one'));
  table.spares.heard(admitted(y, 'spare-x'));
  expect(table.told).toEqual(['admitted spare-x', 'rival spare-y', 'admitted spare-y']);
  expect(table.roster().former?.map(({ device }) => device)).toEqual(['one', 'spare-x']);
});
