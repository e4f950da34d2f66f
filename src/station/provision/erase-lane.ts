import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { NATIONAL_INDEX_FILE } from '../../register/national-index/national-index.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import type { LaneIdentity } from '../context.ts';
import { removeKeptChanges } from '../custody/kept-changes.ts';
import type { StationEvent } from '../events.ts';
import { PACKAGE_FILE, removeOtherRegisters } from '../lane/register-place.ts';
import { localTime } from '../local-time.ts';
import { DayProjection } from '../projection/day-projection.ts';
import type { OpenedVault } from '../station-dependencies.ts';

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
  /** Other tables of the station that didn't answer, and of which the same people say that they are gone. */
  readonly gone: readonly number[];
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
  readonly gone: readonly number[];
  readonly clock: Clock;
  /** Puts it on record together with what is done alongside, or nothing of both. */
  readonly record: (event: StationEvent, alongside: (store: WritableStore) => void) => boolean;
}): Result<ErasureCertificate, EraseFault> {
  const { vault, identity, registerFile, people, gone, clock, record } = options;
  const { ledger, laneStore, register, procedure } = vault;
  const projection = new DayProjection(laneStore);
  if (projection.phase() !== 'closed') return err('not-closed');
  if (!register.ok) {
    // The power went in the middle of it, perhaps: what is left goes now.
    if (register.error === 'register-erased') finishErasure(vault, registerFile);
    return err('register-missing');
  }
  const { voters, contentHash } = register.value.info();
  const templates = register.value.templateCount();
  const { identified } = projection.figures(procedure);
  const event: StationEvent = {
    ...{ type: 'register-erased', register: contentHash, voters, templates },
    ...{ gone, people },
  };
  if (!record(event, shredKeys)) return err('disk-failed');
  register.value.close();
  if (!finishErasure(vault, registerFile)) return err('disk-failed');
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
    ...{ voters, templates, identified, people, gone },
    checkpoint: ledger.checkpoint().note,
  });
}

/**
 * What follows the commit that destroyed the keys of the list: its files, and the key of every private part of the log
 * there is. Where the power went before, it is done at the next unlocking. Once done it does nothing.
 * @returns false where the disk refuses
 */
export function finishErasure({ ledger }: Pick<OpenedVault, 'ledger'>, registerFile: string): boolean {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(registerFile + part, { force: true });
  // Its key was in the list.
  rmSync(join(dirname(registerFile), NATIONAL_INDEX_FILE), { force: true });
  // Two members of the central commission could open it.
  rmSync(join(dirname(registerFile), PACKAGE_FILE), { force: true });
  removeKeptChanges(registerFile);
  // After a power cut it isn't known any more which version's was in force: every other one's goes, too.
  removeOtherRegisters(registerFile, -1);
  const first = ledger.events(null, 1);
  if (!first.ok) return false;
  const isErased = first.value.every((event) => !ledger.openPrivate(event).ok);
  // The write-ahead log forgets the keys with it (`secure_delete`, and the checkpoint in `erase`).
  return isErased || ledger.erase('private').ok;
}

/** Within the transaction of the event that says so. */
function shredKeys(store: WritableStore): void {
  store.run(`DELETE FROM lane_secret WHERE name IN ('register-database', 'register-templates')`);
  store.run(`DELETE FROM lane_package`);
  store.run(`DELETE FROM lane_custody`);
}
