import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../../fixtures/random.ts';
import { unwrap } from '../../domain/result.ts';
import { readMigrations } from '../../store/migrations.ts';
import { openScratchStore } from '../../store/scratch-store.ts';
import { projectEvent } from './project-event.ts';
import { PROJECTED_TABLES, projectedRows } from './projected-tables.ts';
import { RandomDay } from './testing/random-day.ts';

const MIGRATIONS = readMigrations(join(import.meta.dirname, '../../../migrations/station'));

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/**
 * What the events of a log that there already is become in the tables is a format: a lane whose tables were written by
 * the program of yesterday opens with the one of today only if today's makes the same of them.
 */
test('a recorded day makes the tables that it always made', () => {
  const day = new RandomDay(createRandom(20270124));
  const acts = [day.start(true, false), ...Array.from({ length: 400 }, () => day.act())];
  const events = acts.flatMap((act) => act.events);
  const store = openScratchStore(MIGRATIONS.map(({ sql }) => sql));
  unwrap(
    store.transaction(() => {
      events.forEach((event, index) => {
        projectEvent(store, event, 1_800_000_000_000 + 1_000 * index, index + 1);
      });
    }),
  );
  const tables = PROJECTED_TABLES.map((table) => [table, [...projectedRows(store, table).values()]]);
  expect({ events: digest(events), tables: digest(tables) }).toEqual({
    // Another day, where the generator draws another one: take both digests anew, from the program as it was before.
    events: '94d929127d2f00d2',
    // The same day and other tables: whoever wants that writes a migration that makes the tables of every lane again.
    tables: '59a6f729656978dd',
  });
  store.close();
});
