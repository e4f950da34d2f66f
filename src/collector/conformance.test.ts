import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../ledger/device-key.ts';
import { hashEvent } from '../ledger/event.ts';
import type { UploadRange } from '../ledger/upload-range.ts';
import { settableClock } from '../store/clock.ts';
import { BothEngines, POSTGRES_MIGRATIONS, WITH_POSTGRES } from './both-engines.ts';
import {
  type AcceptedBatch,
  type CollectorStore,
  MOST_QUARANTINED_PER_DEVICE,
  type RegisteredDevice,
  type TakenEvent,
} from './collector-store.ts';
import { countEvents, readParticipations } from './count-events.ts';
import { drawDemoEvents } from './demo/demo-day.ts';
import { DemoDevice, type DemoEvent } from './demo/demo-device.ts';
import { DoubleFinder } from './doubles/double-finder.ts';
import { groupDoubles } from './doubles/group-doubles.ts';
import { PostgresCollectorStore } from './postgres/postgres-collector-store.ts';
import { hasPostgres } from './postgres/temporary-postgres.ts';

const identity = { election: null, mock: true, publicKey: deviceKeyFromSeed(createDeviceSeed()).publicKey };
const engines = new BothEngines(identity);

beforeAll(() => engines.start());
afterAll(() => engines.close());

function registrationOf({ identity: names, key }: DemoDevice): RegisteredDevice {
  return { ...names, publicKey: key.publicKey, origin: 'first-use' };
}

function batchOf(
  device: DemoDevice,
  range: UploadRange,
  changes: Partial<AcceptedBatch> = {},
): AcceptedBatch {
  const kinds = drawn.get(range) ?? [];
  const events: TakenEvent[] = range.records.map(({ publicBytes, centre }, i) => ({
    epoch: range.epoch,
    seq: range.firstSeq + i,
    hash: hashEvent(publicBytes),
    publicBytes,
    centre,
  }));
  return {
    registration: registrationOf(device),
    afterSeq: range.firstSeq - 1,
    events,
    head: range.head,
    counts: countEvents(events.map(({ centre }, i) => ({ kind: kinds[i] ?? 'other', centre }))),
    participations: readParticipations(events.map((event, i) => ({ ...event, kind: kinds[i] ?? 'other' }))),
    alarms: [],
    receivedWallMs: 1_790_000_000_000,
    ...changes,
  };
}

const drawn = new WeakMap<UploadRange, ('identification' | 'undo' | 'other')[]>();
function commit(device: DemoDevice, count: number, seed = 1): UploadRange {
  const events = drawDemoEvents(seed, count);
  const range = device.commit(events);
  drawn.set(
    range,
    events.map(({ kind }) => kind),
  );
  return range;
}

let lanes = 0;
function lane(station = '0101'): DemoDevice {
  lanes += 1;
  return new DemoDevice({ election: 'mock-2026', station, device: `lane-${lanes}` });
}

test.skipIf(!WITH_POSTGRES)(
  'PostgreSQL is tried too (skipped: no initdb and postgres on this machine)',
  () => {
    expect(hasPostgres()).toBe(true);
  },
);

