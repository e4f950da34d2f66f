import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { parseJson } from '../../packages/commission.ts';
import type { WritableStore } from '../../store/store.ts';
import { type Argon2Cost, PIN_COST, parseUnlockRecord, resealShare } from '../../store/unlock.ts';
import type { StationEvent } from '../events.ts';
import { readShare } from '../lane/device-share.ts';
import { UNLOCK_FILE } from '../lane/lane-file.ts';
import { hashPin } from '../people/pin-keeper.ts';
import { type PinRecords, pinRecords, readPinHashes } from '../people/pin-records.ts';
import type { OpenedVault } from '../station-dependencies.ts';

export type RenewFault =
  /** Nobody vouches for oneself, and one person alone for nobody. */
  'two-others-needed' | 'unknown-person' | 'laptop-share-missing' | 'disk-failed';

export interface SetPinOptions {
  readonly vault: Pick<OpenedVault, 'laneStore' | 'pinHashes'>;
  readonly directory: string;
  readonly person: string;
  readonly pin: string;
  /** Puts it on record together with what is done alongside, or nothing of both. */
  readonly record: (event: StationEvent, alongside: (store: WritableStore) => void) => boolean;
  readonly cost?: Argon2Cost;
}

/**
 * A new PIN for somebody who forgot theirs, on this laptop, by two others who have just unlocked it. The person's
 * share is sealed under the new one; who was asked, and for whom, is an event. The other laptops of the station are
 * told one by one.
 */
export async function renewPin(
  options: SetPinOptions & { readonly people: readonly string[] },
): Promise<Result<void, RenewFault>> {
  const { person, people } = options;
  if (new Set(people).size < 2 || people.includes(person)) return err('two-others-needed');
  return setPin(options, (pins) => ({ type: 'pin-renewed', person, pins, people }));
}

/** Another PIN for somebody who has just entered the old one. */
export function changePin(options: SetPinOptions): Promise<Result<void, RenewFault>> {
  const { person } = options;
  return setPin(options, (pins) => ({ type: 'pin-changed', person, pins }));
}

async function setPin(
  options: SetPinOptions,
  eventOf: (pins: PinRecords) => StationEvent,
): Promise<Result<void, RenewFault>> {
  const { vault, directory, person, pin, record, cost = PIN_COST } = options;
  if (!vault.pinHashes.has(person)) return err('unknown-person');
  const hash = await hashPin(pin, cost);
  const resealed = await resealUnlock(options, cost);
  if (!resealed.ok) return resealed;
  const file = join(directory, UNLOCK_FILE);
  if (resealed.value !== null) writeFileSync(`${file}.new`, resealed.value, { mode: 0o600, flush: true });
  const pins = pinRecords(readPinHashes(vault.laneStore).set(person, hash));
  const recorded = record(eventOf(pins), (store) => {
    store.run('UPDATE person_pin SET hash = ? WHERE person_id = ?', [hash, person]);
    store.run('INSERT OR IGNORE INTO own_pin (person_id) VALUES (?)', [person]);
  });
  if (!recorded) return err('disk-failed');
  // A power cut just here leaves the old PIN for unlocking and the new one for agreeing: the same is done once more.
  if (resealed.value !== null) renameSync(`${file}.new`, file);
  return ok();
}

/** The unlock record with the new share; null for somebody who takes no part in unlocking. */
async function resealUnlock(
  { vault, directory, person, pin }: SetPinOptions,
  cost: Argon2Cost,
): Promise<Result<string | null, RenewFault>> {
  const row = vault.laneStore.get<{ share: Uint8Array }>(
    'SELECT share FROM member_share WHERE person_id = ?',
    [person],
  );
  if (row === undefined) return ok(null);
  const deviceSecret = readShare(directory);
  if (!deviceSecret.ok) return err('laptop-share-missing');
  const record = parseUnlockRecord(parseJson(readFileSync(join(directory, UNLOCK_FILE), 'utf8')));
  if (!record.ok) return err('disk-failed');
  const share = new Uint8Array(row.share);
  const renewed = await resealShare(record.value, {
    member: { id: person, pin },
    ...{ share, deviceSecret: deviceSecret.value, argon2: cost },
  });
  share.fill(0);
  deviceSecret.value.fill(0);
  return ok(`${JSON.stringify(renewed, null, 2)}\n`);
}
