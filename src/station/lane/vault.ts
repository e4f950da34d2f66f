import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { procedureSchema } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Approval } from '../../domain/roles.ts';
import { deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { fileHeadMark, type HeadMark } from '../../ledger/head-mark.ts';
import { Ledger } from '../../ledger/ledger.ts';
import {
  NATIONAL_INDEX_FILE,
  type NationalIndex,
  openNationalIndex,
} from '../../register/national-index/national-index.ts';
import { openRegister, type Register } from '../../register/register.ts';
import type { Clock } from '../../store/clock.ts';
import type { Migration } from '../../store/migrations.ts';
import { openStore } from '../../store/open-store.ts';
import type { WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { type Argon2Cost, PIN_COST, type UnlockRecord, unlock } from '../../store/unlock.ts';
import { StationRegister } from '../adapters/station-register.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import type { LaneIdentity } from '../context.ts';
import { readLaneNetwork } from '../lanes/lane-keys.ts';
import { localTime } from '../local-time.ts';
import type { TryLimiter } from '../people/try-limiter.ts';
import type { OpenedVault, Vault } from '../station-dependencies.ts';
import { writeDamageReport } from './damage-report.ts';
import { DayPass } from './day-pass.ts';
import { readShare } from './device-share.ts';
import { HEAD_FILE, LEDGER_FILE, UNLOCK_FILE } from './lane-file.ts';
import { readLanePackage } from './lane-package.ts';
import { settleNextFiles } from './next-files.ts';
import { registerFileOf, removeOtherRegisters } from './register-place.ts';

export interface VaultOptions {
  readonly directory: string;
  readonly identity: LaneIdentity;
  /** The list of the lane's first package; a newer one's lies beside it (register-place.ts). */
  readonly registerFile: string;
  readonly stationMigrations: string | readonly Migration[];
  readonly registerMigrations: string | readonly Migration[];
  readonly clock: Clock;
  /** Where the newest head of this lane's log is also kept: on the stick. */
  readonly carriedMarks?: readonly Pick<HeadMark, 'read'>[];
  readonly tries: TryLimiter;
  readonly pinCost?: Argon2Cost;
}

/** Opens a provisioned lane's databases for two of the commission, or for one of them after a restart that day. */
export function createVault(options: VaultOptions): Vault {
  const { directory, clock, identity, tries, pinCost = PIN_COST } = options;
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
      const { key } = opened.value;
      const databases = openDatabases(options, key);
      if (databases.ok && settleReplacement(options, databases.value)) {
        databases.value.close();
        for (const part of [key, secret]) part.fill(0);
        // The power went in the middle of it: who sits here is read anew.
        return err({ code: 'station-restarting' });
      }
      // Who opened an envelope is not there to come back alone.
      const present = approvals.filter(({ personId }) => !(identity.envelopes ?? []).includes(personId));
      if (databases.ok && opened.value.by === 'two') await dayPass.issue(today(), key, present, secret);
      key.fill(0);
      secret.fill(0);
      return databases;
    },
  };
}

type KeyFailure = { readonly code: StationErrorCode; readonly personId: string | null };

async function openKey(
  { directory }: VaultOptions,
  approvals: readonly Approval[],
  deviceSecret: Uint8Array,
  dayPass: DayPass,
  today: string,
): Promise<Result<{ readonly key: Uint8Array; readonly by: 'two' | 'one' }, KeyFailure>> {
  const members = approvals.map(({ personId, pin }) => ({ id: personId, pin }));
  const [only] = members;
  if (new Set(members.map((member) => member.id)).size !== members.length)
    return err({ code: 'same-person-twice', personId: null });
  if (members.length === 1 && only !== undefined && dayPass.isFor(today)) {
    const key = await dayPass.open(only, deviceSecret);
    return key.ok ? ok({ key: key.value, by: 'one' }) : err({ code: key.error, personId: only.id });
  }
  const record = readUnlockRecord(directory);
  if (record === null) return err({ code: 'not-allowed', personId: null });
  const key = await unlock(record, { members, deviceSecret });
  if (key.ok) return ok({ key: key.value, by: 'two' });
  const { error } = key;
  switch (error.code) {
    case 'wrong-pin':
      return err({ code: 'wrong-pin', personId: error.memberId });
    case 'too-few-members':
      return err({ code: 'two-people-needed', personId: null });
    case 'unknown-member':
      return err({ code: 'member-needed', personId: null });
    case 'wrong-device':
    case 'record-damaged':
      return err({ code: 'not-allowed', personId: null });
  }
}

