import { ok, type Result } from '../../domain/result.ts';
import type { ChainPoint } from '../../ledger/event.ts';
import type { ReadableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import {
  type Alarm,
  type CollectorReads,
  type CollectorTotals,
  type DeviceParticipations,
  type DeviceState,
  type DeviceTotals,
  type DoubleParticipation,
  type LogHead,
  type LogPlace,
  MOST_DOUBLES_READ,
  type RegisteredDevice,
  type StationDescription,
  type TakenEvent,
  type TurnoutCount,
} from '../collector-store.ts';
import {
  holdsHash,
  type PackedRange,
  takeEvents,
  unpackHashes,
  unpackParticipations,
} from '../packed-range.ts';

interface DeviceRow {
  readonly election: string;
  readonly station: string;
  readonly device: string;
  readonly mock: number;
  readonly publicKey: Uint8Array;
  readonly origin: RegisteredDevice['origin'];
}

/** What can be asked of the collector's file; each method reads one snapshot of it. */
export class SqliteCollectorReads implements CollectorReads {
  protected readonly store: ReadableStore;

  constructor(store: ReadableStore) {
    this.store = store;
  }

  async device(device: string): Promise<Result<DeviceState | null, StoreError>> {
    return this.store.read(() => {
      const registration = selectDevice(this.store, device);
      if (registration === null) return null;
      return {
        registration,
        heads: this.store.all<ChainPoint>(
          'SELECT epoch, seq, hash FROM chain_head WHERE device = ? ORDER BY epoch',
          [device],
        ),
        quarantined: this.store.all<{ epoch: number; lastSeq: number }>(
          `SELECT epoch, max(last_seq) AS lastSeq FROM quarantined_range WHERE device = ?
           GROUP BY epoch ORDER BY epoch`,
          [device],
        ),
      };
    });
  }

  async hashes({
    device,
    epoch,
    firstSeq,
    lastSeq,
  }: Parameters<CollectorReads['hashes']>[0]): Promise<Result<readonly Uint8Array[], StoreError>> {
    return this.store.read(() =>
      this.store
        .all<Omit<PackedRange, 'records' | 'epoch'>>(
          `SELECT first_seq AS firstSeq, last_seq AS lastSeq, hashes FROM event_range
           WHERE device = @device AND epoch = @epoch AND first_seq <= @lastSeq AND last_seq >= @firstSeq
             AND first_seq >= (${RANGE_OF_SEQ})
           ORDER BY first_seq`,
          { device, epoch, firstSeq, lastSeq },
        )
        .flatMap((range) => unpackHashes(range, firstSeq, lastSeq)),
    );
  }

  async hasBefore(device: string, epoch: number, hash: Uint8Array): Promise<Result<boolean, StoreError>> {
    return this.store.read(() => {
      const ranges = this.store.iterate<{ hashes: Uint8Array }>(
        'SELECT hashes FROM event_range WHERE device = ? AND epoch < ? ORDER BY epoch DESC, first_seq DESC',
        [device, epoch],
      );
      for (const { hashes } of ranges) if (holdsHash(hashes, hash)) return true;
      return false;
    });
  }

  async totals(): Promise<Result<CollectorTotals, StoreError>> {
    return this.store.read(() => {
      const devices = this.store.all<DeviceTotals>(
        `SELECT d.device, d.station, coalesce(events, 0) AS events, coalesce(identified, 0) AS identified,
           coalesce(undone, 0) AS undone, coalesce(by_commission, 0) AS byCommission,
           coalesce(incidents, 0) AS incidents, heard_wall_ms AS heardWallMs
         FROM device AS d LEFT JOIN device_total USING (device) ORDER BY d.device`,
      );
      const quarantined = this.store.get<{ count: number }>(
        'SELECT count(*) AS count FROM quarantined_range',
      );
      return {
        events: devices.reduce((sum, device) => sum + device.events, 0),
        counts: this.store.all<TurnoutCount>(
          `SELECT property, value, sum(count) AS count FROM turnout_total
           GROUP BY property, value ORDER BY property, value`,
        ),
        devices,
        quarantinedRanges: quarantined?.count ?? 0,
        alarms: this.store.all<Alarm & { times: number }>(
          'SELECT device, code, epoch, seq, times FROM alarm ORDER BY device, code, epoch, seq',
        ),
        doubles: this.store
          .all<DoubleParticipation & { station: string; undo: number }>(
            `SELECT token, device, epoch, seq, undo, settles, found_wall_ms AS foundWallMs, station
             FROM double_participation JOIN device USING (device) ORDER BY token, device, epoch, seq LIMIT ?`,
            [MOST_DOUBLES_READ],
          )
          .map(({ undo, ...row }) => ({ ...row, isUndo: undo === 1 })),
      };
    });
  }

  async counts(device: string): Promise<Result<readonly TurnoutCount[], StoreError>> {
    return this.store.read(() =>
      this.store.all<TurnoutCount>(
        'SELECT property, value, count FROM turnout_count WHERE device = ? ORDER BY property, value',
        [device],
      ),
    );
  }

  async events(
    device: string,
    after: Pick<ChainPoint, 'epoch' | 'seq'>,
    limit: number,
  ): Promise<Result<readonly TakenEvent[], StoreError>> {
    return this.store.read(() => {
      const ranges = this.store.iterate<PackedRange>(
        `SELECT epoch, first_seq AS firstSeq, last_seq AS lastSeq, hashes, records FROM event_range
         WHERE device = ? AND (epoch, last_seq) > (?, ?) ORDER BY epoch, first_seq`,
        [device, after.epoch, after.seq],
      );
      return takeEvents(ranges, after, limit);
    });
  }

  async heads(): Promise<Result<readonly LogHead[], StoreError>> {
    return this.store.read(() =>
      this.store.all<LogHead>(
        'SELECT device, station, epoch, seq FROM chain_head JOIN device USING (device)',
      ),
    );
  }

  async participations(
    after: readonly LogPlace[],
  ): Promise<Result<readonly DeviceParticipations[], StoreError>> {
    return this.store.read(() =>
      after.flatMap(({ device, epoch, seq }) =>
        this.store
          .all<{ throughSeq: number; tokens: Uint8Array }>(
            'SELECT last_seq AS throughSeq, tokens FROM event_range WHERE device = ? AND epoch = ? AND first_seq > ? ORDER BY first_seq',
            [device, epoch, seq],
          )
          .map(({ throughSeq, tokens }) => ({
            ...{ device, epoch, throughSeq },
            participations: unpackParticipations(tokens),
          })),
      ),
    );
  }

  async stations(): Promise<Result<readonly StationDescription[], StoreError>> {
    return this.store.read(() =>
      this.store.all<StationDescription>(
        'SELECT station, district, voters, latitude, longitude FROM station ORDER BY station',
      ),
    );
  }

  async check(): Promise<Result<void, StoreError>> {
    const answered = this.store.read(() => {
      this.store.get('SELECT mock FROM collector_identity');
    });
    return answered.ok ? ok() : answered;
  }

  async close(): Promise<void> {
    this.store.close();
  }
}

export function selectDevice(store: ReadableStore, device: string): RegisteredDevice | null {
  const row = store.get<DeviceRow>(
    'SELECT device, election, station, mock, public_key AS publicKey, origin FROM device WHERE device = ?',
    [device],
  );
  return row === undefined ? null : { ...row, mock: row.mock === 1 };
}

/** Where the range begins that holds `@firstSeq`: ranges follow one another, so it is the last that begins before. */
const RANGE_OF_SEQ = `SELECT coalesce(max(first_seq), 1) FROM event_range
  WHERE device = @device AND epoch = @epoch AND first_seq <= @firstSeq`;
