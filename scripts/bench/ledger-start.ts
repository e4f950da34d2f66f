import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../../fixtures/random.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import type { LedgerOptions } from '../../src/ledger/open-ledger.ts';
import { centreFields, privateFields, publicKind, type StationEvent } from '../../src/station/events.ts';
import { agreesWithLog } from '../../src/station/projection/compare-with-log.ts';
import { projectEvent } from '../../src/station/projection/project-event.ts';
import { RandomDay } from '../../src/station/projection/testing/random-day.ts';
import { systemClock } from '../../src/store/clock.ts';
import { randomKey } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { WritableStore } from '../../src/store/store.ts';
import { type Figure, plain } from './benchmark.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/station', import.meta.url));
/** What an ordinary visit is in the log, with its cover. */
const EVENTS_PER_VOTER = 17;

/**
 * What a start reads before anybody may sit down, of a lane that has identified so many voters, and what an export reads
 * again before it writes; the quickest of three each.
 */
export function startFigures(directory: string, voters: number): Figure[] {
  const lane = {
    file: join(directory, 'start.db'),
    key: randomKey(),
    device: deviceKeyFromSeed(createDeviceSeed()),
  };
  writeVisits(lane, voters);
  const times = [1, 2, 3].map(() => start(lane)).toSorted((a, b) => a.whole - b.whole);
  const { whole, comparing } = assertDefined(times[0], 'a start');
  const audits = [1, 2, 3].map(() => audit(lane)).toSorted((a, b) => a - b);
  return [
    plain(`start after ${voters} identifications: database and log read and verified`, whole, 's'),
    plain('  of it the tables made again from the log and compared', comparing, 's'),
    plain(
      `export after ${voters} identifications: the same once more before it is written`,
      assertDefined(audits[0], 'a check'),
      's',
    ),
  ];
}

interface BenchLane {
  readonly file: string;
  readonly key: Uint8Array;
  readonly device: DeviceKey;
}

function open(
  { file, key, device }: BenchLane,
  onVerified: (store: WritableStore) => LedgerOptions['onVerified'],
) {
  const store = unwrap(openStore({ file, key: Uint8Array.from(key), migrations: MIGRATIONS }));
  const told = onVerified(store);
  const ledger = Ledger.open(store, {
    ...{ election: 'bench', station: '1001', device: 'lane-1', mock: true },
    ...{ key: device, clock: systemClock() },
    ...(told === undefined ? {} : { onVerified: told }),
  });
  return { store, ledger: unwrap(ledger) };
}

/** Seconds. */
function start(lane: BenchLane): { readonly whole: number; readonly comparing: number } {
  let comparing = 0;
  const begun = performance.now();
  const { store } = open(lane, (tables) => (records) => {
    const read = performance.now();
    assertDefined(agreesWithLog(records, tables) ?? undefined, 'the tables as the log has them');
    comparing = performance.now() - read;
  });
  const whole = performance.now() - begun;
  store.close();
  return { whole: whole / 1000, comparing: comparing / 1000 };
}

/** What exportLog does before it writes; seconds, in which the station answers nobody. */
function audit(lane: BenchLane): number {
  const { store, ledger } = open(lane, () => undefined);
  const begun = performance.now();
  unwrap(
    ledger.audit((records) => {
      assertDefined(agreesWithLog(records, store) ?? undefined, 'the tables as the log has them');
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  store.close();
  return seconds;
}

function writeVisits(lane: BenchLane, voters: number): void {
  const { store, ledger } = open(lane, () => undefined);
  const day = new RandomDay(createRandom('start'));
  const write = (events: readonly StationEvent[]): unknown =>
    unwrap(
      ledger.commit(
        events.map((event) => ({
          ...{ kind: publicKind(event), period: 1, centre: centreFields(event) },
          private: privateFields(event, 'operator-1'),
        })),
        (within, stored) => {
          for (const [index, event] of events.entries()) {
            const { at, seq } = assertDefined(stored[index], 'what was committed');
            projectEvent(within, event, at.wallMs, seq);
          }
        },
      ),
    );
  write([{ type: 'program-started', first: true }]);
  for (let i = 0; i < voters; i += 1) write(day.visit(EVENTS_PER_VOTER));
  store.close();
}
