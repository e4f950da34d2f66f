import { MOST_ROWS_LISTED, type RefusedRow, type RegisterError, type RowProblem } from './register-error.ts';

/** The rows that an import can't take over: all counted, and of the first hundred thousand faults each kept. */
export class RefusedRows {
  readonly #rows: RefusedRow[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Everything that is wrong with one row. */
  add(line: number, problems: readonly RowProblem[]): void {
    this.#count += 1;
    for (const problem of problems) {
      if (this.#rows.length >= MOST_ROWS_LISTED) return;
      this.#rows.push({ line, ...problem });
    }
  }

  error(): Extract<RegisterError, { code: 'rows-refused' }> {
    const rows = this.#rows.toSorted((a, b) => a.line - b.line);
    return { code: 'rows-refused', refused: this.#count, rows };
  }
}
