import { unwrap } from '../../../src/domain/result.ts';
import type { Ledger, StoredEvent } from '../../../src/ledger/ledger.ts';

/** One event as the commission can read it. */
export interface RecordedEvent {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function readEvents(ledger: Ledger): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  let after: { epoch: number; seq: number } | null = null;
  for (;;) {
    const page: readonly StoredEvent[] = unwrap(ledger.events(after, 500));
    for (const event of page) {
      const fields = unwrap(ledger.openPrivate(event)) as Readonly<Record<string, unknown>>;
      events.push({ type: String(fields.type), fields });
    }
    const last: StoredEvent | undefined = page.at(-1);
    if (last === undefined) return events;
    after = last;
  }
}
