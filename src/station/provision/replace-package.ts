import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { isOfCommission } from '../../domain/roles.ts';
import { parseCommission, parseJson } from '../../packages/commission.ts';
import { registerInfoOf } from '../../packages/manifest.ts';
import { type OpenedPackage, openPackage } from '../../packages/open-package.ts';
import type { PackageError } from '../../packages/package-error.ts';
import { createRegister } from '../../register/create-register.ts';
import { randomKey } from '../../store/keys.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import {
  type Argon2Cost,
  PIN_COST,
  parseUnlockRecord,
  resealShare,
  sealWithPin,
  type UnlockRecord,
} from '../../store/unlock.ts';
import type { LaneIdentity } from '../context.ts';
import type { StationEvent } from '../events.ts';
import { COLLECTOR_FILE } from '../lane/collector-file.ts';
import { readShare } from '../lane/device-share.ts';
import { type LaneCustody, putLaneCustody, readLaneCustody } from '../lane/lane-custody.ts';
import { UNLOCK_FILE, writeLaneFile } from '../lane/lane-file.ts';
import { insertLanePackage, type LanePackage, readLanePackage } from '../lane/lane-package.ts';
import { makeNextFolder, settleNextFiles } from '../lane/next-files.ts';
import { packageNoteOf, writePackageNote } from '../lane/package-note.ts';
import { folderOfVersion, PACKAGE_FILE } from '../lane/register-place.ts';
import { writeTrustStore } from '../lane/trust-store.ts';
import { insertLaneNetwork } from '../lanes/lane-keys.ts';
import { hashPin } from '../people/pin-keeper.ts';
import { pinRecords, readPinHashes } from '../people/pin-records.ts';
import { DayProjection } from '../projection/day-projection.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { readJournalSettings, writeJournalSettings } from '../stick/journal-settings.ts';
import { bytes } from './laptop-keys.ts';
import { bringNationalIndex, custodyOf, lanePackageOf, REGISTER_FILE } from './provision-from-package.ts';

export type ReplaceFault =
  | PackageError
  /** Between opening and closing the list is changed by signed changes alone; after closing by nothing. */
  | { readonly code: 'package-during-day' }
  /** The lane came without a package, from an older program, or its list was destroyed. */
  | { readonly code: 'no-package' }
  | { readonly code: 'same-package' }
  /** The package makes this laptop another table than it is. */
  | { readonly code: 'package-other-lane' }
  /** It names more new members of the commission than this laptop has shares for. */
  | { readonly code: 'too-many-new-members' }
  | { readonly code: 'laptop-share-missing' }
  | { readonly code: 'disk-failed' };

export interface ReplaceOptions {
  readonly vault: Pick<OpenedVault, 'laneStore'>;
  readonly identity: LaneIdentity;
  readonly practicePins: Readonly<Record<string, string>> | null;
  /** The lane's own folder, and the list of its first package. */
  readonly directory: string;
  readonly registerFile: string;
  /** Holds `register/`. */
  readonly migrations: string;
  readonly file: string;
  readonly sharedDirectory?: string;
  readonly people: readonly string[];
  /** Puts it on record together with what is done alongside, or nothing of both. */
  readonly record: (event: StationEvent, alongside: (store: WritableStore) => void) => boolean;
  readonly pinCost?: Argon2Cost;
  /** Told before each step that reaches the disk; a test stops the power there. */
  readonly onStep?: (step: 'list' | 'files' | 'commit' | 'settle' | 'done') => void;
}

export interface Replaced {
  readonly from: number;
  readonly opened: OpenedPackage;
}

/**
 * A newer package on a laptop that is a lane already, by two people who have unlocked it: the list, the procedure, who
 * sits there. The list is made beside the old one under keys of its own; one commit of the ledger decides, with the
 * event that says so. Whatever happens on the way leaves the old package or the new one. The log goes on.
 */
