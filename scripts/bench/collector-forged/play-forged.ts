import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { createCollector } from '../../../src/collector/collector.ts';
import { drawDemoEvents, seededRandom } from '../../../src/collector/demo/demo-day.ts';
import { DemoDevice } from '../../../src/collector/demo/demo-device.ts';
import { Intake } from '../../../src/collector/intake.ts';
import { openCollectorStore } from '../../../src/collector/open-collector-store.ts';
import { startTemporaryPostgres } from '../../../src/collector/postgres/temporary-postgres.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../../src/ledger/device-key.ts';
import { encodeUploadRange, type UploadRange } from '../../../src/ledger/upload-range.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { randomKey } from '../../../src/store/keys.ts';
import { eventsPath, RANGE_CONTENT_TYPE } from '../../../src/sync/upload/upload-protocol.ts';
import { findProgramFiles } from '../../hosts/shared/program-files.ts';
import { digestDatabase, type ForgedDatabase } from './database-digest.ts';
import { forge, type Victim } from './forge.ts';

export interface ForgedOptions {
  readonly engine: 'sqlite' | 'postgres';
  readonly uploads: number;
  readonly seed: number;
  /** A folder of its own. */
  readonly directory: string;
  readonly onUpload?: (done: number) => void;
}

export interface ForgedResult {
  /** Forgeries by what the centre said to them. */
  readonly answers: ReadonlyMap<string, number>;
  /** Accepted, or answered as nothing should be, by the kind of forgery. */
  readonly wrongAnswers: readonly string[];
  /** Tables that aren't what they were. */
  readonly changedTables: readonly string[];
  /** Devices whose next true range was refused afterwards. */
  readonly blockedDevices: number;
}

const ELECTION = 'parliament-2030';
const DEVICES = 24;
const RANGES = 4;
const EVENTS_PER_RANGE = 20;
const FORGED_AT_ONCE = 16;

/** A real collector with registered devices, and uploads that none of them made, through its own interface. */
export async function playForged(options: ForgedOptions): Promise<ForgedResult> {
  const { engine, uploads, seed, directory, onUpload } = options;
  const server = engine === 'postgres' ? await startTemporaryPostgres() : null;
  if (engine === 'postgres' && server === null) throw new Error('no initdb and postgres on this machine');
  const databaseKey = randomKey();
  const migrations = join(
    findProgramFiles().migrationsDirectory,
    engine === 'sqlite' ? 'collector' : 'collector-postgres',
  );
  const database: ForgedDatabase =
    server === null
      ? { engine: 'sqlite', file: join(directory, 'collector.db'), key: databaseKey, migrations }
      : { engine: 'postgres', url: server.url };
  const key = deviceKeyFromSeed(createDeviceSeed());
  const identity = { election: ELECTION, mock: false, publicKey: key.publicKey };
  const store = unwrap(await openCollectorStore({ database, databaseKey, migrations, identity }));
  const clock = systemClock();
  const app = createCollector({
    ...{
      store,
      clock,
      mock: false,
      election: ELECTION,
      logger: pino({ enabled: false }),
      access: { kind: 'open' },
    },
    intake: new Intake({ store, key, clock, mock: false, election: ELECTION }),
  });
  const post = async (device: string, body: Uint8Array): Promise<{ status: string; code: number }> => {
    const answer = await app.inject({
      method: 'POST',
      url: eventsPath(device),
      headers: { 'content-type': RANGE_CONTENT_TYPE },
      payload: Buffer.from(body),
    });
    const { status, code } = answer.json<{ status: string; code?: string }>();
    return { status: code === undefined ? status : `${status}, ${code}`, code: answer.statusCode };
  };
  try {
    const random = seededRandom(seed);
    const { victims, next } = makeVictims();
    unwrap(
      await store.register(
        victims.map(({ device }) => ({
          ...device.identity,
          publicKey: device.key.publicKey,
          origin: 'provisioned',
        })),
      ),
    );
    for (const { device, stored } of victims) {
      for (const range of stored) {
        const { code } = await post(device.identity.device, encodeUploadRange(range));
        if (code !== 200) throw new Error('a true range was refused');
      }
    }
    const before = await digestDatabase(database);
    const answers = new Map<string, number>();
    const wrongAnswers: string[] = [];
    for (let done = 0; done < uploads; done += FORGED_AT_ONCE) {
      const batch = Array.from({ length: Math.min(FORGED_AT_ONCE, uploads - done) }, (_, i) =>
        forge(done + i, victims, random),
      );
      await Promise.all(
        batch.map(async ({ what, device, body, isRepetition }) => {
          let { status, code } = await post(device, body);
          // One range of a device at a time: told to come back, it comes back, once the collector had its turn.
          while (code === 503) {
            await setImmediate();
            ({ status, code } = await post(device, body));
          }
          answers.set(status, (answers.get(status) ?? 0) + 1);
          if (code >= 500 || (status === 'accepted' && !isRepetition)) wrongAnswers.push(what);
        }),
      );
      onUpload?.(done);
    }
    const after = await digestDatabase(database);
    const changedTables = [...after]
      .filter(([name, digest]) => before.get(name) !== digest)
      .map(([name]) => name);
    let blockedDevices = 0;
    for (const [i, { device }] of victims.entries()) {
      const range = assertDefined(next[i], 'a range that was kept back');
      const { code } = await post(device.identity.device, encodeUploadRange(range));
      if (code !== 200) blockedDevices += 1;
    }
    return { answers, wrongAnswers, changedTables, blockedDevices };
  } finally {
    await app.close();
    await store.close();
    await server?.close();
  }
}

function makeVictims(): { readonly victims: readonly Victim[]; readonly next: readonly UploadRange[] } {
  const next: UploadRange[] = [];
  const victims = Array.from({ length: DEVICES }, (_, i): Victim => {
    const names = {
      election: ELECTION,
      station: String(101 + Math.floor(i / 3)),
      device: `lane-${i}`,
      mock: false,
    };
    const rangesOf = (device: DemoDevice, from: number): UploadRange[] =>
      Array.from({ length: RANGES }, (_range, j) =>
        device.commit(drawDemoEvents(from + i * RANGES + j, EVENTS_PER_RANGE)),
      );
    const device = new DemoDevice(names);
    const stored = rangesOf(device, 0);
    next.push(device.commit(drawDemoEvents(90_000 + i, EVENTS_PER_RANGE)));
    const later = device.commit(drawDemoEvents(91_000 + i, EVENTS_PER_RANGE));
    const impostor = rangesOf(new DemoDevice(names), 20_000);
    const clone = rangesOf(new DemoDevice(names, device.key), 30_000);
    return { device, stored, later, impostor, clone };
  });
  return { victims, next };
}
