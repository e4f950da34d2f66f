import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { unwrap } from '../../src/domain/result.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { createVault } from '../../src/station/lane/vault.ts';
import { TryLimiter } from '../../src/station/people/try-limiter.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import type { MockLane } from './lane.ts';
import type { MockOperator } from './operator.ts';

/** What the end of a list left behind, as somebody finds it who has two PINs and looks. */
export interface Erasure {
  readonly voters: number;
  /** As the certificate says, and as the log still adds up to. */
  readonly identified: number;
  readonly identifiedInLog: number;
  /** The list opens no more, its keys and those of the package are gone. */
  readonly listGone: boolean;
  readonly logVerifies: boolean;
  /** Private parts of the log that can still be read: the erasure's own. */
  readonly namesLeft: number;
}

/** After the time for complaints: two people destroy the list on the screen, then look what is left. */
export async function eraseAfterwards(mock: MockLane, operator: MockOperator): Promise<Erasure> {
  const { desk, setup, clock } = mock;
  const two = operator.approvals('chair', 'secretary');
  // Of the other tables the last word may still be on its way here.
  await desk.until('the other tables to be closed', ({ lanes }) =>
    (lanes?.lanes ?? []).every(({ day, up }) => day === null || day === 'closed' || !up),
  );
  const gone = (desk.snapshot.lanes?.lanes ?? []).filter(
    ({ day, up }) => !up && day !== null && day !== 'closed',
  );
  unwrap(await desk.call('eraseList', { gone: gone.map(({ lane }) => lane), approvals: two }));
  unwrap(await desk.call('printErasure', { language: 'ru' }));
  const { erased } = desk.snapshot.custody;
  const registerFile = setup.fromPackage?.registerFile ?? '';
  await mock.stop();
  const { identity } = unwrap(readLaneFile(setup.directory));
  const vault = unwrap(
    await createVault({
      ...{ directory: setup.directory, identity, registerFile, clock },
      stationMigrations: join(setup.migrationsDirectory, 'station'),
      registerMigrations: join(setup.migrationsDirectory, 'register'),
      tries: new TryLimiter(clock, { read: () => new Map(), write: () => {} }),
      pinCost: PRACTICE_PIN_COST,
    }).unlock(two),
  );
  try {
    const { laneStore, ledger, register, procedure } = vault;
    const left = ['lane_package', 'lane_custody'].filter(
      (table) => laneStore.get(`SELECT 1 FROM ${table}`) !== undefined,
    );
    let namesLeft = 0;
    let after: { readonly epoch: number; readonly seq: number } | null = null;
    for (;;) {
      const page: ReturnType<typeof ledger.events> = ledger.events(after, 500);
      const events = unwrap(page);
      namesLeft += events.filter((event) => ledger.openPrivate(event).ok).length;
      const last = events.at(-1);
      if (last === undefined) break;
      after = last;
    }
    return {
      voters: erased?.voters ?? 0,
      identified: erased?.identified ?? 0,
      identifiedInLog: new DayProjection(laneStore).figures(procedure).identified,
      listGone: !register.ok && !existsSync(registerFile) && left.length === 0,
      logVerifies: ledger.audit().ok,
      namesLeft,
    };
  } finally {
    vault.close();
  }
}