export async function replacePackage(options: ReplaceOptions): Promise<Result<Replaced, ReplaceFault>> {
  const { vault, directory, onStep } = options;
  const opened = await openNewer(options);
  if (!opened.ok) return opened;
  const { manifest } = opened.value;
  const before = readLanePackage(vault.laneStore)?.version ?? 0;
  onStep?.('list');
  const made = makeList(options, opened.value);
  if (!made.ok) return made;
  onStep?.('files');
  const prepared = await prepareFiles(options, opened.value);
  if (!prepared.ok) return prepared;
  onStep?.('commit');
  const event: StationEvent = {
    type: 'package-replaced',
    ...{ from: before, version: manifest.version, build: manifest.build, register: manifest.register },
    ...{ voters: opened.value.voters.length, people: options.people },
    pins: pinRecords(pinsAfter(vault.laneStore, opened.value, prepared.value)),
  };
  const committed = options.record(event, (store) =>
    putInForce(store, opened.value, made.value, prepared.value),
  );
  for (const key of Object.values(made.value)) key.fill(0);
  for (const { share } of prepared.value.shares) share.fill(0);
  if (!committed) return err({ code: 'disk-failed' });
  onStep?.('settle');
  // The old list is still being read: it is removed when the lane is opened the next time, and its keys are gone.
  settleNextFiles(directory, manifest.version);
  onStep?.('done');
  return ok({ from: before, opened: opened.value });
}

/** Verified as the first one was, and newer than it. */
export async function openNewer(
  options: Pick<ReplaceOptions, 'vault' | 'identity' | 'file' | 'sharedDirectory'>,
): Promise<Result<OpenedPackage, ReplaceFault>> {
  const { vault, identity, file, sharedDirectory } = options;
  const { laneStore } = vault;
  const projection = new DayProjection(laneStore);
  const [custody, seen] = [readLaneCustody(laneStore), readLanePackage(laneStore)];
  if (custody === null || seen === null) return err({ code: 'no-package' });
  if (projection.phase() !== 'preparing') return err({ code: 'package-during-day' });
  const commission = parseCommission(custody.commission);
  if (!commission.ok) return err({ code: 'no-package' });
  const opened = await openPackage(
    file,
    {
      commission: commission.value,
      electionId: identity.electionId,
      stationNumber: identity.stationNumber,
      mock: identity.mock,
      ...{ seen, day: projection.confirmedDay() },
      ...(sharedDirectory === undefined ? {} : { sharedDirectory }),
    },
    { kind: 'sealed-to', identity: custody.keys.identity },
  );
  if (!opened.ok) return opened;
  const { version, lanes } = opened.value.manifest;
  if (version === seen.version) return err({ code: 'same-package' });
  const own = lanes.find(({ device }) => device === identity.deviceId);
  if (own === undefined) return err({ code: 'not-for-this-laptop' });
  return own.lane === identity.lane ? opened : err({ code: 'package-other-lane' });
}

interface ListKeys {
  readonly database: Uint8Array;
  readonly templates: Uint8Array;
}

function makeList(
  { registerFile, migrations, sharedDirectory, file }: ReplaceOptions,
  opened: OpenedPackage,
): Result<ListKeys, ReplaceFault> {
  const { manifest, voters } = opened;
  const folder = folderOfVersion(registerFile, manifest.version);
  // Left by a power cut: it was never in force.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = { database: randomKey(), templates: randomKey() };
  const made = writeList();
  if (!made.ok) rmSync(folder, { recursive: true, force: true });
  return made;

  function writeList(): Result<ListKeys, ReplaceFault> {
    const index = bringNationalIndex({
      ...{ opened, packageDirectory: folder },
      ...(sharedDirectory === undefined ? {} : { sharedDirectory }),
    });
    if (!index.ok)
      return index.error.code === 'already-provisioned' ? err({ code: 'disk-failed' }) : err(index.error);
    const register = createRegister({
      isSigned: true,
      ...{ file: join(folder, REGISTER_FILE), keys, migrations: join(migrations, 'register') },
      source: { info: registerInfoOf(manifest), voters, nationalIndex: index.value },
    });
    if (!register.ok) return err({ code: 'register-failed', register: register.error });
    if (register.value.contentHash !== manifest.register) return err({ code: 'register-differs' });
    try {
      // With it this lane lets a spare in.
      copyFileSync(file, join(folder, PACKAGE_FILE));
    } catch {
      return err({ code: 'disk-failed' });
    }
    return ok(keys);
  }
}

interface Prepared {
  readonly custody: LaneCustody;
  /** Of everybody whose PIN is the letter's; who has an own one keeps it. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly keptPins: ReadonlySet<string>;
  /** Shares that were nobody's before. */
  readonly shares: readonly {
    readonly personId: string;
    readonly number: number;
    readonly share: Uint8Array;
  }[];
}

