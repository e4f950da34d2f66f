import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../src/collector/demo/demo-day.ts';
import { startTemporaryPostgres } from '../../../src/collector/postgres/temporary-postgres.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { equalBytes } from '../../../src/ledger/canonical.ts';
import { CollectorClient, type Fetch } from '../../../src/sync/upload/collector-client.ts';
import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { atMost, type BenchmarkResult, exactly, percentile, plain } from '../benchmark.ts';
import { makeCertificate, startCollectorProcess } from '../collector-process.ts';
import { startHerdClients } from './herd-clients.ts';
import { EVENTS_PER_IDENTIFICATION, HerdDevice, herdToken, type PlantedAct } from './herd-device.ts';
import { deviceFetch } from './herd-fetch.ts';
import type { SentLog } from './herd-worker.ts';
import { measureFirstPaint } from './measure-first-paint.ts';
import { startPolling } from './poll.ts';

export interface HerdOptions {
  readonly devices: number;
  readonly identifications: number;
  readonly engine: 'sqlite' | 'postgres';
  readonly directory: string;
  readonly io: CommandIo;
}

const SEED = 20_261_128;
/** A hundredth of a percent of all voters, and as many whose second identification was taken back. */
const PLANTED_SHARE = 1e-4;
const LOOK_EVERY_MS = 500;

interface Plan {
  readonly acts: ReadonlyMap<number, readonly PlantedAct[]>;
  readonly doubles: number;
  readonly undone: number;
}

/**
 * The whole country comes back at once: every device knocks at the same moment with a day that was never sent, over a
 * TLS connection of its own, with the very upload that a station runs. Meanwhile somebody looks at the figures.
 */
