import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Procedure, procedureSchema } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
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
import type { UnlockedKeys } from '../../store/unlock.ts';
import { type IndexTrouble, StationRegister } from '../adapters/station-register.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import type { LaneIdentity } from '../context.ts';
import { readLaneNetwork } from '../lanes/lane-keys.ts';
import { readPinHashes } from '../people/pin-records.ts';
import { agreesWithLog, compareWithLog } from '../projection/compare-with-log.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import { writeDamageReport } from './damage-report.ts';
import { HEAD_FILE, LEDGER_FILE } from './lane-file.ts';
import { readLanePackage } from './lane-package.ts';
import { isKeyOfBefore } from './move-keys.ts';
import { registerFileOf } from './register-place.ts';

/** Where a lane's databases lie, and what they have to be of. */
export interface LanePlace {
  readonly directory: string;
  readonly identity: LaneIdentity;
  /** The list of the lane's first package; a newer one's lies beside it (register-place.ts). */
  readonly registerFile: string;
  readonly stationMigrations: string | readonly Migration[];
  readonly registerMigrations: string | readonly Migration[];
  readonly clock: Clock;
  /** Where the newest head of this lane's log is also kept: on the stick. */
  readonly carriedMarks?: readonly Pick<HeadMark, 'read'>[];
}

/** The databases, and the key that the ledger turned out to be under. */
export interface OpenedLane {
  readonly vault: OpenedVault;
  readonly key: Uint8Array;
}

/** The file was read, and is not what was written: another disk or more room doesn't help. */
const DAMAGE: ReadonlySet<StoreError['code']> = new Set(['corrupt', 'wrong-key', 'migration-changed']);

/** Both databases, checked. Of two keys the ledger is under the one or the other: a move was stopped. */
export function openDatabases(
  options: LanePlace,
  { key: newest, former }: UnlockedKeys,
): Result<OpenedLane, StationError> {
  const { directory, identity, stationMigrations, clock } = options;
  const file = join(directory, LEDGER_FILE);
  if (!existsSync(file)) return err({ code: 'disk-failed' });
  const openWith = (candidate: Uint8Array): ReturnType<typeof openStore> =>
    openStore({ file, key: candidate, migrations: stationMigrations, clock });
  let key = newest;
  let store = openWith(key);
  if (!store.ok && store.error.code === 'wrong-key' && former !== null) {
    key = former;
    store = openWith(key);
  }
  if (!store.ok) {
    if (store.error.code === 'wrong-key' && isKeyOfBefore(directory, key))
      return err({ code: 'unlock-file-older' });
    // The key came out of the unlock whole: where it doesn't open the first page, that page is damaged.
    const isDamaged = DAMAGE.has(store.error.code);
    if (isDamaged) writeDamageReport(directory, store.error, clock.wallMs());
    return err({ code: isDamaged ? 'ledger-damaged' : diskProblem(store.error) });
  }
  const opened = openLane(options, store.value);
  if (!opened.ok) {
    store.value.close();
    return opened;
  }
  return ok({ vault: opened.value, key });

  function openLane(vault: LanePlace, lane: WritableStore): Result<OpenedVault, StationError> {
    const secrets = readSecrets(lane);
    const procedure = readProcedure(lane);
    if (secrets === null || procedure === null) {
      const table = secrets === null ? 'lane_secret' : 'lane_procedure';
      writeDamageReport(directory, { code: 'table-damaged', table }, clock.wallMs());
      return err({ code: 'ledger-damaged' });
    }
    const mark = fileHeadMark(join(directory, HEAD_FILE));
    let agreement = null as ReturnType<typeof agreesWithLog>;
    const ledger = Ledger.open(lane, {
      election: identity.electionId,
      station: String(identity.stationNumber),
      device: identity.deviceId,
      mock: identity.mock,
      key: deviceKeyFromSeed(secrets.deviceSeed),
      clock,
      mark,
      carriedMarks: vault.carriedMarks ?? [],
      onVerified: (records) => {
        agreement = agreesWithLog(records, lane);
      },
    });
    secrets.deviceSeed.fill(0);
    if (!ledger.ok) {
      writeDamageReport(directory, ledger.error, clock.wallMs());
      return err({ code: 'ledger-damaged' });
    }
    const compared =
      agreement === null ? compareWithLog(ledger.value, lane) : ok({ ...agreement, faults: [] });
    if (!compared.ok) return err({ code: diskProblem(compared.error) });
    const { faults, pinsOnRecord } = compared.value;
    if (faults.length > 0) {
      writeDamageReport(directory, { code: 'tables-differ-from-log', faults }, clock.wallMs());
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
      procedure,
      register,
      ledger: ledger.value,
      // `Ledger.open` reads the whole chain, and refuses a damaged one.
      ledgerVerified: true,
      store: lane,
      laneStore: lane,
      laneNetwork: readLaneNetwork(lane),
      pinHashes: readPinHashes(lane),
      pinsOnRecord,
      receiptCodeKey: secrets.receiptCodes,
      packageExpires: fromPackage?.expires ?? null,
      packageVersion: fromPackage?.version ?? null,
      registerFile,
      problem: null,
      close() {
        if (register.ok) register.value.close();
        lane.checkpoint();
        lane.close();
        mark.close();
      },
    });
  }
}

function diskProblem({ code }: StoreError): StationErrorCode {
  return code === 'disk-full' ? 'disk-full' : 'disk-failed';
}

function openLaneRegister(
  { registerFile, registerMigrations, identity }: LanePlace,
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
function openIndex(registerFile: string, register: Register): Result<NationalIndex, IndexTrouble> {
  const reference = register.nationalIndex();
  if (reference === null) return err('index-unusable');
  const file = join(dirname(registerFile), NATIONAL_INDEX_FILE);
  const opened = openNationalIndex({ file, reference, expected: register.info() });
  reference.key.fill(0);
  if (opened.ok) return opened;
  const { code } = opened.error;
  const ofAnotherProgram = code === 'index-of-older-program' || code === 'index-of-newer-program';
  return err(ofAnotherProgram ? code : 'index-unusable');
}

/** As it was provisioned; null where that can't be read. */
function readProcedure(store: WritableStore): Procedure | null {
  const row = store.get<{ content: string }>(`SELECT content FROM lane_procedure`);
  try {
    const parsed = procedureSchema.safeParse(JSON.parse(row?.content ?? 'null'));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
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