/** The plain files as they will be, in a folder beside the ones in force. */
async function prepareFiles(
  options: ReplaceOptions,
  opened: OpenedPackage,
): Promise<Result<Prepared, ReplaceFault>> {
  const { vault, identity, practicePins, directory, pinCost = PIN_COST } = options;
  const { laneStore } = vault;
  const { manifest, election, people } = opened;
  const custody = readLaneCustody(laneStore);
  if (custody === null) return err({ code: 'no-package' });
  const keptPins = new Set(
    laneStore.all<{ id: string }>('SELECT person_id AS id FROM own_pin').map(({ id }) => id),
  );
  const record = await renewUnlock(options, opened, keptPins);
  if (!record.ok) return record;
  const hashes = new Map<string, string>();
  for (const { id, pin } of people.people) if (!keptPins.has(id)) hashes.set(id, await hashPin(pin, pinCost));
  const folder = makeNextFolder(directory, manifest.version);
  writeFileSync(join(folder, UNLOCK_FILE), `${JSON.stringify(record.value.record, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  const envelopes = people.envelopes.map(({ id }) => id);
  const { envelopes: _, ...lane } = identity;
  writeLaneFile(folder, {
    identity: {
      ...lane,
      electionTitle: manifest.title,
      electionDate: manifest.electionDate,
      stationName: manifest.station.name,
      districtNumber: manifest.station.district,
      timeZone: election.procedure.timeZone,
      people: people.people.map(({ id, name, role }) => ({ id, name, role })),
      ...(envelopes.length === 0 ? {} : { envelopes }),
    },
    practicePins:
      practicePins === null
        ? null
        : Object.fromEntries(
            people.people.map(({ id, pin }) => [id, keptPins.has(id) ? (practicePins[id] ?? pin) : pin]),
          ),
  });
  writeTrustStore(
    folder,
    election.trustedCertificates.map((der) => bytes(der)),
  );
  writePackageNote(folder, packageNoteOf(opened));
  const journal = readJournalSettings(directory);
  // A package that names nobody says nothing about it.
  if (journal !== null && journal !== 'malformed' && election.journalRecipients.length > 0)
    writeJournalSettings(folder, { ...journal, recipients: election.journalRecipients });
  writeFileSync(join(folder, COLLECTOR_FILE), `${JSON.stringify(election.collector)}\n`, { mode: 0o600 });
  return ok({
    custody: custodyOf(opened, custody.commission, custody.keys),
    ...{ hashes, keptPins, shares: record.value.shares },
  });
}

interface RenewedUnlock {
  readonly record: UnlockRecord;
  readonly shares: Prepared['shares'];
}

/**
 * Who unlocks from now on. Everybody's share is under the PIN of the letter again, but for those who chose their own
 * since; who is new gets a share that was kept back for it, and who isn't named any more has none.
 */
async function renewUnlock(
  { vault, directory, pinCost = PIN_COST }: ReplaceOptions,
  { people }: OpenedPackage,
  keptPins: ReadonlySet<string>,
): Promise<Result<RenewedUnlock, ReplaceFault>> {
  const { laneStore } = vault;
  const deviceSecret = readShare(directory);
  if (!deviceSecret.ok) return err({ code: 'laptop-share-missing' });
  const before = parseUnlockRecord(parseJson(readFileSync(join(directory, UNLOCK_FILE), 'utf8')));
  if (!before.ok) return err({ code: 'disk-failed' });
  const spares = laneStore.all<{ number: number; share: Uint8Array }>(
    'SELECT number, share FROM spare_share ORDER BY number',
  );
  const members = [
    ...people.people.filter(({ role }) => isOfCommission(role)),
    ...people.envelopes.map(({ id, code }) => ({ id, pin: code })),
  ];
  let record = before.value;
  const given: { personId: string; number: number; share: Uint8Array }[] = [];
  for (const member of members) {
    const known = laneStore.get<{ share: Uint8Array }>('SELECT share FROM member_share WHERE person_id = ?', [
      member.id,
    ]);
    const shared = { deviceSecret: deviceSecret.value, argon2: pinCost };
    if (known !== undefined) {
      if (keptPins.has(member.id)) continue;
      const share = new Uint8Array(known.share);
      record = await resealShare(record, { member, share, ...shared });
      share.fill(0);
      continue;
    }
    const spare = spares[given.length];
    if (spare === undefined) return err({ code: 'too-many-new-members' });
    const share = new Uint8Array(spare.share);
    given.push({ personId: member.id, number: spare.number, share });
    const sealed = await sealWithPin({ member, plain: share, ...shared });
    record = { ...record, shares: [...record.shares, sealed] };
  }
  deviceSecret.value.fill(0);
  const named = new Set(members.map(({ id }) => id));
  return ok({
    record: { ...record, shares: record.shares.filter(({ memberId }) => named.has(memberId)) },
    shares: given,
  });
}

function namedIn(people: OpenedPackage['people']): ReadonlySet<string> {
  return new Set([...people.people, ...people.envelopes].map(({ id }) => id));
}

/** Everybody's PIN as `putInForce` leaves it. */
function pinsAfter(
  store: ReadableStore,
  { people }: OpenedPackage,
  { hashes, keptPins }: Prepared,
): ReadonlyMap<string, string> {
  const named = namedIn(people);
  const after = new Map([...readPinHashes(store)].filter(([id]) => named.has(id)));
  for (const [id, hash] of hashes) if (!keptPins.has(id)) after.set(id, hash);
  return after;
}

/** Within the transaction of the event that says so. */
function putInForce(
  store: WritableStore,
  opened: OpenedPackage,
  keys: ListKeys,
  { custody, hashes, keptPins, shares }: Prepared,
): void {
  const { manifest, election, people } = opened;
  for (const [name, value] of [
    ['register-database', keys.database],
    ['register-templates', keys.templates],
  ] as const)
    store.run('UPDATE lane_secret SET value = ? WHERE name = ?', [value, name]);
  store.run('UPDATE lane_procedure SET content = ?', [JSON.stringify(election.procedure)]);
  replaceLanePackage(store, lanePackageOf(opened));
  putLaneCustody(store, custody);
  const named = namedIn(people);
  const unlocking = new Set([
    ...people.people.filter(({ role }) => isOfCommission(role)).map(({ id }) => id),
    ...people.envelopes.map(({ id }) => id),
  ]);
  const gone = (table: 'person_pin' | 'member_share' | 'own_pin', staying: ReadonlySet<string>): string[] => {
    const rows = store.all<{ id: string }>(`SELECT person_id AS id FROM ${table}`);
    const leaving = rows.map(({ id }) => id).filter((id) => !staying.has(id));
    for (const id of leaving) store.run(`DELETE FROM ${table} WHERE person_id = ?`, [id]);
    return leaving;
  };
  for (const table of ['person_pin', 'own_pin'] as const) gone(table, named);
  // An old copy of the record still has their shares: the key is moved at the next unlocking (move-keys.ts).
  for (const id of gone('member_share', unlocking))
    store.run('INSERT OR IGNORE INTO key_move (person_id) VALUES (?)', [id]);
  for (const [id, hash] of hashes)
    if (!keptPins.has(id))
      store.run(
        `INSERT INTO person_pin (person_id, hash) VALUES (?, ?)
           ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash`,
        [id, hash],
      );
  for (const { personId, number, share } of shares) {
    store.run('INSERT INTO member_share (person_id, share) VALUES (?, ?)', [personId, share]);
    store.run('DELETE FROM spare_share WHERE number = ?', [number]);
  }
  replaceRoster(store, manifest, custody.keys);
}

function replaceLanePackage(store: WritableStore, lanePackage: LanePackage): void {
  store.run('DELETE FROM lane_package');
  insertLanePackage(store, lanePackage);
}

/** The lanes as the commission signed them now. */
function replaceRoster(
  store: WritableStore,
  { lanes, shares }: OpenedPackage['manifest'],
  { certificatePem, keyPem, codeSeed }: LaneCustody['keys'],
): void {
  store.run('DELETE FROM lane_network');
  if (lanes.length < 2) return;
  insertLaneNetwork(store, {
    roster: { lanes: lanes.map(({ recipient: _, ...entry }) => entry), shares },
    certificate: { certificatePem, keyPem },
    codeSeed: bytes(codeSeed),
  });
}
