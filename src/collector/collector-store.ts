import type { Result } from '../domain/result.ts';
import { equalBytes } from '../ledger/canonical.ts';
import type { ChainPoint, LedgerIdentity } from '../ledger/event.ts';
import type { SignedHead } from '../ledger/head.ts';
import type { WireRecord } from '../ledger/upload-range.ts';
import type { StoreError } from '../store/store-error.ts';
import type { WitnessStore } from './witness/witness-store.ts';

/**
 * The one port between the collector and its database. Narrow and asynchronous, so that SQLite in this process
 * and PostgreSQL under several collectors stand behind it alike: no method holds anything open, and `append`
 * is the only one whose order matters.
 */
export interface CollectorStore extends CentreStore {
  /**
   * Events, chain head, signature, counts and alarms in one transaction, on the disk once this is ok.
   * `head-moved`: the epoch doesn't end at `afterSeq` any more, or the device is another one; nothing is written.
   */
  append(batch: AcceptedBatch): Promise<Result<'appended' | 'head-moved', StoreError>>;
  /** Keeps a range aside, once however often it comes; `full` when no more is kept. The alarm is raised anyway. */
  quarantine(range: QuarantinedRange): Promise<Result<'kept' | 'full', StoreError>>;
  /** What the centre countersigned. */
  readonly witness: WitnessStore;
}

/** What answers to people and devices are made from. */
export interface CollectorReads {
  /** Null for a device that nobody registered. */
  device(device: string): Promise<Result<DeviceState | null, StoreError>>;
  /** Hashes of stored events, in order, from `firstSeq` through `lastSeq` as far as there are any. */
  hashes(range: {
    readonly device: string;
    readonly epoch: number;
    readonly firstSeq: number;
    readonly lastSeq: number;
  }): Promise<Result<readonly Uint8Array[], StoreError>>;
  /** Whether an epoch before `epoch` holds an event of this hash. */
  hasBefore(device: string, epoch: number, hash: Uint8Array): Promise<Result<boolean, StoreError>>;
  /** Everything counted so far, from running sums: its cost grows with the devices, not with the events. */
  totals(): Promise<Result<CollectorTotals, StoreError>>;
  /** What one device was counted with. */
  counts(device: string): Promise<Result<readonly TurnoutCount[], StoreError>>;
  /** Stored events after a place, in chain order over all epochs. */
  events(
    device: string,
    after: Pick<ChainPoint, 'epoch' | 'seq'>,
    limit: number,
  ): Promise<Result<readonly TakenEvent[], StoreError>>;
  /** The end of every epoch of every device: how far a reader that goes through all of them may go. */
  heads(): Promise<Result<readonly LogHead[], StoreError>>;
  /** The tokens that came after these places, in the order of each log. */
  participations(after: readonly LogPlace[]): Promise<Result<readonly DeviceParticipations[], StoreError>>;
  stations(): Promise<Result<readonly StationDescription[], StoreError>>;
  /** Cheap: whether the database answers at all. */
  check(): Promise<Result<void, StoreError>>;
  close(): Promise<void>;
}

/** The database as the centre's own pages and addresses use it; ranges are written by the intake alone. */
export interface CentreStore extends CollectorReads, CentreWrites {}

/** What the centre itself writes; all of it may be repeated. */
export interface CentreWrites {
  /** Adds devices, all or none; one that is known with another key, station or election is an error. */
  register(devices: readonly RegisteredDevice[]): Promise<Result<void, RegistrationError>>;
  /** Districts and sizes of stations; what is given replaces what was known of these stations. */
  describeStations(stations: readonly StationDescription[]): Promise<Result<void, StoreError>>;
  /**
   * Keeps what the search found; what is kept already stays as it is. What isn't a double any more is only kept
   * beside what was raised before.
   */
  raiseDoubles(found: readonly FoundParticipation[]): Promise<Result<void, StoreError>>;
}

export type RegistrationError =
  | StoreError
  | { readonly code: 'registered-otherwise'; readonly device: string };

export interface RegisteredDevice extends LedgerIdentity {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly origin: 'provisioned' | 'first-use';
}

export interface DeviceState {
  readonly registration: RegisteredDevice;
  /** The last event of each epoch, oldest epoch first. */
  readonly heads: readonly ChainPoint[];
  /** The furthest event of each epoch that lies in quarantine. */
  readonly quarantined: readonly { readonly epoch: number; readonly lastSeq: number }[];
}

export interface TakenEvent extends ChainPoint, WireRecord {}

/** A place in one of all logs. */
export interface LogPlace extends Pick<ChainPoint, 'epoch' | 'seq'> {
  readonly device: string;
}

export interface LogHead extends LogPlace {
  readonly station: string;
}

/** An identification, its undo, or the word of two people about several, of the voter behind a token. */
export interface Participation {
  readonly seq: number;
  readonly isUndo: boolean;
  /** Two people at the station looked into so many records of the voter, all that there were; 0 for a record itself. */
  readonly settles: number;
  /** 16 bytes. */
  readonly token: Uint8Array;
}

