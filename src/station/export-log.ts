import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import { type ExportError, exportLedger } from '../ledger/export-ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ReadableStore } from '../store/store.ts';
import type { StoreError } from '../store/store-error.ts';
import type { CallValue } from './api/api.ts';
import type { StationError } from './api/errors.ts';
import type { Journal } from './journal.ts';
import { type LedgerDamage, writeDamageReport } from './lane/damage-report.ts';
import { agreesWithLog, compareWithLog } from './projection/compare-with-log.ts';

/** What an export is made of, and where what is found on the way goes. */
export interface ExportedLane {
  readonly ledger: Ledger;
  /** The tables beside the log. */
  readonly store: ReadableStore;
  readonly journal: Pick<Journal, 'damageFound'>;
  /** The exports lie in here, each in a folder of its own. */
  readonly parent: string;
  /** Beside the database: where the reports of damage lie. */
  readonly reportDirectory: string;
  readonly wallMs: () => number;
}

/**
 * Writes the log as it is now into the next free folder: `full-1`, `public-2`. An export never replaces another. Log and
 * tables are read from the disk and held against each other as at a start. A damaged log isn't exported; where
 * only the tables differ, the log is what proves it, and goes out with the finding on record in it.
 */
export async function exportLog(
  lane: ExportedLane,
  level: 'public' | 'full',
): Promise<Result<CallValue<'exportLog'>, StationError>> {
  const { ledger, store, parent } = lane;
  let agrees = false;
  try {
    mkdirSync(parent, { recursive: true });
    const directory = join(parent, `${level}-${readdirSync(parent).length + 1}`);
    const exported = await exportLedger(ledger, directory, {
      level,
      onVerified: (records) => {
        agrees = agreesWithLog(records, store) !== null;
      },
      onAudited: () => (agrees ? ok() : nameDifferences()),
    });
    if (exported.ok) return ok({ directory, events: exported.value.events, tablesDiffer: !agrees });
    return err(refusal(lane, exported.error));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause)
      return err({ code: cause.code === 'ENOSPC' ? 'disk-full' : 'disk-failed' });
    throw cause;
  }

  function nameDifferences(): Result<void, StoreError> {
    const compared = compareWithLog(ledger, store);
    if (!compared.ok) return compared;
    const { faults } = compared.value;
    agrees = faults.length === 0;
    if (agrees) return ok();
    report(lane, { code: 'tables-differ-from-log', faults });
    lane.journal.damageFound('tables-differ');
    return ok();
  }
}

function refusal(lane: ExportedLane, error: ExportError): StationError {
  switch (error.code) {
    case 'corrupt':
    case 'chain-damaged':
    case 'part-damaged':
    case 'head-moved':
      report(lane, error);
      lane.journal.damageFound('ledger-damaged');
      return { code: 'ledger-damaged' };
    case 'disk-full':
      return { code: 'disk-full' };
    default:
      return { code: 'disk-failed' };
  }
}

function report({ reportDirectory, wallMs }: ExportedLane, damage: LedgerDamage): void {
  writeDamageReport(reportDirectory, damage, wallMs());
}
