import { readFileSync } from 'node:fs';
import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { join } from 'node:path';
import { drawDemoEvents } from '../../src/collector/demo/demo-day.ts';
import { DemoDevice } from '../../src/collector/demo/demo-device.ts';
import { startTemporaryPostgres } from '../../src/collector/postgres/temporary-postgres.ts';
import { encodeUploadRange } from '../../src/ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../src/sync/upload/upload-protocol.ts';
import type { CommandIo } from '../command-io.ts';
import { progressBar } from '../progress.ts';
import { atLeast, atMost, type BenchmarkResult, exactly, percentile, plain } from './benchmark.ts';
import { type CollectorProcess, makeCertificate, startCollectorProcess } from './collector-process.ts';

export interface CollectorBenchmarkOptions {
  /** Events that are taken in. */
  readonly events: number;
  /** Both on a database of the benchmark's own. */
  readonly engine: 'sqlite' | 'postgres';
  /** More than one only on PostgreSQL: a device's ranges then go to each in turn. */
  readonly collectors: number;
  /** A folder of the benchmark's own. */
  readonly directory: string;
  readonly io: CommandIo;
}

const EVENTS_PER_RANGE = 500;
const RANGES_PER_DEVICE = 2;
const CONNECTIONS = 24;

interface PreparedRange {
  readonly path: string;
  readonly key: string;
  readonly body: Uint8Array;
}

/** A device's ranges, in the order in which they have to arrive. */
type PreparedDevice = readonly PreparedRange[];

interface Sent {
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly answers: ReadonlyMap<string, number>;
}

/**
 * Intake: the collector is a process of its own with TLS; this one sends what it made and signed beforehand over
 * real sockets. Every event is parsed, hashed and linked there, one signature is verified a range.
 */
export async function benchCollector(options: CollectorBenchmarkOptions): Promise<BenchmarkResult> {
  const { directory, io, engine } = options;
  const certificate = makeCertificate(directory);
  if (certificate === null) io.progress('no openssl here: measured without TLS');
  const devices = prepare(options.events, io);
  const events = devices.length * RANGES_PER_DEVICE * EVENTS_PER_RANGE;
  const server = engine === 'postgres' ? await startTemporaryPostgres() : null;
  if (engine === 'postgres' && server === null) throw new Error('no initdb and postgres on this machine');
  const args = [
    '--mock',
    ...(server === null
      ? ['--store', `sqlite:${join(directory, 'collector.db')}`]
      : ['--store', server.url, '--keys', join(directory, 'keys.json')]),
    ...(certificate === null
      ? []
      : ['--tls-key', certificate.keyFile, '--tls-certificate', certificate.certificateFile]),
  ];
  // The first makes the tables, alone.
  const collector = await startCollectorProcess(args);
  const others: CollectorProcess[] = [];
  while (others.length + 1 < options.collectors) others.push(await startCollectorProcess(args));
  const client = new LoadClient(
    [collector, ...others].map(({ url }) => url),
    certificate === null ? null : readFileSync(certificate.certificateFile, 'utf8'),
    collector.headers,
  );
  try {
    const before = collector.processorSeconds();
    const sending = client.sendAll(devices, (done) =>
      io.progress(progressBar('intake', done, devices.length)),
    );
    const dashboard = await client.pollWhile('/v1/turnout', sending);
    const sent = await sending;
    const stored = await client.storedEvents();
    const processor = collector.processorSeconds() - before;
    const megabytes = collector.megabytes();
    const again = await client.sendAll(devices, () => {});
    const several = options.collectors > 1 ? `, ${options.collectors} collectors` : '';
    const where = `${server === null ? 'SQLite' : 'PostgreSQL'}${several}${certificate === null ? '' : ', TLS'}`;
    return {
      name: 'collector',
      figures: [
        plain('events sent', events, 'events'),
        atLeast(`intake, ${where}`, events / sent.seconds, 'events/s', 20_000),
        plain('processor time of the collector for an event', (processor / events) * 1e6, 'µs'),
        plain('a range of 500 events to its receipt, p50', percentile(sent.latencies, 0.5), 'ms'),
        plain('a range of 500 events to its receipt, p99', percentile(sent.latencies, 0.99), 'ms'),
        exactly('acknowledged but not stored', events - stored, 'events'),
        exactly(
          'ranges that were not accepted',
          devices.length * RANGES_PER_DEVICE - accepted(sent),
          'ranges',
        ),
        plain('the same again', events / again.seconds, 'events/s'),
        exactly('events doubled by it', (await client.storedEvents()) - stored, 'events'),
        atMost('turnout query during intake, p99', percentile(dashboard, 0.99), 'ms', 200),
        atMost('memory of the collector', megabytes, 'MB', 1536),
      ],
    };
  } finally {
    client.close();
    for (const one of [collector, ...others]) await one.stop();
    await server?.close();
  }
}