describe.each(engines.all())('a collector store on %s', (engine, open) => {
  let store: CollectorStore;
  beforeAll(async () => {
    store = await open();
    engines.stores.push(store);
  });

  test('what is appended is there, byte for byte, in pages and in order; its head is the device’s state', async () => {
    const device = lane();
    const name = device.identity.device;
    expect(unwrap(await store.device(name))).toBeNull();
    const ranges = [commit(device, 60), commit(device, 1), commit(device, 30)];
    for (const range of ranges) expect(unwrap(await store.append(batchOf(device, range)))).toBe('appended');
    const all = ranges.flatMap((range) => batchOf(device, range).events);
    const first = unwrap(await store.events(name, { epoch: 0, seq: 0 }, 70));
    const rest = unwrap(await store.events(name, { epoch: 1, seq: 70 }, 1000));
    const hex = ({ epoch, seq, hash, publicBytes, centre }: TakenEvent): unknown[] => [
      ...[epoch, seq],
      ...[hash, publicBytes, centre?.salt, centre?.bytes].map((bytes) =>
        Buffer.from(bytes ?? []).toString('hex'),
      ),
    ];
    expect([...first, ...rest].map(hex)).toEqual(all.map(hex));
    const state = unwrap(await store.device(name));
    expect(state?.heads).toHaveLength(1);
    expect(state?.heads[0]).toMatchObject({ epoch: 1, seq: 91 });
    expect(state?.registration.origin).toBe('first-use');
    const hashes = unwrap(await store.hashes({ device: name, epoch: 1, firstSeq: 60, lastSeq: 61 }));
    expect(hashes.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(
      all.slice(59, 61).map(({ hash }) => Buffer.from(hash).toString('hex')),
    );
    const [earliest] = all;
    expect(earliest && unwrap(await store.hasBefore(name, 2, earliest.hash))).toBe(true);
    expect(earliest && unwrap(await store.hasBefore(name, 1, earliest.hash))).toBe(false);
  });

  test('of many that append the same range at once, one does; what comes late or too early writes nothing', async () => {
    const device = lane();
    const name = device.identity.device;
    const first = commit(device, 40);
    const second = commit(device, 40);
    expect(unwrap(await store.append(batchOf(device, second)))).toBe('head-moved');
    expect(unwrap(await store.device(name))?.heads ?? []).toEqual([]);
    const other = engine === 'SQLite' ? store : await open();
    if (other !== store) engines.stores.push(other);
    for (const range of [first, second]) {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? store : other).append(batchOf(device, range))),
      );
      expect(answers.map(unwrap).filter((answer) => answer === 'appended')).toHaveLength(1);
    }
    expect(unwrap(await store.events(name, { epoch: 0, seq: 0 }, 1000))).toHaveLength(80);
    const counted = unwrap(await store.counts(name)).filter(({ property }) => property === 'kind');
    expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(80);
    const totals = unwrap(await store.totals());
    expect(totals.devices.find((row) => row.device === name)).toMatchObject({ events: 80, station: '0101' });
  });

  test('a device known with another key is not appended to; registering it otherwise is an error that names it', async () => {
    const device = lane();
    const impostor = new DemoDevice(device.identity);
    unwrap(await store.register([registrationOf(device)]));
    unwrap(await store.register([registrationOf(device)]));
    expect(unwrap(await store.append(batchOf(impostor, commit(impostor, 3))))).toBe('head-moved');
    expect(await store.register([registrationOf(lane()), registrationOf(impostor)])).toEqual({
      ok: false,
      error: { code: 'registered-otherwise', device: device.identity.device },
    });
    expect(unwrap(await store.events(device.identity.device, { epoch: 0, seq: 0 }, 10))).toEqual([]);
    expect(unwrap(await store.device(`lane-${lanes}`))).toBeNull();
  });

  test('the sums over all devices are those of each device added up, and of each event', async () => {
    const before = unwrap(await store.totals());
    const devices = [lane(), lane(), lane()];
    await Promise.all(
      devices.map(async (device, i) => {
        for (let j = 0; j < 3; j += 1) {
          unwrap(await store.append(batchOf(device, commit(device, 50, i * 10 + j))));
        }
      }),
    );
    const after = unwrap(await store.totals());
    expect(after.events - before.events).toBe(450);
    const expected = new Map<string, number>();
    for (const { property, value, count } of before.counts) expected.set(`${property}/${value}`, count);
    for (const { identity: names } of devices) {
      for (const { property, value, count } of unwrap(await store.counts(names.device))) {
        expected.set(`${property}/${value}`, (expected.get(`${property}/${value}`) ?? 0) + count);
      }
    }
    const found = new Map(after.counts.map(({ property, value, count }) => [`${property}/${value}`, count]));
    expect(found).toEqual(expected);
    const sum = (pick: (row: (typeof after.devices)[number]) => number): number =>
      after.devices.reduce((total, row) => total + pick(row), 0);
    expect(sum(({ identified }) => identified)).toBe(found.get('kind/identification'));
    expect(sum(({ byCommission }) => byCommission)).toBe(found.get('method/commission') ?? 0);
  });

  test('a range is kept aside once, up to a limit; its alarm counts each time', async () => {
    const device = lane();
    const name = device.identity.device;
    unwrap(await store.register([registrationOf(device)]));
    const alarm = { device: name, code: 'forged', epoch: 1, seq: 1 } as const;
    const aside = (fill: number) =>
      store.quarantine({
        ...{ device: name, epoch: 1, firstSeq: 1, lastSeq: 5, faults: ['wrong-signature'], alarm },
        body: Uint8Array.of(fill, 1, 2),
        receivedWallMs: 5,
      });
    expect(unwrap(await aside(0))).toBe('kept');
    expect(unwrap(await aside(0))).toBe('kept');
    expect(unwrap(await store.device(name))?.quarantined).toEqual([{ epoch: 1, lastSeq: 5 }]);
    for (let i = 1; i < MOST_QUARANTINED_PER_DEVICE; i += 1) expect(unwrap(await aside(i))).toBe('kept');
    expect(unwrap(await aside(250))).toBe('full');
    const { alarms } = unwrap(await store.totals());
    expect(alarms.filter((raised) => raised.device === name)).toEqual([
      { ...alarm, times: MOST_QUARANTINED_PER_DEVICE + 2 },
    ]);
  });

  test('among thousands, every voter who was identified at two stations is found, and nobody else', async () => {
    const finder = new DoubleFinder({ store, clock: settableClock({ wallMs: 1_790_000_000_000 }) });
    const doublesOf = async (devices: readonly DemoDevice[]): Promise<string[]> => {
      const names = new Set(devices.map((device) => device.identity.device));
      const { doubles } = unwrap(await store.totals());
      return [...groupDoubles(doubles.filter(({ device }) => names.has(device)))].map(
        ({ state, places }) => `${state} ${places.map(({ station }) => station).join(' ')}`,
      );
    };
    const append = async (device: DemoDevice, events: readonly DemoEvent[]): Promise<void> => {
      const range = device.commit(events);
      drawn.set(
        range,
        events.map(({ kind }) => kind),
      );
      unwrap(await store.append(batchOf(device, range)));
    };
    const [first, second, third] = [lane('0201'), lane('0202'), lane('0203')];
    const [many, others, more] = [1, 2, 3].map((seed) => drawDemoEvents(seed + 70, 2000));
    const voters = assertDefined(many, 'events').filter(({ kind }) => kind === 'identification');
    const [once, twice, undone, thrice] = voters.map((event) => [event]);
    const undoOf = ([event]: readonly DemoEvent[]): DemoEvent[] => [
      { ...assertDefined(event, 'an event'), kind: 'undo' },
    ];
    // `undone` was taken back at its first station before anything reached the centre: that is no double.
    await append(first, [...assertDefined(many, 'events'), ...undoOf(assertDefined(undone, 'a voter'))]);
    await append(second, [...assertDefined(others, 'events'), ...assertDefined(twice, 'a voter')]);
    await append(third, [...assertDefined(more, 'events'), ...assertDefined(undone, 'a voter')]);
    unwrap(await finder.look());
    expect(await doublesOf([first, second, third])).toEqual(['open 0201 0202']);
    // A third time, and an undo at a station that has nothing to undo: it stays.
    for (const place of [second, third]) await append(place, assertDefined(thrice, 'a voter'));
    await append(third, undoOf(assertDefined(twice, 'a voter')));
    unwrap(await finder.look());
    expect((await doublesOf([first, second, third])).toSorted()).toEqual([
      'open 0201 0202 0203',
      'open 0201 0202 0203',
    ]);
    // The station that had identified the voter takes it back: settled, and still to be seen.
    await append(second, undoOf(assertDefined(twice, 'a voter')));
    unwrap(await finder.look());
    expect((await doublesOf([first, second, third])).toSorted()).toEqual([
      'open 0201 0202 0203',
      'undone 0201 0202 0202 0203',
    ]);
    expect(assertDefined(once, 'a voter')).toHaveLength(1);
    // One that begins again reads everything, finds the same, and writes nothing twice.
    const before = unwrap(await store.totals()).doubles;
    const again = new DoubleFinder({ store, clock: settableClock({ wallMs: 1_790_000_060_000 }) });
    unwrap(await again.look());
    expect(unwrap(await store.totals()).doubles).toEqual(before);
    expect(again.size).toBe(finder.size);
  });

  test('what two people at a station settled is kept with it, whichever of its lanes they said it at', async () => {
    const finder = new DoubleFinder({ store, clock: settableClock({ wallMs: 1_790_000_000_000 }) });
    const [first, second] = [lane('0301'), lane('0301')];
    const voter = assertDefined(
      drawDemoEvents(91, 20).find(({ kind }) => kind === 'identification'),
      'a voter',
    );
    const append = async (device: DemoDevice, event: DemoEvent): Promise<void> => {
      const range = device.commit([event]);
      drawn.set(range, [event.kind]);
      unwrap(await store.append(batchOf(device, range)));
      unwrap(await finder.look());
    };
    const state = async (): Promise<string | undefined> => {
      const rows = unwrap(await store.totals()).doubles.filter(({ station }) => station === '0301');
      return groupDoubles(rows)[0]?.state;
    };
    for (const device of [first, second]) await append(device, voter);
    expect(await state()).toBe('open');
    const { token } = voter.centre;
    await append(second, {
      ...{ kind: 'other', period: 1 },
      centre: { type: 'lanes', what: 'settled', settles: 2, token },
    });
    expect(await state()).toBe('settled');
    await append(first, voter);
    expect(await state()).toBe('open');
  });

  test('what is known of stations is kept, and replaced by what is given later', async () => {
    const one = { station: '0101', district: 'Ысык-Ата', voters: 2400, latitude: 42.9, longitude: 74.9 };
    const other = { station: '0102', district: null, voters: null, latitude: null, longitude: null };
    unwrap(await store.describeStations([other, { ...one, voters: 1 }]));
    unwrap(await store.describeStations([one]));
    expect(unwrap(await store.stations())).toEqual([one, other]);
  });

  test('it answers that it is there', async () => {
    expect(await store.check()).toMatchObject({ ok: true });
  });
});

test('a PostgreSQL of another collector, and one that is not there, are refused by name', async () => {
  const url = engines.postgresUrl();
  engines.stores.push(await engines.openPostgres());
  const publicKey = deviceKeyFromSeed(createDeviceSeed()).publicKey;
  const open = (changes: object, at = url) =>
    PostgresCollectorStore.open({
      url: at,
      migrations: POSTGRES_MIGRATIONS,
      identity: { ...identity, ...changes },
    });
  expect(await open({ publicKey })).toEqual({ ok: false, error: { code: 'other-collector', field: 'key' } });
  expect(await open({ mock: false })).toEqual({
    ok: false,
    error: { code: 'other-collector', field: 'mock' },
  });
  expect(await open({}, 'postgres://x@localhost/x?host=/nowhere')).toEqual({
    ok: false,
    error: { code: 'busy' },
  });
});
