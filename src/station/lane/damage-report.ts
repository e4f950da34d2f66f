import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerError } from '../../ledger/ledger-error.ts';
import type { ProjectionFault } from '../projection/compare-with-log.ts';

/** The log is whole, and the tables beside it say something else. */
interface ProjectionDiffers {
  readonly code: 'tables-differ-from-log';
  readonly faults: readonly ProjectionFault[];
}

/** What provisioning wrote can't be read, though its page is sound. */
interface TableDamaged {
  readonly code: 'table-damaged';
  readonly table: 'lane_secret' | 'lane_procedure';
}

/** A sealed part of an event doesn't open under its key: found while it was written to an export. */
interface PartDamaged {
  readonly code: 'part-damaged';
}

export type LedgerDamage = LedgerError | ProjectionDiffers | TableDamaged | PartDamaged;

/**
 * What was found wrong with the ledger at a start or at an export, for the technician and for whoever examines the disk: the screen
 * can only say that it is damaged. Names places in the log and in the file, and nobody. One file a finding; none is
 * ever overwritten, and nothing is repaired.
 */
export function writeDamageReport(directory: string, error: LedgerDamage, wallMs: number): void {
  const report = { found: new Date(wallMs).toISOString(), ...error };
  try {
    const number = readdirSync(directory).filter((name) => name.startsWith('ledger-damage-')).length + 1;
    const file = join(directory, `ledger-damage-${number}.json`);
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch {
    // A disk that can't take the report either: the refusal on the screen has to do.
  }
}