function accepted({ answers }: Sent): number {
  return answers.get('200') ?? 0;
}

function prepare(events: number, io: CommandIo): PreparedDevice[] {
  const count = Math.ceil(events / (RANGES_PER_DEVICE * EVENTS_PER_RANGE));
  return Array.from({ length: count }, (_, i) => {
    io.progress(progressBar('signing', i + 1, count));
    const station = String(1000 + Math.floor(i / 3));
    const device = new DemoDevice({ election: 'mock-load', station, device: `${station}-${i % 3}` });
    const path = eventsPath(device.identity.device);
    const key = encodeDeviceKey(device.key.publicKey);
    return Array.from({ length: RANGES_PER_DEVICE }, (_, j) => {
      const drawn = drawDemoEvents(i * RANGES_PER_DEVICE + j, EVENTS_PER_RANGE);
      return { path, key, body: encodeUploadRange(device.commit(drawn)) };
    });
  });
}

/** As few cycles as a client can take: they are taken from the collector on the same machine. */
class LoadClient {
  readonly #urls: readonly string[];
  readonly #people: { readonly authorization: string };
  readonly #agent: PlainAgent | TlsAgent;
  readonly #request: typeof plainRequest | typeof tlsRequest;

  constructor(
    urls: readonly string[],
    certificate: string | null,
    people: { readonly authorization: string },
  ) {
    this.#urls = urls;
    this.#people = people;
    const settings = { keepAlive: true, maxSockets: CONNECTIONS + 1 };
    this.#agent =
      certificate === null ? new PlainAgent(settings) : new TlsAgent({ ...settings, ca: certificate });
    this.#request = certificate === null ? plainRequest : tlsRequest;
  }

  async sendAll(devices: readonly PreparedDevice[], progress: (done: number) => void): Promise<Sent> {
    const waiting = devices.toReversed();
    const latencies: number[] = [];
    const answers = new Map<string, number>();
    let done = 0;
    const began = performance.now();
    const connection = async (): Promise<void> => {
      for (let device = waiting.pop(); device !== undefined; device = waiting.pop()) {
        for (const [i, range] of device.entries()) {
          const from = performance.now();
          const { status } = await this.#ask('POST', range.path, { range, collector: waiting.length + i });
          latencies.push(performance.now() - from);
          answers.set(String(status), (answers.get(String(status)) ?? 0) + 1);
        }
        done += 1;
        progress(done);
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    return { seconds: (performance.now() - began) / 1000, latencies, answers };
  }

  /** Milliseconds of each answer, ten a second. */
  async pollWhile(path: string, work: Promise<unknown>): Promise<number[]> {
    const latencies: number[] = [];
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    while (!over) {
      const from = performance.now();
      await this.#ask('GET', path);
      latencies.push(performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return latencies;
  }

  async storedEvents(): Promise<number> {
    const { body } = await this.#ask('GET', '/metrics');
    return Number(/^tizme_collector_events (\d+)$/m.exec(body)?.[1]);
  }

  close(): void {
    this.#agent.destroy();
  }

  #ask(
    method: 'GET' | 'POST',
    path: string,
    { range, collector = 0 }: { readonly range?: PreparedRange; readonly collector?: number } = {},
  ): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const headers =
        range === undefined
          ? this.#people
          : {
              'content-type': RANGE_CONTENT_TYPE,
              'content-length': range.body.length,
              [DEVICE_KEY_HEADER]: range.key,
            };
      const sending = this.#request(
        new URL(path, this.#urls[collector % this.#urls.length]),
        { method, headers, agent: this.#agent },
        (answer) => {
          let body = '';
          answer.setEncoding('utf8');
          answer.on('data', (text: string) => {
            body += text;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
        },
      );
      sending.on('error', reject);
      sending.end(range?.body);
    });
  }
}
