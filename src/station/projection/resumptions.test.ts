import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { readMigrations } from '../../store/migrations.ts';
import { openScratchStore } from '../../store/scratch-store.ts';
import type { StationEvent } from '../events.ts';
import { laneTable } from '../paper/report/report-tables.ts';
import { DayProjection } from './day-projection.ts';
import { projectEvent } from './project-event.ts';

const MIGRATIONS = readMigrations(join(import.meta.dirname, '../../../migrations/station'));
const PEOPLE = ['chair', 'secretary'];

test('each time two people let the table go on is counted by its case, and what an older program wrote stays uncounted', () => {
  const store = openScratchStore(MIGRATIONS.map(({ sql }) => sql));
  const resumed = { type: 'resumed', people: PEOPLE } as const;
  const events: StationEvent[] = [
    { type: 'lanes', fact: { ...resumed, because: 'unproven', when: 'opening' } },
    { type: 'lanes', fact: { ...resumed, because: 'unproven', when: 'day', receiptsAfter: 7 } },
    { type: 'lanes', fact: { ...resumed, because: 'older-copy', when: 'day', receiptsAfter: 9 } },
    { type: 'lanes', fact: { ...resumed, because: 'unproven', when: 'day', receiptsAfter: 9 } },
    { type: 'lanes', fact: { ...resumed, because: 'unproven', receiptsAfter: 12 } },
  ];
  unwrap(
    store.transaction(() => {
      for (const [index, event] of events.entries()) projectEvent(store, event, 1_000 * index, index + 1);
    }),
  );
  const projection = new DayProjection(store);
  const decisions = projection.laneDecisions();
  expect(decisions.resumptions).toEqual({ 'at-opening': 1, unproven: 2, 'older-copy': 1 });
  expect(projection.receiptSequence()).toBe(12);
  // Beside each other on paper, and in nobody's total.
  const { rows } = laneTable({ ...decisions, matters: [] }, (key) => key);
  expect(rows.map(({ label, value }) => `${label} ${value}`)).toEqual([
    ...['lanes.overrides 0', 'lanes.overrides-cut 0', 'lanes.take-overs 0'],
    ...['lanes.resumed.at-opening 1', 'lanes.resumed.unproven 2', 'lanes.resumed.older-copy 1'],
    'lanes.matters 0',
  ]);
  store.close();
});