export async function benchHerd(options: HerdOptions): Promise<BenchmarkResult> {
  const { directory, io, engine } = options;
  const certificate = makeCertificate(directory);
  if (certificate === null) throw new Error('the herd comes over TLS: no openssl on this machine');
  const server = engine === 'postgres' ? await startTemporaryPostgres() : null;
  if (engine === 'postgres' && server === null) throw new Error('no initdb and postgres on this machine');
  const voters = Math.ceil(options.identifications / options.devices);
  const plan = plantDoubles(options.devices, voters);
  const lanes = Array.from({ length: options.devices }, (_, lane) => ({
    lane,
    planted: plan.acts.get(lane) ?? [],
  }));
  const events = lanes.reduce(
    (sum, { planted }) => sum + voters * EVENTS_PER_IDENTIFICATION + planted.length,
    0,
  );
  const collector = await startCollectorProcess([
    '--mock',
    ...(server === null
      ? ['--store', `sqlite:${join(directory, 'collector.db')}`]
      : ['--store', server.url, '--keys', join(directory, 'keys.json')]),
    ...['--tls-key', certificate.keyFile, '--tls-certificate', certificate.certificateFile],
  ]);
  const pem = readFileSync(certificate.certificateFile, 'utf8');
  const own = deviceFetch(pem);
  const clients = await startHerdClients({
    ...{ url: collector.url, certificate: pem, collectorKey: collector.publicKey, voters, lanes },
  });
  const ask = async (path: string): Promise<string> =>
    (await own.fetch(new URL(path, collector.url).href, { headers: collector.headers })).text();
  try {
    const poll = startPolling({
      url: `${collector.url}/v1/turnout`,
      certificate: pem,
      authorization: collector.headers.authorization,
    });
    const began = performance.now();
    const [collectorBegan, ownBegan] = [collector.processorSeconds(), process.cpuUsage()];
    const seats: number[] = [];
    const watch = setInterval(() => {
      void ask('/metrics').then((metrics) => seats.push(metricOf(metrics, 'tizme_collector_seats')));
    }, 1000);
    const logs = await clients.sendAll((sent) => io.progress(progressBar('herd', sent, lanes.length)));
    const seconds = (performance.now() - began) / 1000;
    clearInterval(watch);
    const processor = {
      collector: collector.processorSeconds() - collectorBegan,
      devices: microseconds(process.cpuUsage(ownBegan)) / 1e6,
    };
    const polled = await poll.stop();
    const found = await waitForDoubles(ask, plan);
    const metrics = await ask('/metrics');
    const stored = metricOf(metrics, 'tizme_collector_events');
    const behind = await countBehind(logs, { url: collector.url, fetch: own.fetch, io });
    const busy = Number(/answer="busy"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    const late = polled.filter(({ atMs }) => atMs - began > seconds * 750);
    const paint = await measureFirstPaint(collector);
    return {
      name: 'collector-herd',
      figures: [
        plain('devices', logs.length, 'devices'),
        plain('events', events, 'events'),
        atMost(`all taken in, ${server === null ? 'SQLite' : 'PostgreSQL'}, TLS`, seconds / 60, 'min', 15),
        plain('intake', events / seconds, 'events/s'),
        plain('processor time of the collector for an event', (processor.collector / events) * 1e6, 'µs'),
        plain('processor time of the devices for an event', (processor.devices / events) * 1e6, 'µs'),
        exactly('acknowledged but not stored', Math.max(0, events - stored), 'events'),
        exactly('stored and never sent', Math.max(0, stored - events), 'events'),
        exactly('devices whose last event is not the last stored', behind, 'devices'),
        plain('asked to come back', busy, 'answers'),
        plain('places in use, of 64, middle of all seconds', percentile(seats, 0.5), 'places'),
        plain('places in use, of 64, tenth of all seconds', percentile(seats, 0.1), 'places'),
        atMost('most memory of the collector', collector.mostMegabytes(), 'MB', 1536),
        atMost('turnout query during all of it, p99', percentile(times(polled), 0.99), 'ms', 200),
        atMost('turnout query in the last quarter, p99', percentile(times(late), 0.99), 'ms', 200),
        exactly(
          'turnout queries without an answer',
          polled.filter(({ status }) => status !== 200).length,
          'queries',
        ),
        plain('voters among whom doubles were planted', lanes.length * voters, 'voters'),
        exactly(`planted doubles not found, of ${plan.doubles}`, plan.doubles - found.open, 'voters'),
        exactly('doubles that are none', found.wrong, 'voters'),
        atMost('after the last upload until the last was found', found.seconds, 's', 60),
        ...(paint === null ? [] : [atMost('first paint of the dashboard', paint, 'ms', 1000)]),
      ],
    };
  } finally {
    own.close();
    await clients.close();
    await collector.stop();
    await server?.close();
  }
}

function microseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

function times(polled: readonly { readonly ms: number }[]): number[] {
  return polled.map(({ ms }) => ms);
}

/** Voters of one lane who are identified at another as well; of half of them, that is undone there. */
function plantDoubles(devices: number, voters: number): Plan {
  const random = seededRandom(SEED);
  const acts = new Map<number, PlantedAct[]>();
  const count = Math.max(4, Math.round(devices * voters * PLANTED_SHARE));
  const used = new Set<string>();
  let undone = 0;
  while (used.size < count) {
    const lane = Math.floor(random() * devices);
    const other = Math.floor(random() * devices);
    const voter = Math.floor(random() * voters);
    const isSameStation = Math.floor(lane / 4) === Math.floor(other / 4);
    if (isSameStation || used.has(`${lane}/${voter}`)) continue;
    used.add(`${lane}/${voter}`);
    const token = herdToken(lane, voter);
    const planted = acts.get(other) ?? [];
    planted.push({ kind: 'identification', token });
    if (used.size % 2 === 0) {
      planted.push({ kind: 'undo', token });
      undone += 1;
    }
    acts.set(other, planted);
  }
  return { acts, doubles: count - undone, undone };
}

async function waitForDoubles(
  ask: (path: string) => Promise<string>,
  plan: Plan,
): Promise<{ readonly open: number; readonly wrong: number; readonly seconds: number }> {
  const began = performance.now();
  const look = async (): Promise<number> => {
    const { doubles } = JSON.parse(await ask('/v1/doubles')) as { doubles: readonly { state: string }[] };
    return doubles.filter(({ state }) => state === 'open').length;
  };
  let open = await look();
  while (open < plan.doubles && performance.now() - began < 90_000) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    open = await look();
  }
  const seconds = (performance.now() - began) / 1000;
  // Once more after two looks of the collector: whatever is wrong has been found by then too.
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  open = await look();
  return { open: Math.min(open, plan.doubles), wrong: Math.max(0, open - plan.doubles), seconds };
}

async function countBehind(
  logs: readonly SentLog[],
  { url, fetch, io }: { readonly url: string; readonly fetch: Fetch; readonly io: CommandIo },
): Promise<number> {
  let behind = 0;
  for (const [i, { lane, events, lastHash }] of logs.entries()) {
    if (i % 100 === 0) io.progress(progressBar('compared', i, logs.length));
    const device = new HerdDevice(lane, 0, []);
    const client = new CollectorClient({
      ...{ collectorUrl: url, identity: device.identity, publicKey: device.publicKey },
      ...{ timer: systemTimer(), fetch },
      signChallenge: (challenge) => device.signChallenge(challenge),
    });
    const answer = await client.ask(0);
    const last = answer.status === 'told' ? answer.last : null;
    if (last?.seq !== events || !equalBytes(last.hash, lastHash)) behind += 1;
  }
  return behind;
}

function metricOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
}
