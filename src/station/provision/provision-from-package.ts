import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result, unwrap } from '../../domain/result.ts';
import { deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { Ledger } from '../../ledger/ledger.ts';
import { authorityOf, parseCommission } from '../../packages/commission.ts';
import { encodeManifest, registerInfoOf } from '../../packages/manifest.ts';
import { NATIONAL_INDEX_PART, type OpenedPackage, sharedFileName } from '../../packages/open-package.ts';
import type { PackageError } from '../../packages/package-error.ts';
import { hashFile } from '../../packages/package-file.ts';
import { createRegister } from '../../register/create-register.ts';
import { openForChanges } from '../../register/deltas/open-for-changes.ts';
import { indexOfEntries } from '../../register/national-index/index-of-entries.ts';
import { indexVersionOf, NATIONAL_INDEX_FILE } from '../../register/national-index/national-index.ts';
import { writeNationalIndex } from '../../register/national-index/write-national-index.ts';
import type { NationalIndexReference } from '../../register/register-source.ts';
import { type Clock, systemClock } from '../../store/clock.ts';
import { randomKey } from '../../store/keys.ts';
import type { WritableStore } from '../../store/store.ts';
import type { Argon2Cost } from '../../store/unlock.ts';
import { type LaneRoster, withSpare } from '../../sync/lanes/transport/lane-roster.ts';
import { keepChanges } from '../custody/kept-changes.ts';
import type { StationEvent } from '../events.ts';
import type { LaneCustody } from '../lane/lane-custody.ts';
import type { LanePackage } from '../lane/lane-package.ts';
import { packageNoteOf, writePackageNote } from '../lane/package-note.ts';
import { provisionLane } from '../lane/provision-lane.ts';
import { carryOutSealed } from './carry-out-sealed.ts';
import { bytes, type LaptopKeys, laneEntryOfLaptop } from './laptop-keys.ts';
import { recordEvent } from './record-event.ts';

export interface ProvisionFromPackageOptions {
  readonly opened: OpenedPackage;
  readonly laptop: LaptopKeys;
  /** The laptop's half of the key, which was put away at enrolment. */
  readonly share: Uint8Array;
  /** Where the lane keeps its ledger, made here; `register.db` goes to `packageDirectory`. */
  readonly directory: string;
  readonly packageDirectory: string;
  /** Where the parts lie that are the same for every station. */
  readonly sharedDirectory?: string;
  /** Holds `station/` and `register/`. */
  readonly migrations: string;
  /** A spare, which the package doesn't name: the lane that it becomes, and who let it. */
  readonly admission?: Admission;
  /** Signed changes of the list since the package, sealed as they came, oldest first; and the table that gave them. */
  readonly changes?: { readonly files: readonly string[]; readonly fromLane: number };
  /** The text of the commission.json that the package was verified with: what comes later is verified with it, too. */
  readonly trust?: string;
  readonly pinCost?: Argon2Cost;
  readonly clock?: Clock;
  readonly onVoter?: (done: number, of: number) => void;
}

export interface Admission {
  readonly lane: number;
  readonly people: readonly string[];
  /** After which number its receipts begin (spare-receipts.ts). */
  readonly receiptsFrom: number;
  /** The lanes as the table that let it in knows them: other spares may have come since the package. */
  readonly roster?: LaneRoster;
}

export type ProvisionError =
  | PackageError
  | { readonly code: 'already-provisioned' }
  /** Signed changes that came with it can't be carried out. */
  | { readonly code: 'changes-refused'; readonly sequence: number }
  | { readonly code: 'disk-failed' };

export const REGISTER_FILE = 'register.db';

/**
 * Turns a laptop into a lane of the package's station: the list under keys that are drawn here, a ledger that two of
 * the commission open on this laptop only, and what the other lanes are told. Nothing stays of an attempt that fails.
 */
export async function provisionFromPackage(
  options: ProvisionFromPackageOptions,
): Promise<Result<{ readonly lane: number }, ProvisionError>> {
  const { directory, packageDirectory } = options;
  mkdirSync(packageDirectory, { recursive: true, mode: 0o700 });
  const done = await provision(options);
  if (!done.ok && done.error.code !== 'already-provisioned')
    for (const folder of [directory, packageDirectory]) rmSync(folder, { recursive: true, force: true });
  return done;
}

async function provision(
  options: ProvisionFromPackageOptions,
): Promise<Result<{ readonly lane: number }, ProvisionError>> {
  const { opened, laptop, share, directory, packageDirectory, migrations, admission } = options;
  const { manifest, election, people, voters } = opened;
  const { procedure } = election;
  const own = manifest.lanes.find(({ device }) => device === laptop.device);
  const lane = admission?.lane ?? own?.lane;
  if (lane === undefined) return err({ code: 'not-for-this-laptop' });
  const registerKeys = { database: randomKey(), templates: randomKey() };
  const index = bringNationalIndex(options);
  if (!index.ok) return index;
  const register = createRegister({
    isSigned: true,
    file: join(packageDirectory, REGISTER_FILE),
    keys: registerKeys,
    migrations: join(migrations, 'register'),
    source: { info: registerInfoOf(manifest), voters, nationalIndex: index.value },
    onVoter: (done) => options.onVoter?.(done, voters.length),
  });
  if (!register.ok)
    return register.error.code === 'already-exists'
      ? err({ code: 'already-provisioned' })
      : err({ code: 'register-failed', register: register.error });
  if (register.value.contentHash !== manifest.register) return err({ code: 'register-differs' });
  const changed = await carryOutChanges(options, registerKeys);
  if (!changed.ok) return changed;
  const roster = rosterOf(options, lane);
  const provisioned = await provisionLane({
    ...{ directory, procedure, registerKeys },
    people: people.people,
    envelopes: people.envelopes,
    migrations: join(migrations, 'station'),
    trustedCertificates: election.trustedCertificates.map(bytes),
    deviceShare: share,
    deviceSeed: bytes(laptop.deviceSeed),
    fromPackage: lanePackageOf(opened),
    ...(options.trust === undefined ? {} : { custody: custodyOf(opened, options.trust, laptop) }),
    ...(options.pinCost === undefined ? {} : { pinCost: options.pinCost }),
    ...(roster.lanes.length < 2
      ? {}
      : {
          network: {
            roster,
            certificate: { certificatePem: laptop.certificatePem, keyPem: laptop.keyPem },
            codeSeed: bytes(laptop.codeSeed),
            deviceSeed: bytes(laptop.deviceSeed),
          },
        }),
    identity: {
      electionId: manifest.electionId,
      mock: manifest.mock,
      electionTitle: manifest.title,
      electionDate: manifest.electionDate,
      stationNumber: manifest.station.number,
      stationName: manifest.station.name,
      districtNumber: manifest.station.district,
      lane,
      deviceId: laptop.device,
      timeZone: procedure.timeZone,
    },
    ...(admission === undefined
      ? {}
      : { begin: (store: WritableStore) => recordAdmission(store, options, admission, changed.value) }),
  });
  for (const key of Object.values(registerKeys)) key.fill(0);
  if (provisioned.ok) writePackageNote(directory, packageNoteOf(opened));
  return provisioned.ok ? ok({ lane }) : err({ code: provisioned.error });
}

/** What came after the package, before anybody is served: each verified and carried out as on any table. */
async function carryOutChanges(
  { opened, packageDirectory, migrations, trust, changes, admission }: ProvisionFromPackageOptions,
  keys: { readonly database: Uint8Array; readonly templates: Uint8Array },
): Promise<Result<readonly StationEvent[], ProvisionError>> {
  if (changes === undefined || changes.files.length === 0) return ok([]);
  const registerFile = join(packageDirectory, REGISTER_FILE);
  const authority =
    opened.election.changes ?? (trust === undefined ? null : authorityOf(unwrap(parseCommission(trust))));
  if (authority === null) return err({ code: 'changes-refused', sequence: 1 });
  const store = openForChanges({
    file: registerFile,
    key: keys.database,
    migrations: join(migrations, 'register'),
  });
  if (!store.ok) return err({ code: 'disk-failed' });
  const events: StationEvent[] = [];
  try {
    for (const [index, file] of changes.files.entries()) {
      const sealed = new Uint8Array(readFileSync(file));
      const done = await carryOutSealed({
        ...{ store: store.value, authority, file: sealed },
        ...{ packageKey: opened.packageKey, templateKey: keys.templates },
      });
      if (!done.ok) return err({ code: 'changes-refused', sequence: index + 1 });
      const { sequence, applied, effects } = done.value.applied;
      if (!keepChanges(registerFile, sequence, sealed)) return err({ code: 'disk-failed' });
      events.push({
        ...{ type: 'list-changed', sequence, changes: applied, effects, fromLane: changes.fromLane },
        ...{ sealed: null, people: admission?.people ?? [] },
      });
    }
  } finally {
    store.value.checkpoint();
    store.value.close();
  }
  return ok(events);
}

/** What a lane keeps of the package that it comes from. */
export function lanePackageOf({ manifest, packageKey }: OpenedPackage): LanePackage {
  const { version, build, expires } = manifest;
  return { manifest: encodeManifest(manifest), version, build, expires, packageKey };
}

/** @param trust A commission.json with which the package was verified. */
export function custodyOf(
  { election, signedBy }: OpenedPackage,
  trust: string,
  laptop: LaneCustody['keys'],
): LaneCustody {
  const authority = election.changes ?? authorityOf(unwrap(parseCommission(trust)));
  const { identity, certificatePem, keyPem, codeSeed } = laptop;
  return { commission: trust, authority, signedBy, keys: { identity, certificatePem, keyPem, codeSeed } };
}

/** The country's, as it lies beside the package; of a mock election the few people whom its package names. */
export function bringNationalIndex({
  opened,
  packageDirectory,
  sharedDirectory,
}: Pick<ProvisionFromPackageOptions, 'opened' | 'packageDirectory' | 'sharedDirectory'>): Result<
  NationalIndexReference,
  Exclude<ProvisionError, { readonly code: 'changes-refused' }>
> {
  const { manifest, election } = opened;
  const file = join(packageDirectory, NATIONAL_INDEX_FILE);
  const part = manifest.shared.find(({ name }) => name === NATIONAL_INDEX_PART);
  if (part === undefined || election.nationalIndex === null) {
    const source = indexOfEntries(manifest, opened.elsewhere);
    const written = writeNationalIndex({ file, key: randomKey(), source });
    if (written.ok) return written;
    return err({ code: written.error.code === 'already-exists' ? 'already-provisioned' : 'disk-failed' });
  }
  const name = sharedFileName(NATIONAL_INDEX_PART, part.sha256);
  try {
    copyFileSync(join(sharedDirectory ?? '', name), file);
  } catch {
    return err({ code: 'shared-part-missing', name: NATIONAL_INDEX_PART });
  }
  // Of the copy, for that is what the station opens.
  if (hashFile(file)?.sha256 !== part.sha256)
    return err({ code: 'shared-part-changed', name: NATIONAL_INDEX_PART });
  const version = indexVersionOf(file);
  if (version !== 'ours') return err({ code: 'index-version', found: version });
  const sha256 = new Uint8Array(Buffer.from(part.sha256, 'hex'));
  return ok({ sha256, key: bytes(election.nationalIndex.key) });
}

/** The lanes as the commission signed them; a spare stands where the laptop was that it replaces. */
function rosterOf({ opened, laptop, admission }: ProvisionFromPackageOptions, lane: number): LaneRoster {
  const { lanes, shares } = opened.manifest;
  const signed: LaneRoster = { lanes: lanes.map(({ recipient: _, ...entry }) => entry), shares };
  if (admission === undefined) return signed;
  const known = admission.roster ?? signed;
  const { recipient: _, ...entry } = laneEntryOfLaptop(laptop, lane, null);
  const own = { ...entry, receiptsFrom: admission.receiptsFrom };
  const isThere = known.lanes.some((one) => one.lane === lane);
  if (isThere) return withSpare(known, own) ?? known;
  return { ...known, lanes: [...known.lanes, own].sort((a, b) => a.lane - b.lane) };
}

/** The first event of a spare's log: who let it be this lane, and whose key counts no longer. */
function recordAdmission(
  store: WritableStore,
  { opened, laptop, clock = systemClock() }: ProvisionFromPackageOptions,
  { lane, people, roster, receiptsFrom }: Admission,
  further: readonly StationEvent[],
): boolean {
  const { manifest, election } = opened;
  const replaced = (roster ?? manifest).lanes.find((one) => one.lane === lane);
  const event: StationEvent = {
    type: 'spare-admitted',
    ...{ lane, device: laptop.device, people, receiptsFrom, packageVersion: manifest.version },
    revokes:
      replaced === undefined || replaced.device === laptop.device
        ? null
        : { device: replaced.device, ledgerKey: replaced.ledgerKey },
  };
  const ledger = Ledger.open(store, {
    election: manifest.electionId,
    station: String(manifest.station.number),
    device: laptop.device,
    mock: manifest.mock,
    key: deviceKeyFromSeed(bytes(laptop.deviceSeed)),
    clock,
  });
  if (!ledger.ok) return false;
  // The other tables hold the log of the laptop before it under this lane's first epochs: their numbers are not given again.
  if (!ledger.value.beginEpoch(0).ok) return false;
  return [event, ...further].every((one) =>
    recordEvent({ ledger: ledger.value, procedure: election.procedure }, one, clock),
  );
}
