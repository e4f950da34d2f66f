import { MOST_ROWS_LISTED, type RefusedRow, type RegisterError } from './register-error.ts';

/** The rows that an import can't take over: all counted, the first hundred thousand kept. */
export class RefusedRows {
  readonly #rows: RefusedRow[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(row: RefusedRow): void {
    this.#count += 1;
    if (this.#rows.length < MOST_ROWS_LISTED) this.#rows.push(row);
  }

  error(): Extract<RegisterError, { code: 'rows-refused' }> {
    const rows = this.#rows.toSorted((a, b) => a.line - b.line);
    return { code: 'rows-refused', refused: this.#count, rows };
  }
}
