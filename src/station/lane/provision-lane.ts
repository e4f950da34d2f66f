import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Procedure } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { isOfCommission, type Person } from '../../domain/roles.ts';
import { createDeviceSeed } from '../../ledger/device-key.ts';
import { randomKey } from '../../store/keys.ts';
import type { Migration } from '../../store/migrations.ts';
import { openStore } from '../../store/open-store.ts';
import type { WritableStore } from '../../store/store.ts';
import { type Argon2Cost, createUnlock, type Member, PIN_COST } from '../../store/unlock.ts';
import type { LaneIdentity } from '../context.ts';
import { insertLaneNetwork, type LaneNetworkKeys } from '../lanes/lane-keys.ts';
import { hashPin } from '../people/pin-keeper.ts';
import { writeDeviceSecret } from './device-secret.ts';
import { type LaneCustody, putLaneCustody } from './lane-custody.ts';
import { LEDGER_FILE, UNLOCK_FILE, writeLaneFile } from './lane-file.ts';
import { insertLanePackage, type LanePackage } from './lane-package.ts';
import { writeTrustStore } from './trust-store.ts';

/** People of the commission whom a newer package may name beside those who are named already. */
export const SPARE_SHARES = 8;

/** One person of this station with the PIN that the technician hands over in a sealed envelope. */
export interface ProvisionedPerson extends Person {
  readonly pin: string;
}

export interface ProvisionOptions {
  /** Where this lane will keep its ledger and keys; made if missing, never overwritten. */
  readonly directory: string;
  readonly identity: Omit<LaneIdentity, 'people' | 'envelopes'>;
  readonly people: readonly ProvisionedPerson[];
  readonly procedure: Procedure;
  /** The keys of the register that came in the package; the caller wipes its own copy. */
  readonly registerKeys: { readonly database: Uint8Array; readonly templates: Uint8Array };
  /** `migrations/station`, or the same as a list. */
  readonly migrations: string | readonly Migration[];
  /** Country certificates (DER) that documents may be signed under. */
  readonly trustedCertificates?: readonly Uint8Array[];
  readonly pinCost?: Argon2Cost;
  /** Where the station has several lanes: the keys that the others were told of. */
  readonly network?: LaneNetworkKeys & { readonly deviceSeed: Uint8Array };
  /** The laptop's half of the key, where it was drawn and put away at enrolment; else it goes into a file here. */
  readonly deviceShare?: Uint8Array;
  /** Of a laptop that was enrolled; fresh where it wasn't. */
  readonly deviceSeed?: Uint8Array;
  /** Envelopes that lie in the commission's safe: each stands in for a member who is absent. */
  readonly envelopes?: readonly { readonly id: string; readonly code: string }[];
  /** The package that this lane comes from. */
  readonly fromPackage?: LanePackage;
  /** For a newer package and for changes of the list. */
  readonly custody?: LaneCustody;
  /** What the new ledger begins with; false where it can't be written. */
  readonly begin?: (store: WritableStore) => boolean;
}

/**
 * Turns a data directory into lane k of a station: a fresh device key, an empty ledger under a key that only
 * two of the commission's PINs together open on this very laptop, and everybody's PIN as a hash inside it.
 */
export async function provisionLane(
  options: ProvisionOptions,
): Promise<Result<void, 'already-provisioned' | 'disk-failed'>> {
  const { directory, identity, people, migrations, pinCost = PIN_COST } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ledgerKey = randomKey();
  const store = openStore({ file: join(directory, LEDGER_FILE), key: ledgerKey, migrations });
  if (!store.ok) return err('disk-failed');
  const hashes = new Map<string, string>();
  for (const person of people) hashes.set(person.id, await hashPin(person.pin, pinCost));
  const deviceSecret = options.deviceShare?.slice() ?? writeDeviceSecret(directory);
  const members: Member[] = people.filter((person) => isOfCommission(person.role));
  for (const { id, code } of options.envelopes ?? []) members.push({ id, pin: code });
  const shares = new Map<string, Uint8Array>();
  const onShare = (id: string, share: Uint8Array): void => void shares.set(id, share);
  const spares: Uint8Array[] = [];
  const unlock = await createUnlock({
    ...{ key: ledgerKey, members, deviceSecret, argon2: pinCost, onShare },
    spare: { count: SPARE_SHARES, onShare: (share) => spares.push(share) },
  });
  const written = writeSecrets(store.value, options, hashes, shares, spares);
  const begun = !written.ok || options.begin === undefined || options.begin(store.value);
  store.value.close();
  for (const share of [...shares.values(), ...spares]) share.fill(0);
  if (!written.ok) return written;
  if (!begun) return err('disk-failed');
  ledgerKey.fill(0);
  deviceSecret.fill(0);
  writeFileSync(join(directory, UNLOCK_FILE), `${JSON.stringify(unlock, null, 2)}\n`, { mode: 0o600 });
  writeTrustStore(directory, options.trustedCertificates ?? []);
  const practicePins = identity.mock ? Object.fromEntries(people.map(({ id, pin }) => [id, pin])) : null;
  const roster = people.map(({ id, name, role }) => ({ id, name, role }));
  // Last: a directory with this file in it is whole.
  const envelopes = (options.envelopes ?? []).map(({ id }) => id);
  writeLaneFile(directory, {
    identity: { ...identity, people: roster, ...(envelopes.length === 0 ? {} : { envelopes }) },
    practicePins,
  });
  return ok();
}

function writeSecrets(
  store: WritableStore,
  { procedure, registerKeys, network, deviceSeed, fromPackage, custody }: ProvisionOptions,
  hashes: ReadonlyMap<string, string>,
  shares: ReadonlyMap<string, Uint8Array>,
  spares: readonly Uint8Array[],
): Result<void, 'already-provisioned' | 'disk-failed'> {
  if (store.get(`SELECT 1 FROM lane_procedure`) !== undefined) return err('already-provisioned');
  const secrets: [string, Uint8Array][] = [
    ['device-seed', network?.deviceSeed ?? deviceSeed ?? createDeviceSeed()],
    ['register-database', registerKeys.database],
    ['register-templates', registerKeys.templates],
    ['receipt-codes', randomKey()],
  ];
  const done = store.transaction(() => {
    for (const [name, value] of secrets)
      store.run(`INSERT INTO lane_secret (name, value) VALUES (?, ?)`, [name, value]);
    for (const [id, hash] of hashes)
      store.run(`INSERT INTO person_pin (person_id, hash) VALUES (?, ?)`, [id, hash]);
    for (const [id, share] of shares)
      store.run(`INSERT INTO member_share (person_id, share) VALUES (?, ?)`, [id, share]);
    for (const [index, share] of spares.entries())
      store.run(`INSERT INTO spare_share (number, share) VALUES (?, ?)`, [index + 1, share]);
    if (custody !== undefined) putLaneCustody(store, custody);
    if (network !== undefined) insertLaneNetwork(store, network);
    if (fromPackage !== undefined) insertLanePackage(store, fromPackage);
    store.run(`INSERT INTO lane_procedure (id, content) VALUES (1, ?)`, [JSON.stringify(procedure)]);
  });
  return done.ok ? ok() : err('disk-failed');
}
