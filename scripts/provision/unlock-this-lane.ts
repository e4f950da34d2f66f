import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import type { LaneIdentity } from '../../src/station/context.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { createVault } from '../../src/station/lane/vault.ts';
import { tryFile } from '../../src/station/people/try-file.ts';
import { TryLimiter } from '../../src/station/people/try-limiter.ts';
import { REGISTER_FILE } from '../../src/station/provision/provision-from-package.ts';
import type { OpenedVault } from '../../src/station/station-dependencies.ts';
import { type Clock, systemClock } from '../../src/store/clock.ts';
import type { ActionFault } from '../action.ts';
import { readHostOptions } from '../hosts/shared/host-options.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { readPassphrases } from '../package/passphrases.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { holdStation } from '../start/hold-station.ts';
import { PROVISIONED_FILE } from '../start/prepare-election.ts';

export interface UnlockedLane {
  readonly vault: OpenedVault;
  readonly identity: LaneIdentity;
  readonly directory: string;
  readonly registerFile: string;
  readonly fontsDirectory: string | null;
  readonly clock: Clock;
  /** What else was in the file of secrets, or is asked for afterwards. */
  readonly more: readonly string[];
  close(): void;
}

/**
 * Opens the databases of this laptop's lane for an act that needs no screen, by two people's PINs, while the station
 * itself is closed.
 * @param further Questions after the PINs, for what the act needs besides.
 */
export async function unlockThisLane(
  people: readonly string[],
  secretsFile: string | undefined,
  further: readonly string[] = [],
): Promise<Result<UnlockedLane, ActionFault>> {
  const fault = (code: string, sentence: string): Result<never, ActionFault> => err({ code, sentence });
  const data = dataDirectory();
  const host = readHostOptions(join(data, PROVISIONED_FILE));
  if (!host.ok) return fault('no-lane', 'This laptop is no lane.');
  const { dataDirectory: directory, packageDirectory } = host.value;
  const held = holdStation(data);
  if (!held.ok) return fault('already-running', 'Tizme is open on this laptop: close it first.');
  const opened = await open();
  if (!opened.ok) held.value.release();
  return opened;

  async function open(): Promise<Result<UnlockedLane, ActionFault>> {
    const lane = readLaneFile(directory);
    if (!lane.ok) return fault(lane.error, 'This laptop is no lane, or its file is damaged.');
    const questions = [...people.map((id) => `PIN of ${id}`), ...further];
    const secrets = await readPassphrases(questions, secretsFile);
    if (!secrets.ok) return fault('secrets-missing', secrets.error);
    const approvals: Approval[] = people.map((personId, index) => ({
      personId,
      pin: secrets.value[index] ?? '',
    }));
    const clock = systemClock();
    const { migrationsDirectory, fontsDirectory } = findProgramFiles();
    const registerFile = join(packageDirectory, REGISTER_FILE);
    const { identity } = lane.value;
    const vault = await createVault({
      ...{ directory, identity, registerFile, clock },
      stationMigrations: join(migrationsDirectory, 'station'),
      registerMigrations: join(migrationsDirectory, 'register'),
      tries: new TryLimiter(clock, tryFile(directory)),
    }).unlock(approvals);
    if (!vault.ok) return fault(vault.error.code, `Not unlocked (${vault.error.code}).`);
    return ok({
      vault: vault.value,
      ...{ identity, directory, registerFile, fontsDirectory, clock },
      more: secrets.value.slice(people.length),
      close() {
        vault.value.close();
        if (held.ok) held.value.release();
      },
    });
  }
}
