import { join } from 'node:path';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { unwrap } from '../../src/domain/result.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { createVault, type VaultOptions } from '../../src/station/lane/vault.ts';
import { TryLimiter } from '../../src/station/people/try-limiter.ts';
import type { Vault } from '../../src/station/station-dependencies.ts';
import { settableClock } from '../../src/store/clock.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** A lane's files as a program opens them that is started anew on the morning before the day; nobody's tries are kept. */
export function openLaneAt(
  place: Pick<VaultOptions, 'directory' | 'registerFile'> & Partial<Pick<VaultOptions, 'onKeyMove'>>,
): Vault {
  const clock = settableClock({ wallMs: Date.parse('2027-01-20T07:00:00+06:00') });
  return createVault({
    ...{ ...place, clock, identity: unwrap(readLaneFile(place.directory)).identity },
    stationMigrations: join(MIGRATIONS, 'station'),
    registerMigrations: join(MIGRATIONS, 'register'),
    tries: new TryLimiter(clock, { read: () => new Map(), write: () => {} }),
    pinCost: PRACTICE_PIN_COST,
  });
}
