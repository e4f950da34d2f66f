import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import { AccessList } from '../../src/collector/access/access-list.ts';
import type { TlsFiles } from '../../src/collector/collector.ts';
import type { CollectorTotals } from '../../src/collector/collector-store.ts';
import { describeDemoStations } from '../../src/collector/demo/demo-stations.ts';
import { DEMO_SPEED, playDemoDay } from '../../src/collector/demo/play-demo-day.ts';
import { groupDoubles } from '../../src/collector/doubles/group-doubles.ts';
import {
  type CollectorDatabase,
  type OpenCollectorOptions,
  openCollector,
  type RunningCollector,
  type StartCollectorError,
} from '../../src/collector/open-collector.ts';
import { parseRegistration, type Registration } from '../../src/collector/registration-file.ts';
import { tabulateTurnout } from '../../src/collector/turnout-tables.ts';
import type { VisitorFiles } from '../../src/collector/visitors/open-visitors.ts';
import { err, ok, type Result, unwrap } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { readArguments, refuseUsage } from '../usage.ts';
import { runCollectorAccess } from './collector-access.ts';
import { runCollectorStickKey } from './collector-stick-key.ts';
import { runCollectorTake } from './collector-take.ts';

const USAGE = [
  'usage: tizme collector [--port N] [--host ADDRESS] [--store sqlite:FILE|postgres://...] [--devices FILE] [--mock | --demo] [--json]',
  '  --store sqlite:FILE   the database; its keys are made beside it at the first start (a mock one may leave it out)',
  '  --store postgres://USER@HOST/DATABASE --keys FILE   for several collectors, which have the same key file',
  '  --access FILE         who may look, register devices, watch the service: tizme collector access --help',
  '  --devices FILE        the registered devices and their public keys; a real collector takes no others',
  '  --mock                training: takes mock elections only, and believes a new device the first time',
  '  --tls-key FILE --tls-certificate FILE   PEM; answers HTTPS (TLS 1.3) instead of HTTP',
  '  --visitors FILE --visitors-key FILE   sealed records of voters who come to another station: tizme package visitors',
  `  --demo                a mock national day at ${DEMO_SPEED} times the speed, with its dashboard`,
  'tizme collector stick-key --out FILE    the key that stations seal to what they write on sticks',
  'tizme collector take STICK --url ... --key FILE    what stations without a network wrote on a stick',
  'It listens on this machine only (127.0.0.1); --host 0.0.0.0 opens it to the network, with a certificate and an access file.',
];

const DEFAULT_PORT = 8480;
const DEMO_STATIONS = 120;
const HIGHEST_PORT = 65_535;
const SQLITE_PREFIX = 'sqlite:';
const POSTGRES_URL = /^postgres(?:ql)?:\/\//;

interface Request {
  readonly port: number;
  readonly host: string;
  /** Null: a temporary file. */
  readonly database: CollectorDatabase | null;
  readonly devicesFile: string | null;
  /** Null: plain HTTP. */
  readonly tls: { readonly keyFile: string; readonly certificateFile: string } | null;
  /** Null: whoever is on this machine may look. */
  readonly accessFile: string | null;
  readonly visitors: VisitorFiles | null;
  readonly mock: boolean;
  /** Plays a mock national day into itself. */
  readonly demo: boolean;
  readonly json: boolean;
}

/**
 * `tizme collector ...`: prints its address and runs until it is interrupted.
 * @param interrupted Ends it; without one, SIGINT and SIGTERM do.
 * @returns the exit code: 0 stopped as it was told, 1 it could not start, 2 wrong usage
 */
