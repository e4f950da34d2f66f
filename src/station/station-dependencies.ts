import type { DeviceBench } from '../domain/device-bench.ts';
import type { DeviceSet } from '../domain/devices.ts';
import type { DockControl } from '../domain/dock.ts';
import type { Procedure } from '../domain/procedure.ts';
import type { Result } from '../domain/result.ts';
import type { Approval } from '../domain/roles.ts';
import type { Timer } from '../domain/timer.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../store/clock.ts';
import type { DiskReserve } from '../store/disk-reserve.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import type { StationRegister } from './adapters/station-register.ts';
import type { StationError, StationErrorCode } from './api/errors.ts';
import type { UploadView } from './api/snapshot.ts';
import type { BlankLaptop } from './blank-laptop.ts';
import type { DocumentReading, FingerprintMatcher, LaneIdentity, PaperPress } from './context.ts';
import type { CustodyPlace } from './custody/custody-place.ts';
import type { Machine } from './day/machine.ts';
import type { FingerSearchEngine } from './finger-search/finger-search.ts';
import type { Journal } from './journal.ts';
import type { LaneNetworkKeys } from './lanes/lane-keys.ts';
import type { StationLanes } from './lanes/station-lanes.ts';
import type { TryLimiter } from './people/try-limiter.ts';
import type { UploadCarrierOptions } from './stick/carry-upload.ts';
import type { JournalProblem } from './stick/journal-worker.ts';
import type { CentreRecords } from './visitors/centre-records.ts';

/** What two PINs open: the databases and keys of this lane. */
export interface OpenedVault {
  readonly procedure: Procedure;
  /** The register can be wrong or damaged while the ledger is sound: the problem then goes on record. */
  readonly register: Result<StationRegister, StationErrorCode>;
  readonly ledger: Ledger;
  readonly ledgerVerified: boolean;
  readonly store: ReadableStore;
  /** The same, for the copies of the other lanes' logs. */
  readonly laneStore: WritableStore;
  /** Null where the station has one lane. */
  readonly laneNetwork: LaneNetworkKeys | null;
  readonly pinHashes: ReadonlyMap<string, string>;
  /** Whether the log says which of them count. */
  readonly pinsOnRecord: boolean;
  readonly receiptCodeKey: Uint8Array;
  /** The last day on which the station may be opened with this package; null where it came without one. */
  readonly packageExpires: string | null;
  readonly packageVersion: number | null;
  /** The list that is in force. */
  readonly registerFile: string;
  /** What those who unlocked are told: a move to another key that is unfinished, or left somebody without a share. */
  readonly problem: StationErrorCode | null;
  close(): void;
}

export interface Vault {
  /** Two different people of the commission; after a same-day restart one of them is enough. */
  unlock(approvals: readonly Approval[]): Promise<Result<OpenedVault, StationError>>;
  /** True while one authorised person may reopen (the day's own unlock is remembered, sealed). */
  reopensWithOne(): boolean;
  /** Forgets the day's unlock: after closing, two people are needed again. */
  endDay(): void;
  /** One person's PIN changed: that person no longer reopens alone with the old one. */
  forgetOnDay(personId: string): void;
}

/** Sends what is committed to the centre when it can be reached. */
export interface UploadLine {
  view(): UploadView;
  onChange(listener: () => void): void;
  /** Something new was committed. */
  kick(): void;
  /** Has the centre countersign the newest checkpoint, if it is there just now. */
  countersign(): Promise<void>;
  stop(): Promise<void>;
}

/** The journal on the stick, as the station knows it. */
export interface StickLine {
  problem(): JournalProblem | null;
  writeNow(): Promise<void>;
  stop(): Promise<void>;
}

export interface StationDependencies {
  readonly identity: LaneIdentity;
  readonly practicePins: Readonly<Record<string, string>> | null;
  readonly vault: Vault;
  /** Shared with the vault: a PIN that is guessed at the lock screen is the one that approves. */
  readonly tries: TryLimiter;
  readonly devices: DeviceSet;
  /** The technician's view of the same devices. */
  readonly bench: DeviceBench;
  /** The table of a mock election; null with real devices, and until the devices process has said hello. */
  readonly dock: () => DockControl | null;
  /** Resolves once the first devices process has introduced itself. */
  readonly devicesReady: Promise<void>;
  readonly matcher: FingerprintMatcher;
  readonly fingerSearch: FingerSearchEngine;
  readonly documents: DocumentReading;
  readonly paper: PaperPress;
  readonly machine: Machine;
  readonly reserve: DiskReserve;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Where exports go, each in a folder of its own. */
  readonly exportDirectory: string;
  readonly startUpload: (ledger: Ledger) => UploadLine | null;
  /** Where records of voters of other stations come from; left out or null, no centre is to be reached. */
  readonly startCentre?: (ledger: Ledger) => CentreRecords | null;
  /** The stick for what waits for the centre, where there is no network; left out, there is none. */
  readonly carrier?: UploadCarrierOptions;
  /** Connects to the other lanes; left out, the station has one lane. */
  readonly startLanes?: (
    vault: OpenedVault,
    register: StationRegister,
    journal: Journal,
    changed: () => void,
  ) => Promise<StationLanes>;
  /** Where the lane's own files lie; left out, nothing of them is changed from the screens. */
  readonly custody?: CustodyPlace;
  /** A laptop that belongs to no station, and may become a table; left out, it belongs to one. */
  readonly blankLaptop?: BlankLaptop;
  /** Ends this station and begins another one, with what a newer package brought; left out, somebody else does. */
  readonly restart?: () => void;
  /** Keeps the journal on the stick; null where none is kept. */
  readonly startStickJournal?: (
    vault: OpenedVault,
    register: StationRegister,
    lanes: StationLanes,
    onChange: (problem: JournalProblem | null) => void,
  ) => StickLine | null;
}
