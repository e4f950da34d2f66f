import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { NATIONAL_INDEX_FILE } from '../../register/national-index/national-index.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import type { LaneIdentity } from '../context.ts';
import type { StationEvent } from '../events.ts';
import { localTime } from '../local-time.ts';
import { DayProjection } from '../projection/day-projection.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { PACKAGE_FILE } from './provision-from-package.ts';

/** What the certificate says: what was destroyed, and what is left to be counted. Names no voter. */
export interface ErasureCertificate {
  readonly mock: boolean;
  readonly electionId: string;
  readonly electionTitle: LaneIdentity['electionTitle'];
  readonly stationNumber: number;
  readonly lane: number;
  readonly device: string;
  /** Local date and time. */
  readonly erasedAt: string;
  /** SHA-256 of the list that was destroyed, as it stood in the signed package. */
  readonly register: string;
  readonly voters: number;
  readonly templates: number;
  /** Figures that survive. */
  readonly identified: number;
  readonly people: readonly string[];
  /** Over the log with the erasure in it: three lines, signed. */
  readonly checkpoint: string;
}

export type EraseFault =
  /** The station was not closed: a day that goes on needs its list. */
  'not-closed' | 'register-missing' | 'disk-failed';

/**
 * After the election: the keys of the list, of its templates and of the package are destroyed in the very transaction
 * that puts it on record, the list's file is removed, and with its key every private part of the log (who was
 * identified, when, by whom). Public and centre parts, and every figure made of them, stay; the chain still verifies.
 */
export function eraseLane(options: {
  readonly vault: OpenedVault;
  readonly identity: LaneIdentity;
  readonly registerFile: string;
  readonly people: readonly string[];
  readonly clock: Clock;
  /** Puts it on record together with what is done alongside, or nothing of both. */
  readonly record: (event: StationEvent, alongside: (store: WritableStore) => void) => boolean;
}): Result<ErasureCertificate, EraseFault> {
  const { vault, identity, registerFile, people, clock, record } = options;
  const { ledger, laneStore, register, procedure } = vault;
  const projection = new DayProjection(laneStore);
  if (projection.phase() !== 'closed') return err('not-closed');
  if (!register.ok) return err('register-missing');
  const { voters, contentHash } = register.value.info();
  const templates = register.value.templateCount();
  const { identified } = projection.figures(procedure);
  const event: StationEvent = { type: 'register-erased', register: contentHash, voters, templates, people };
  if (!record(event, shredKeys)) return err('disk-failed');
  register.value.close();
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(registerFile + part, { force: true });
  // Its key was in the list.
  rmSync(join(dirname(registerFile), NATIONAL_INDEX_FILE), { force: true });
  // Two members of the central commission could open it.
  rmSync(join(dirname(registerFile), PACKAGE_FILE), { force: true });
  // The write-ahead log forgets the keys with it (`secure_delete`, and the checkpoint in `erase`).
  if (!ledger.erase('private').ok) return err('disk-failed');
  const { date, time } = localTime(clock.wallMs(), procedure.timeZone);
  return ok({
    mock: identity.mock,
    electionId: identity.electionId,
    electionTitle: identity.electionTitle,
    stationNumber: identity.stationNumber,
    lane: identity.lane,
    device: identity.deviceId,
    erasedAt: `${date} ${time}`,
    register: contentHash,
    ...{ voters, templates, identified, people },
    checkpoint: ledger.checkpoint().note,
  });
}

/** Within the transaction of the event that says so. */
function shredKeys(store: WritableStore): void {
  store.run(`DELETE FROM lane_secret WHERE name IN ('register-database', 'register-templates')`);
  store.run(`DELETE FROM lane_package`);
  store.run(`DELETE FROM lane_custody`);
}