export async function runCollector(
  args: readonly string[],
  io: CommandIo,
  interrupted: AbortSignal = untilTold(),
): Promise<number> {
  if (args[0] === 'access') return runCollectorAccess(args.slice(1), io);
  if (args[0] === 'stick-key') return runCollectorStickKey(args.slice(1), io);
  if (args[0] === 'take') return runCollectorTake(args.slice(1), io);
  const request = parseRequest(args);
  if (!request.ok) {
    if (request.error !== null) return refuseUsage('collector', request.error, io);
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { json } = request.value;
  const say = (line: string): void => (json ? io.progress(`${line}\n`) : io.out(line));
  const fail = (message: string): number => {
    io.out(json ? JSON.stringify({ error: message }) : message);
    return 1;
  };
  const registration = await readRegistration(request.value);
  if (!registration.ok) return fail(registration.error);
  const started = await start(request.value, registration.value, pino({ base: null }, pino.destination(2)));
  if (!started.ok) return fail(`the collector can't start: ${started.error.code}`);
  const { url, publicKey } = started.value;
  const key = Buffer.from(publicKey).toString('hex');
  if (request.value.mock) say('МАШЫГУУ / ТРЕНИРОВКА / TRAINING: takes mock elections only');
  say(`collector: ${url}`);
  say(`receipts are signed by ${key}`);
  const day = request.value.demo
    ? playDemoDay({ url, stations: DEMO_STATIONS, speed: DEMO_SPEED, seed: 1, signal: interrupted })
    : null;
  await new Promise<void>((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
  await day;
  const totals = await started.value.totals();
  await started.value.close();
  if (json) io.out(JSON.stringify({ url, publicKey: key, ...(totals.ok ? figures(totals.value) : {}) }));
  return 0;
}

export interface InProcessCollector extends Omit<RunningCollector, 'totals'> {
  totals(): Promise<CollectorFigures>;
}

export interface CollectorFigures {
  readonly events: number;
  readonly identified: number;
  readonly undone: number;
  /** Devices that sent at least one event. */
  readonly devices: number;
  readonly quarantinedRanges: number;
  readonly alarms: number;
  /** Voters who are identified more than once by now, at different stations or at one. */
  readonly doubles: number;
}

/**
 * A mock collector in this process, on a free port of this machine and on a temporary database, which `close`
 * removes (or on `file`, which stays). Throws where the machine lets none be started.
 */
export async function startCollector(
  options: {
    readonly file?: string;
    readonly port?: number;
    readonly logger?: Logger;
    readonly visitors?: VisitorFiles | null;
  } = {},
): Promise<InProcessCollector> {
  const { file = null, port = 0, logger = pino({ enabled: false }), visitors = null } = options;
  const database = file === null ? null : ({ engine: 'sqlite', file } as const);
  const request = {
    port,
    host: '127.0.0.1',
    database,
    devicesFile: null,
    tls: null,
    accessFile: null,
    visitors,
    mock: true,
    demo: false,
    json: false,
  };
  const { url, publicKey, close, totals } = unwrap(await start(request, null, logger));
  return { url, publicKey, close, totals: async () => figures(unwrap(await totals())) };
}

async function start(
  request: Request,
  registration: Registration | null,
  logger: OpenCollectorOptions['logger'],
): Promise<Result<RunningCollector, StartCollectorError | AccessError>> {
  const { mock, host, port } = request;
  const tls = await readTls(request);
  if (!tls.ok) return tls;
  const access = await readAccess(request);
  if (!access.ok) return access;
  const folder = request.database === null ? await mkdtemp(join(tmpdir(), 'tizme-collector-')) : null;
  const removeFolder = async (): Promise<void> => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  const database = request.database ?? { engine: 'sqlite', file: join(folder ?? '', 'collector.db') };
  const opened = await openCollector({
    database,
    migrations: join(
      findProgramFiles().migrationsDirectory,
      database.engine === 'sqlite' ? 'collector' : 'collector-postgres',
    ),
    mock,
    election: registration?.election ?? null,
    devices: registration?.devices ?? [],
    stations: request.demo ? describeDemoStations(DEMO_STATIONS) : (registration?.stations ?? []),
    host,
    port,
    logger,
    access: access.value,
    ...(request.demo ? { speed: DEMO_SPEED } : {}),
    ...(tls.value === null ? {} : { tls: tls.value }),
    ...(request.visitors === null ? {} : { visitors: request.visitors }),
  });
  if (!opened.ok) {
    await removeFolder();
    return opened;
  }
  const { close } = opened.value;
  return ok({
    ...opened.value,
    close: async () => {
      await close();
      await removeFolder();
    },
  });
}

/** An error of null asks for the usage alone. */
function parseRequest(args: readonly string[]): Result<Request, string | null> {
  const options = {
    port: { type: 'string', default: String(DEFAULT_PORT) },
    host: { type: 'string', default: '127.0.0.1' },
    store: { type: 'string' },
    keys: { type: 'string' },
    devices: { type: 'string' },
    access: { type: 'string' },
    visitors: { type: 'string' },
    'visitors-key': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-certificate': { type: 'string' },
    mock: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const read = readArguments({ args: [...args], options });
  if (!read.ok) return read;
  const { values } = read.value;
  const { host, demo, json, store, devices } = values;
  const mock = values.mock || demo;
  if (values.help) return err(null);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > HIGHEST_PORT) return err('--port wants a number up to 65535');
  const database = store === undefined ? null : parseStore(store, values.keys);
  if (store !== undefined && database === null) {
    return err('--store wants sqlite:FILE, or postgres://... together with --keys FILE');
  }
  if (!mock && (store === undefined || devices === undefined)) {
    return err('a real collector wants --store and --devices; --mock starts one for training');
  }
  const [keyFile, certificateFile] = [values['tls-key'], values['tls-certificate']];
  if ((keyFile === undefined) !== (certificateFile === undefined)) {
    return err('--tls-key and --tls-certificate belong together');
  }
  const [visitorsFile, visitorsKey] = [values.visitors, values['visitors-key']];
  if ((visitorsFile === undefined) !== (visitorsKey === undefined)) {
    return err('--visitors and --visitors-key belong together');
  }
  const visitors =
    visitorsFile === undefined || visitorsKey === undefined
      ? null
      : { file: visitorsFile, keyFile: visitorsKey };
  const tls = keyFile === undefined || certificateFile === undefined ? null : { keyFile, certificateFile };
  return ok({
    ...{ port, host, database, devicesFile: devices ?? null, tls, mock, demo, json },
    accessFile: values.access ?? null,
    visitors,
  });
}

function parseStore(store: string, keyFile: string | undefined): CollectorDatabase | null {
  if (POSTGRES_URL.test(store) && URL.canParse(store)) {
    return keyFile === undefined ? null : { engine: 'postgres', url: store, keyFile };
  }
  const isFile = store.startsWith(SQLITE_PREFIX) && store !== SQLITE_PREFIX;
  return isFile ? { engine: 'sqlite', file: store.slice(SQLITE_PREFIX.length) } : null;
}

async function readRegistration({
  devicesFile,
  mock,
}: Request): Promise<Result<Registration | null, string>> {
  if (devicesFile === null) return ok(null);
  const text = await readFile(devicesFile, 'utf8').catch(() => null);
  if (text === null) return err(`${devicesFile}: unreadable-file, check the name (--devices)`);
  const registration = parseRegistration(text);
  if (!registration.ok) return err(`${devicesFile}: ${registration.error.code}`);
  if (registration.value.mock !== mock) {
    return err(`${devicesFile}: it is of a ${mock ? 'real' : 'mock'} election`);
  }
  return registration;
}

async function readTls({
  tls,
}: Request): Promise<Result<TlsFiles | null, { readonly code: 'certificate-unreadable' }>> {
  if (tls === null) return ok(null);
  const [key, certificate] = await Promise.all(
    [tls.keyFile, tls.certificateFile].map((file) => readFile(file, 'utf8').catch(() => null)),
  );
  if (key == null || certificate == null) return err({ code: 'certificate-unreadable' });
  return ok({ key, certificate });
}

type AccessError = { readonly code: 'access-file-unreadable' };

async function readAccess({ accessFile }: Request): Promise<Result<AccessList | null, AccessError>> {
  if (accessFile === null) return ok(null);
  const text = await readFile(accessFile, 'utf8').catch(() => null);
  return text === null ? err({ code: 'access-file-unreadable' }) : AccessList.parse(text);
}

function figures(totals: CollectorTotals): CollectorFigures {
  const { identified, undone } = tabulateTurnout(totals);
  return {
    events: totals.events,
    identified,
    undone,
    devices: totals.devices.filter(({ heardWallMs }) => heardWallMs !== null).length,
    quarantinedRanges: totals.quarantinedRanges,
    alarms: totals.alarms.length,
    doubles: groupDoubles(totals.doubles).filter(({ state }) => state === 'open').length,
  };
}

function untilTold(): AbortSignal {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  return told.signal;
}
