import { join } from 'node:path';
import type { CollectorStore } from '../../../src/collector/collector-store.ts';
import { seededRandom } from '../../../src/collector/demo/demo-day.ts';
import { DemoDevice } from '../../../src/collector/demo/demo-device.ts';
import { keyFileOf, readOrCreateKeys } from '../../../src/collector/key-file.ts';
import { openCollectorStore } from '../../../src/collector/open-collector-store.ts';
import { startTemporaryPostgres } from '../../../src/collector/postgres/temporary-postgres.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../../src/ledger/device-key.ts';
import { findProgramFiles } from '../../hosts/shared/program-files.ts';
import { type CollectorProcess, startCollectorProcess } from '../collector-process.ts';
import { SendingLane } from './sending-lane.ts';

export interface KillsOptions {
  /** Two collectors on one PostgreSQL, or one on its file. */
  readonly engine: 'sqlite' | 'postgres';
  readonly kills: number;
  readonly seed: number;
  /** A folder of its own. */
  readonly directory: string;
  readonly onKill?: (kills: number) => void;
}

export interface KillsResult {
  readonly collectorKills: number;
  readonly serverKills: number;
  readonly acknowledged: number;
  readonly lost: number;
  /** Stored more than once, or counted more than once. */
  readonly doubled: number;
  /** Events that are not, byte for byte, what was sent at their place. */
  readonly wrong: number;
  readonly setAside: number;
}

const LANES = 8;
const MOST_RANGES_BETWEEN = 40;
/** Of a database that is recovering, all lanes together. */
const MOST_IN_VAIN = 4000;
const PAUSE_MS = 20;

/**
 * Eight lanes send, and in the middle of it something is killed: a collector, and on PostgreSQL in turn one of the two
 * collectors and the server itself. At the end the database is compared with what was sent.
 */
export async function playKills(options: KillsOptions): Promise<KillsResult> {
  const { engine, directory, kills, seed, onKill } = options;
  const server = engine === 'postgres' ? await startTemporaryPostgres() : null;
  if (engine === 'postgres' && server === null) throw new Error('no initdb and postgres on this machine');
  const file = join(directory, 'collector.db');
  const keyFile = server === null ? keyFileOf(file) : join(directory, 'keys.json');
  const store = server === null ? ['--store', `sqlite:${file}`] : ['--store', server.url, '--keys', keyFile];
  const start = (): Promise<CollectorProcess> => startCollectorProcess(['--mock', ...store]);
  const random = seededRandom(seed);
  const lanes = Array.from(
    { length: LANES },
    (_, i) => new SendingLane(new DemoDevice({ election: 'mock', station: '0101', device: `lane-${i}` })),
  );
  // The first makes the tables, alone.
  const collectors = [await start(), ...(server === null ? [] : [await start()])];
  let serverKills = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const victim = Math.floor(random() * (collectors.length + (server === null ? 0 : 1)));
      const isServer = server !== null && victim === collectors.length;
      const rounds = Math.ceil(random() * MOST_RANGES_BETWEEN);
      let left = rounds;
      let inVain = 0;
      let killing: Promise<void> | null = null;
      const killNow = (): Promise<void> =>
        isServer
          ? server.killAndRestart()
          : assertDefined(collectors[victim], 'a collector that is killed').kill();
      await Promise.all(
        lanes.map(async (lane, i) => {
          // Each range goes to the other one than the range before.
          while (killing === null) {
            const at = assertDefined(collectors[(i + lane.sent.length) % collectors.length], 'a collector');
            if (!(await lane.send(at.url))) {
              inVain += 1;
              if (inVain > MOST_IN_VAIN) throw new Error('the collectors take nothing');
              await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
              continue;
            }
            left -= 1;
            // The other lanes are in the middle of something.
            if (left === 0) killing = killNow();
          }
        }),
      );
      await killing;
      if (isServer) serverKills += 1;
      else collectors[victim] = await start();
      onKill?.(kill + 1);
    }
    await sendRest(lanes, collectors);
  } finally {
    for (const collector of collectors) await collector.stop();
  }
  try {
    return await compare(options, lanes, { url: server?.url ?? null, file, keyFile, serverKills });
  } finally {
    await server?.close();
  }
}

/** Whoever was in the middle of something sends it again, and one more. */
async function sendRest(
  lanes: readonly SendingLane[],
  collectors: readonly CollectorProcess[],
): Promise<void> {
  const { url } = assertDefined(collectors[0], 'a collector');
  for (const lane of lanes) {
    let attempts = 0;
    while (!(await lane.send(url))) {
      attempts += 1;
      if (attempts > 100) throw new Error('a collector that was left alone takes nothing');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function compare(
  { engine, kills }: KillsOptions,
  lanes: readonly SendingLane[],
  at: {
    readonly url: string | null;
    readonly file: string;
    readonly keyFile: string;
    readonly serverKills: number;
  },
): Promise<KillsResult> {
  const { signingSeed, databaseKey } = unwrap(readOrCreateKeys(at.keyFile, true));
  const store: CollectorStore = unwrap(
    await openCollectorStore({
      database: at.url === null ? { engine: 'sqlite', file: at.file } : { engine: 'postgres', url: at.url },
      databaseKey,
      migrations: join(
        findProgramFiles().migrationsDirectory,
        engine === 'sqlite' ? 'collector' : 'collector-postgres',
      ),
      identity: { election: null, mock: true, publicKey: deviceKeyFromSeed(signingSeed).publicKey },
    }),
  );
  let [acknowledged, lost, doubled, wrong] = [0, 0, 0, 0];
  for (const lane of lanes) {
    const name = lane.device.identity.device;
    const stored = unwrap(await store.events(name, { epoch: 0, seq: 0 }, 1_000_000));
    const sent = lane.sent.flatMap((range) => range.records);
    acknowledged += lane.acknowledgedSeq;
    lost += Math.max(0, lane.acknowledgedSeq - stored.length);
    doubled += Math.max(0, stored.length - sent.length);
    wrong += stored.filter(
      ({ seq, publicBytes }, i) =>
        seq !== i + 1 || !Buffer.from(publicBytes).equals(sent[i]?.publicBytes ?? Buffer.alloc(0)),
    ).length;
    const counted = unwrap(await store.counts(name))
      .filter(({ property }) => property === 'kind')
      .reduce((sum, { count }) => sum + count, 0);
    doubled += Math.abs(counted - stored.length);
  }
  const totals = unwrap(await store.totals());
  await store.close();
  doubled += Math.abs(totals.events - acknowledged);
  return {
    ...{ collectorKills: kills - at.serverKills, serverKills: at.serverKills },
    ...{ acknowledged, lost, doubled, wrong, setAside: totals.quarantinedRanges + totals.alarms.length },
  };
}
