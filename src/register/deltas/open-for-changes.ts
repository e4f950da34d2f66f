import { ok, type Result } from '../../domain/result.ts';
import { type OpenOptions, openStore } from '../../store/open-store.ts';
import type { WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { indexNamesOfOlder } from './change-name-index.ts';

/** Opens an existing register for its one writer; one of an older program is brought up to date, and keeps every row. */
export function openForChanges(options: OpenOptions): Result<WritableStore, StoreError> {
  const opened = openStore(options);
  if (!opened.ok) return opened;
  const indexed = opened.value.transaction(() => indexNamesOfOlder(opened.value));
  if (indexed.ok) return ok(opened.value);
  opened.value.close();
  return indexed;
}
