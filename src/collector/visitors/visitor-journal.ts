import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';

/** One question, as it is on record at the centre; the station's own log has the same id, and names the visitor. */
export interface AnsweredQuestion {
  readonly id: string;
  readonly device: string;
  readonly station: string;
  readonly outcome: 'found' | 'nobody' | 'not-allowed' | 'own-district';
  readonly atMs: number;
}

const lineSchema = z.object({ id: z.string() });

/** A line a question, on the disk before it is answered. Names no voter, and holds nothing by which one is found. */
export class VisitorJournal {
  readonly #descriptor: number;
  readonly #ids: Set<string>;

  private constructor(descriptor: number, ids: Set<string>) {
    this.#descriptor = descriptor;
    this.#ids = ids;
  }

  /** Null where the file can't be written. */
  static open(file: string): VisitorJournal | null {
    try {
      const descriptor = openSync(file, 'a+', 0o600);
      const ids = new Set<string>();
      // A line that a power cut left in two says nothing, and was answered to nobody.
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const id = idOf(line);
        if (id !== null) ids.add(id);
      }
      // After such a half line the next one begins on a line of its own.
      writeSync(descriptor, '\n');
      return new VisitorJournal(descriptor, ids);
    } catch {
      return null;
    }
  }

  isNew(id: string): boolean {
    return !this.#ids.has(id);
  }

  /** @returns false where the disk did not take it: then nothing may be answered. */
  record(question: AnsweredQuestion): boolean {
    try {
      writeSync(this.#descriptor, `${JSON.stringify(question)}\n`);
      fsyncSync(this.#descriptor);
    } catch {
      return false;
    }
    this.#ids.add(question.id);
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function idOf(line: string): string | null {
  try {
    return lineSchema.parse(JSON.parse(line)).id;
  } catch {
    return null;
  }
}
