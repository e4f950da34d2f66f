import { err, ok, type Result } from '../../domain/result.ts';
import { type Approval, isOfCommission } from '../../domain/roles.ts';
import { PIN_COST, type UnlockedKeys, unlock } from '../../store/unlock.ts';
import type { StationErrorCode } from '../api/errors.ts';
import { localTime } from '../local-time.ts';
import type { TryLimiter } from '../people/try-limiter.ts';
import type { OpenedVault, Vault } from '../station-dependencies.ts';
import { DayPass } from './day-pass.ts';
import { readShare } from './device-share.ts';
import { type FreshKeyOptions, readUnlockRecord, underFreshKey } from './fresh-key.ts';
import { removedMembers } from './move-keys.ts';
import { settleNextFiles } from './next-files.ts';
import { openDatabases } from './open-lane.ts';
import { removeOtherRegisters } from './register-place.ts';

export interface VaultOptions extends FreshKeyOptions {
  readonly tries: TryLimiter;
  /** Whether two who unlock may come back one by one on the same day: a station's do, an act at the command line's don't. */
  readonly givesPass?: boolean;
}

/** Opens a provisioned lane's databases for two of the commission, or for one of them after a restart that day. */
export function createVault(options: VaultOptions): Vault {
  const { directory, clock, identity, tries, pinCost = PIN_COST, givesPass = true } = options;
  const dayPass = new DayPass(directory, pinCost);
  const today = (): string => localTime(clock.wallMs(), identity.timeZone).date;
  return {
    reopensWithOne: () => dayPass.isFor(today()),
    endDay: () => dayPass.destroy(),
    forgetOnDay: (personId) => dayPass.forget(personId),
    async unlock(approvals) {
      for (const { personId } of approvals) {
        const retryAfterSeconds = tries.waitSeconds(personId);
        if (retryAfterSeconds > 0) return err({ code: 'pin-locked', retryAfterSeconds });
      }
      const share = readShare(directory);
      if (!share.ok) {
        // On Windows it is the system's key store that refuses: what to do is the same.
        const isTpm = share.error === 'tpm-refuses' || share.error === 'windows-refuses';
        return err({ code: isTpm ? 'laptop-tpm-refuses' : 'laptop-share-missing' });
      }
      const secret = share.value;
      const opened = await openKey(options, approvals, secret, dayPass, today());
      if (!opened.ok) {
        if (opened.error.personId !== null) tries.wrong(opened.error.personId);
        secret.fill(0);
        return err({ code: opened.error.code });
      }
      for (const { personId } of approvals) tries.right(personId);
      const { keys, by } = opened.value;
      const wipe = (...also: readonly Uint8Array[]): void => {
        for (const part of [keys.key, keys.former, secret, ...also]) part?.fill(0);
      };
      let lane = openDatabases(options, keys);
      if (lane.ok && settleReplacement(options, lane.value.vault)) {
        lane.value.vault.close();
        wipe();
        // The power went in the middle of it: who sits here is read anew.
        return err({ code: 'station-restarting' });
      }
      if (lane.ok && by === 'two') lane = await underFreshKey(options, lane.value, keys, approvals, secret);
      else if (lane.ok && removedMembers(lane.value.vault.laneStore).length > 0) {
        // A pass from before somebody was removed was put back: nobody comes back alone before the key was moved.
        lane.value.vault.close();
        lane = err({ code: 'two-people-needed' });
      }
      if (!lane.ok) {
        wipe();
        return lane;
      }
      const { vault, key } = lane.value;
      // Who opened an envelope is not there to come back alone.
      const present = approvals.filter(({ personId }) => !(identity.envelopes ?? []).includes(personId));
      if (givesPass && by === 'two' && vault.problem !== 'keys-not-moved')
        await dayPass.issue(today(), key, present, secret);
      wipe(key);
      return ok(vault);
    },
  };
}

type KeyFailure = { readonly code: StationErrorCode; readonly personId: string | null };

async function openKey(
  { directory, identity }: VaultOptions,
  approvals: readonly Approval[],
  deviceSecret: Uint8Array,
  dayPass: DayPass,
  today: string,
): Promise<Result<{ readonly keys: UnlockedKeys; readonly by: 'two' | 'one' }, KeyFailure>> {
  const members = approvals.map(({ personId, pin }) => ({ id: personId, pin }));
  const [only] = members;
  if (new Set(members.map((member) => member.id)).size !== members.length)
    return err({ code: 'same-person-twice', personId: null });
  if (members.length === 1 && only !== undefined && dayPass.isFor(today)) {
    const key = await dayPass.open(only, deviceSecret);
    if (!key.ok) return err({ code: key.error, personId: only.id });
    return ok({ keys: { key: key.value, former: null }, by: 'one' });
  }
  const record = readUnlockRecord(directory);
  if (record === null) return err({ code: 'unlock-file-damaged', personId: null });
  const keys = await unlock(record, { members, deviceSecret });
  if (keys.ok) return ok({ keys: keys.value, by: 'two' });
  const { error } = keys;
  switch (error.code) {
    case 'wrong-pin':
      return err({ code: 'wrong-pin', personId: error.memberId });
    case 'too-few-members':
      return err({ code: 'two-people-needed', personId: null });
    case 'unknown-member': {
      // Of the commission, and without a share: the key was moved while a PIN of one's own was nobody's to type.
      const isNamed = identity.people.some(({ id, role }) => id === error.memberId && isOfCommission(role));
      return err({ code: isNamed ? 'pin-renewal-needed' : 'member-needed', personId: null });
    }
    case 'wrong-device':
      // A stick, and another laptop's.
      return err({ code: 'laptop-share-missing', personId: null });
    case 'record-damaged':
      return err({ code: 'unlock-file-damaged', personId: null });
  }
}

/** @returns whether a replacement that a power cut had stopped was brought to its end just now */
function settleReplacement(
  { directory, registerFile }: VaultOptions,
  { packageVersion }: OpenedVault,
): boolean {
  if (packageVersion === null) return false;
  removeOtherRegisters(registerFile, packageVersion);
  return settleNextFiles(directory, packageVersion);
}