/** Of one stored range. */
export interface DeviceParticipations {
  readonly device: string;
  readonly epoch: number;
  readonly throughSeq: number;
  readonly participations: readonly Participation[];
}

/** One of the identifications of a voter who was identified more than once, an undo of one, or what settles them. */
export interface DoubleParticipation extends LogPlace {
  readonly token: Uint8Array;
  readonly isUndo: boolean;
  /** As in `Participation`. */
  readonly settles: number;
  readonly foundWallMs: number;
}

export interface FoundParticipation extends DoubleParticipation {
  /** Whether the voter is identified more than once by now. */
  readonly isDouble: boolean;
}

export interface StationDescription {
  readonly station: string;
  readonly district: string | null;
  /** On its list. */
  readonly voters: number | null;
  /** Degrees, WGS 84. */
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface AcceptedBatch {
  /** Registered by this batch where nobody has before. */
  readonly registration: RegisteredDevice;
  /** The last event of the epoch that is stored already; 0 for none. */
  readonly afterSeq: number;
  readonly events: readonly TakenEvent[];
  readonly head: SignedHead;
  readonly counts: readonly TurnoutCount[];
  readonly participations: readonly Participation[];
  readonly alarms: readonly Alarm[];
  readonly receivedWallMs: number;
}

export const COUNTED_PROPERTIES = ['kind', 'hour', 'sex', 'age-group', 'method', 'incident'] as const;
export type CountedProperty = (typeof COUNTED_PROPERTIES)[number];

export interface TurnoutCount {
  readonly property: CountedProperty;
  readonly value: string;
  /** Under zero where a lane undid what another had counted. */
  readonly count: number;
}

export type AlarmCode =
  /** Not what the device signed: a hash, a link, a commitment or the signature is wrong. */
  | 'forged'
  /** Two histories, both signed by the device: a cloned disk, or a stolen key. */
  | 'forked'
  /** An older epoch grew after a newer one had begun: an old disk is in use beside the new one. */
  | 'older-epoch-grew'
  /** The device signed two checkpoints of which neither extends the other. */
  | 'forked-checkpoint'
  /** A visitor was identified without a record, and the centre can't tell by the claim whom to compare. */
  | 'claim-unsettled'
  /** Two laptops of a station stand in one place and count the same receipts: made from copies of the chair's stick. */
  | 'place-twice';

export interface Alarm {
  readonly device: string;
  readonly code: AlarmCode;
  readonly epoch: number;
  readonly seq: number;
}

export interface QuarantinedRange {
  readonly device: string;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly faults: readonly string[];
  readonly body: Uint8Array;
  readonly alarm: Alarm | null;
  readonly receivedWallMs: number;
}

export interface CollectorTotals {
  readonly events: number;
  /** Over all devices. */
  readonly counts: readonly TurnoutCount[];
  readonly devices: readonly DeviceTotals[];
  readonly quarantinedRanges: number;
  readonly alarms: readonly (Alarm & { readonly times: number })[];
  /** By token; at most `MOST_DOUBLES_READ` rows. */
  readonly doubles: readonly (DoubleParticipation & { readonly station: string })[];
}

/** More than anybody reads; a country that has more has another problem. */
export const MOST_DOUBLES_READ = 5000;

export interface DeviceTotals {
  readonly device: string;
  readonly station: string;
  readonly events: number;
  /** Identifications made here, those that were undone later included. */
  readonly identified: number;
  readonly undone: number;
  /** Decided by the commission, net of what was undone. */
  readonly byCommission: number;
  readonly incidents: number;
  /** Null for a device that was never heard. */
  readonly heardWallMs: number | null;
}

/** What a batch adds to the sums of its device. */
export function deviceSums(
  batch: AcceptedBatch,
): Pick<DeviceTotals, 'events' | 'identified' | 'undone' | 'byCommission' | 'incidents'> {
  const sum = (property: CountedProperty, value?: string): number =>
    batch.counts
      .filter((count) => count.property === property && (value === undefined || count.value === value))
      .reduce((total, { count }) => total + count, 0);
  return {
    events: batch.events.length,
    identified: sum('kind', 'identification'),
    undone: sum('kind', 'undo'),
    byCommission: sum('method', 'commission'),
    incidents: sum('incident'),
  };
}

/** What a stranger can make the collector keep is bounded. */
export const MOST_QUARANTINED_PER_DEVICE = 64;
export const MOST_QUARANTINED = 4096;

/** Whose collector it is: fixed when its file is made. */
export interface CollectorIdentity {
  /** Null: any election, which only a mock collector takes. */
  readonly election: string | null;
  readonly mock: boolean;
  readonly publicKey: Uint8Array;
}

export type OpenCollectorError =
  | StoreError
  /** The file belongs to another collector; `field` is the first that differs. */
  | { readonly code: 'other-collector'; readonly field: 'election' | 'mock' | 'key' };

export function isSameDevice(a: RegisteredDevice, b: RegisteredDevice): boolean {
  return (
    a.election === b.election &&
    a.station === b.station &&
    a.mock === b.mock &&
    equalBytes(a.publicKey, b.publicKey)
  );
}
