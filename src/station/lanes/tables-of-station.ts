import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { decodeCanonical } from '../../ledger/canonical.ts';
import { PartKeys } from '../../ledger/part-keys.ts';
import { iterateCopied } from '../../sync/lanes/station-log/lane-tables.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { OtherTables } from './other-tables.ts';

/**
 * How far another table is, as far as its log has arrived here. `unheard`: nothing of it has, and it may be serving.
 */
export type TableDay = 'unheard' | 'not-opened' | 'open' | 'closed';

export interface TableOfStation {
  readonly lane: LaneNumber;
  readonly day: TableDay;
  /** It answers at this moment. */
  readonly up: boolean;
}

export interface TablesInTheWay {
  /** `table-still-open`: it answers, and is to be closed; `table-not-closed`: nobody here knows, and it doesn't answer. */
  readonly code: 'table-still-open' | 'table-not-closed';
  readonly tables: readonly LaneNumber[];
}

/**
 * The list at one table goes when every other table of the station is through with the day: until then a table needs
 * it, for its voters' rights and as second copy. Of a table that doesn't answer two people say that it is gone.
 */
export function refuseWhileOthersServe(
  tables: readonly TableOfStation[],
  gone: readonly LaneNumber[],
): Result<void, TablesInTheWay> {
  const serving = tables.filter(({ day, up }) => up && (day === 'open' || day === 'unheard'));
  if (serving.length > 0) return err({ code: 'table-still-open', tables: serving.map(({ lane }) => lane) });
  const unknown = tables.filter(({ lane, day, up }) => !up && day !== 'closed' && !gone.includes(lane));
  return unknown.length === 0
    ? ok()
    : err({ code: 'table-not-closed', tables: unknown.map(({ lane }) => lane) });
}

/** Where no station runs: from the copies of the other tables' logs in this laptop's ledger. None of them answers. */
export function tablesFromCopies(
  { laneStore, laneNetwork }: Pick<OpenedVault, 'laneStore' | 'laneNetwork'>,
  own: LaneNumber,
): readonly TableOfStation[] {
  if (laneNetwork === null) return [];
  const keys = new PartKeys();
  keys.load(laneStore);
  const heard = new OtherTables();
  for (const event of iterateCopied(laneStore)) {
    const opened = keys.open('private', event, event.private);
    const fields = opened.ok ? decodeCanonical(opened.value.bytes) : null;
    if (fields?.ok === true) heard.heard(fields.value, event);
  }
  return laneNetwork.roster.lanes
    .filter(({ lane }) => lane !== own)
    .map(({ lane }) => ({ lane, day: heard.dayOf(lane), up: false }));
}