function openDatabases(options: VaultOptions, key: Uint8Array): Result<OpenedVault, StationError> {
  const { directory, identity, stationMigrations, clock } = options;
  if (!existsSync(join(directory, LEDGER_FILE))) return err({ code: 'disk-failed' });
  const store = openStore({ file: join(directory, LEDGER_FILE), key, migrations: stationMigrations, clock });
  if (!store.ok) {
    // The key came out of the unlock whole: where it doesn't open the first page, that page is damaged.
    const isDamaged = store.error.code === 'corrupt' || store.error.code === 'wrong-key';
    if (isDamaged) writeDamageReport(directory, store.error, clock.wallMs());
    return err({ code: isDamaged ? 'ledger-damaged' : diskProblem(store.error) });
  }
  const opened = openLane(options, store.value);
  if (!opened.ok) store.value.close();
  return opened;

  function openLane(vault: VaultOptions, lane: WritableStore): Result<OpenedVault, StationError> {
    const secrets = readSecrets(lane);
    const row = lane.get<{ content: string }>(`SELECT content FROM lane_procedure`);
    const procedure = procedureSchema.safeParse(row === undefined ? null : JSON.parse(row.content));
    if (secrets === null || !procedure.success) return err({ code: 'disk-failed' });
    const ledger = Ledger.open(lane, {
      election: identity.electionId,
      station: String(identity.stationNumber),
      device: identity.deviceId,
      mock: identity.mock,
      key: deviceKeyFromSeed(secrets.deviceSeed),
      clock,
      mark: fileHeadMark(join(directory, HEAD_FILE)),
      carriedMarks: vault.carriedMarks ?? [],
    });
    secrets.deviceSeed.fill(0);
    if (!ledger.ok) {
      writeDamageReport(directory, ledger.error, clock.wallMs());
      return err({ code: 'ledger-damaged' });
    }
    const { registerKeys } = secrets;
    const fromPackage = readLanePackage(lane);
    const registerFile = registerFileOf(vault.registerFile, fromPackage?.version ?? null);
    const register =
      registerKeys === null
        ? err<StationErrorCode>('register-erased')
        : openLaneRegister({ ...vault, registerFile }, registerKeys.database, registerKeys.templates);
    registerKeys?.database.fill(0);
    return ok({
      procedure: procedure.data,
      register,
      ledger: ledger.value,
      // `Ledger.open` reads the whole chain, and refuses a damaged one.
      ledgerVerified: true,
      store: lane,
      laneStore: lane,
      laneNetwork: readLaneNetwork(lane),
      pinHashes: readPinHashes(lane),
      receiptCodeKey: secrets.receiptCodes,
      packageExpires: fromPackage?.expires ?? null,
      packageVersion: fromPackage?.version ?? null,
      registerFile,
      close() {
        if (register.ok) register.value.close();
        lane.checkpoint();
        lane.close();
      },
    });
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

function diskProblem({ code }: StoreError): StationErrorCode {
  return code === 'disk-full' ? 'disk-full' : 'disk-failed';
}

function openLaneRegister(
  { registerFile, registerMigrations, identity }: VaultOptions,
  databaseKey: Uint8Array,
  templateKey: Uint8Array,
): Result<StationRegister, StationErrorCode> {
  const opened = openRegister({
    file: registerFile,
    databaseKey,
    migrations: registerMigrations,
    expected: {
      electionId: identity.electionId,
      stationNumber: identity.stationNumber,
      mock: identity.mock,
    },
  });
  if (opened.ok)
    return ok(new StationRegister(opened.value, templateKey, openIndex(registerFile, opened.value)));
  const { code } = opened.error;
  const other = code === 'other-election' || code === 'other-station' || code === 'mock-mismatch';
  return err(other ? 'register-other-election' : 'register-damaged');
}

/** Without the index the station works, and can't say where a voter of another one belongs. */
function openIndex(registerFile: string, register: Register): NationalIndex | null {
  const reference = register.nationalIndex();
  if (reference === null) return null;
  const file = join(dirname(registerFile), NATIONAL_INDEX_FILE);
  const opened = openNationalIndex({ file, reference, expected: register.info() });
  reference.key.fill(0);
  return opened.ok ? opened.value : null;
}

interface LaneSecrets {
  readonly deviceSeed: Uint8Array;
  /** Null once they were destroyed. */
  readonly registerKeys: { readonly database: Uint8Array; readonly templates: Uint8Array } | null;
  readonly receiptCodes: Uint8Array;
}

function readSecrets(store: WritableStore): LaneSecrets | null {
  const rows = store.all<{ name: string; value: Uint8Array }>(`SELECT name, value FROM lane_secret`);
  const named = new Map(rows.map(({ name, value }) => [name, new Uint8Array(value)]));
  const deviceSeed = named.get('device-seed');
  const database = named.get('register-database');
  const templates = named.get('register-templates');
  const receiptCodes = named.get('receipt-codes');
  if (!deviceSeed || !receiptCodes) return null;
  const registerKeys = database && templates ? { database, templates } : null;
  return { deviceSeed, registerKeys, receiptCodes };
}

function readPinHashes(store: WritableStore): Map<string, string> {
  const rows = store.all<{ person_id: string; hash: string }>(`SELECT person_id, hash FROM person_pin`);
  return new Map(rows.map((row) => [row.person_id, row.hash]));
}

function readUnlockRecord(directory: string): UnlockRecord | null {
  try {
    // Written by `provisionLane`; every byte that matters in it is authenticated when it is opened.
    return JSON.parse(readFileSync(join(directory, UNLOCK_FILE), 'utf8')) as UnlockRecord;
  } catch {
    return null;
  }
}
