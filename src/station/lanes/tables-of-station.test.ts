import { expect, test } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { OtherTables } from './other-tables.ts';
import { refuseWhileOthersServe, type TableDay, type TableOfStation } from './tables-of-station.ts';

const table = (lane: number, day: TableDay, up: boolean): TableOfStation => ({ lane, day, up });

test.each<[string, TableOfStation[], number[], ReturnType<typeof refuseWhileOthersServe>]>([
  ['a station of one table', [], [], ok()],
  ['all closed, whether they answer or not', [table(2, 'closed', true), table(3, 'closed', false)], [], ok()],
  ['one that stands by and never opened', [table(2, 'not-opened', true)], [], ok()],
  [
    'one that is open and answers, whatever is said of it',
    [table(2, 'open', true), table(3, 'open', false)],
    [2, 3],
    err({ code: 'table-still-open', tables: [2] }),
  ],
  [
    'one that answers and nothing is known of',
    [table(2, 'unheard', true)],
    [2],
    err({ code: 'table-still-open', tables: [2] }),
  ],
  [
    'dead ones that nobody speaks for',
    [
      table(2, 'open', false),
      table(3, 'unheard', false),
      table(4, 'not-opened', false),
      table(5, 'closed', false),
    ],
    [3],
    err({ code: 'table-not-closed', tables: [2, 4] }),
  ],
  [
    'dead ones that two people speak for',
    [table(2, 'open', false), table(3, 'unheard', false)],
    [2, 3],
    ok(),
  ],
])('%s', (_, tables, gone, answer) => {
  expect(refuseWhileOthersServe(tables, gone)).toEqual(answer);
});

test('how far a table is, by its newest word, in whichever order it arrives', () => {
  const at = (epoch: number, seq: number) => ({ lane: 2, epoch, seq });
  const tables = new OtherTables();
  expect(tables.dayOf(2)).toBe('unheard');
  tables.heard({ type: 'unlocked', people: [] }, at(5, 1));
  expect(tables.dayOf(2)).toBe('not-opened');
  tables.heard({ type: 'station-closed', reason: '' }, at(5, 9));
  tables.heard({ type: 'station-opened', people: [] }, at(5, 2));
  expect(tables.dayOf(2)).toBe('closed');
  // A spare in its place is open.
  tables.heard({ type: 'station-opened', people: [] }, at(6, 2));
  expect(tables.dayOf(2)).toBe('open');
  expect(tables.dayOf(3)).toBe('unheard');
});
