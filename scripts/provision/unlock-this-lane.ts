import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type Approval, isOfCommission } from '../../src/domain/roles.ts';
import type { StationError } from '../../src/station/api/errors.ts';
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
    if (new Set(people).size !== people.length)
      return fault('same-person-twice', 'Two different people are needed: one person was named twice.');
    const unknown = people.find((id) => !lane.value.identity.people.some((person) => person.id === id));
    if (unknown !== undefined) return fault('not-a-person', whoIsNot(unknown, lane.value.identity));
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
      // Who agreed to one act has not opened the station.
      givesPass: false,
    }).unlock(approvals);
    if (!vault.ok) return fault(vault.error.code, explainLocked(vault.error));
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

/** An envelope from the safe opens the station for somebody who is absent, on the lock screen, and agrees to nothing. */
function whoIsNot(id: string, { people, envelopes = [] }: LaneIdentity): string {
  if (envelopes.includes(id))
    return `${id} is an envelope: it unlocks the station (npm start), where opening it goes on record, and agrees to nothing else.`;
  const named = people.filter(({ role }) => isOfCommission(role)).map((person) => person.id);
  return `Nobody at this table is called ${id}. Of the commission are: ${named.join(', ')}.`;
}

function explainLocked({ code, retryAfterSeconds }: StationError): string {
  switch (code) {
    case 'wrong-pin':
      return 'A PIN is not right. Nothing was done; run the same command again.';
    case 'pin-locked':
      return `Too many wrong PINs: wait ${retryAfterSeconds ?? 0} s, then run the same command again.`;
    case 'laptop-share-missing':
      return 'This laptop’s own half of the key is not here: plug its own stick in (another laptop’s is no use), and run the same command again.';
    case 'laptop-tpm-refuses':
      return 'This laptop’s security chip does not give out its half of the key: it was cleared, or the disk is in another laptop. Make a spare this table (provision spare).';
    case 'member-needed':
      return 'Two of the commission are needed: operators and technicians unlock nothing.';
    case 'pin-renewal-needed':
      return 'The commission changed and the keys with it: a PIN that its owner chose does not unlock any more. Let two others run provision pin for that person.';
    case 'unlock-file-older':
      return 'unlock.json is an old copy, from before somebody left the commission: put the newer one back. The records are untouched.';
    case 'unlock-file-damaged':
      return 'unlock.json is missing or damaged: put it back from a copy of this table’s folder, or make a spare this table (provision spare). The records are untouched.';
    case 'ledger-damaged':
      return 'The ledger is damaged; ledger-damage-*.json beside it says where. Repair nothing, keep the disk, make a spare this table (provision spare).';
    case 'station-restarting':
      return 'A newer package that a power cut had stopped was brought to its end just now. Run the same command again.';
    case 'disk-full':
      return 'The disk is full: make room, then run the same command again.';
    case 'disk-failed':
      return 'The disk refuses, or the ledger is not there. Nothing was done.';
    default:
      return `Not unlocked (${code}).`;
  }
}
