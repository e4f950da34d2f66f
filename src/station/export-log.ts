import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../domain/result.ts';
import { exportLedger } from '../ledger/export-ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { StationError } from './api/errors.ts';

/** Writes the log as it is now into the next free folder: `full-1`, `public-2`. An export never replaces another. */
export async function exportLog(
  ledger: Ledger,
  parent: string,
  level: 'public' | 'full',
): Promise<Result<{ directory: string; events: number }, StationError>> {
  try {
    mkdirSync(parent, { recursive: true });
    const directory = join(parent, `${level}-${readdirSync(parent).length + 1}`);
    const exported = await exportLedger(ledger, directory, { level });
    if (exported.ok) return ok({ directory, events: exported.value.events });
    return err({ code: exported.error.code === 'disk-full' ? 'disk-full' : 'disk-failed' });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause)
      return err({ code: cause.code === 'ENOSPC' ? 'disk-full' : 'disk-failed' });
    throw cause;
  }
}
