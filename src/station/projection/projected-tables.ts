import type { ReadableStore } from '../../store/store.ts';

/** The tables that `projectEvent` writes: every row of them can be made again from the log. */
export const PROJECTED_TABLES = [
  'day_state',
  'finger_mismatches',
  'handovers',
  'paper_lines',
  'receipts',
  'stops',
  'visitors',
] as const;

export type ProjectedTable = (typeof PROJECTED_TABLES)[number];

export type ProjectedRow = Readonly<Record<string, null | number | string>>;

interface TableShape {
  readonly key: readonly string[];
  /** Which of the key's columns may be told to anybody: it names a thing of the day, and no person. */
  readonly shown: string | null;
  /** Columns that hold JSON: what it says counts, and not in which order it says it. */
  readonly json: readonly string[];
  /** The order in which the rows came to be is asked for, too (`selectIdentified`). */
  readonly inOrder?: true;
}

const SHAPES: { readonly [Table in ProjectedTable]: TableShape } = {
  day_state: { key: ['key'], shown: 'key', json: ['value'] },
  finger_mismatches: { key: ['voter_id', 'position'], shown: null, json: [] },
  handovers: { key: ['id'], shown: null, json: ['receipts_printed'] },
  paper_lines: { key: ['line'], shown: 'line', json: [] },
  receipts: { key: ['number'], shown: null, json: [], inOrder: true },
  stops: { key: ['outcome'], shown: 'outcome', json: [] },
  visitors: { key: ['id'], shown: null, json: ['person'] },
};

/** A row by its key; in the order of the key, or of their making where that is asked for. */
export function projectedRows(
  store: ReadableStore,
  table: ProjectedTable,
): ReadonlyMap<string, ProjectedRow> {
  const { key, inOrder } = SHAPES[table];
  const rows = store.all<ProjectedRow>(
    `SELECT * FROM ${table} ORDER BY ${inOrder === true ? 'rowid' : key.join(', ')}`,
  );
  return new Map(rows.map((row) => [keyText(key.map((column) => row[column])), row]));
}

/** As `keyExpression` has it. */
function keyText(values: readonly unknown[]): string {
  return values.join('/');
}

/** The same in SQL, of the row that a trigger calls `row`. */
export function keyExpression(table: ProjectedTable, row: 'new' | 'old'): string {
  return SHAPES[table].key.map((column) => `${row}.${column}`).join(` || '/' || `);
}

export function isInOrder(table: ProjectedTable): boolean {
  return SHAPES[table].inOrder === true;
}

/** What may be said of a row: enough to find it, and nothing of a person. */
export function shownKey(table: ProjectedTable, row: ProjectedRow): string | null {
  const { shown } = SHAPES[table];
  return shown === null ? null : String(row[shown]);
}

/** The columns in which two rows of one key say something else. */
export function differingColumns(
  table: ProjectedTable,
  one: ProjectedRow,
  other: ProjectedRow,
): readonly string[] {
  const { json } = SHAPES[table];
  const columns = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...columns].filter((column) => {
    const [a, b] = [one[column], other[column]];
    return a !== b && !(json.includes(column) && inOneOrder(a) === inOneOrder(b));
  });
}

/** JSON with the keys of its objects in one order; a text that isn't JSON stays as it is. */
function inOneOrder(text: ProjectedRow[string] | undefined): string {
  try {
    return JSON.stringify(JSON.parse(String(text)), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return `not JSON: ${text}`;
  }
}
