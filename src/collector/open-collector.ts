import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { err, ok, type Result } from '../domain/result.ts';
import { deviceKeyFromSeed } from '../ledger/device-key.ts';
import { type Clock, systemClock } from '../store/clock.ts';
import { deriveKey } from '../store/keys.ts';
import type { Migration } from '../store/migrations.ts';
import { openReadOnly } from '../store/open-store.ts';
import type { StoreError } from '../store/store-error.ts';
import type { AccessList } from './access/access-list.ts';
import { Sessions } from './access/sessions.ts';
import { createCollector, type TlsFiles } from './collector.ts';
import type {
  CentreStore,
  CollectorTotals,
  OpenCollectorError,
  RegisteredDevice,
  RegistrationError,
  StationDescription,
} from './collector-store.ts';
import { DEMO_OPENS_AT } from './demo/demo-day.ts';
import { type FastClock, fastWallMs, openingOfDay } from './demo/fast-clock.ts';
import { DoubleFinder } from './doubles/double-finder.ts';
import { IntakeThread } from './intake-thread/intake-thread.ts';
import { type KeyFileError, keyFileOf, readOrCreateKeys } from './key-file.ts';
import { LogCheck } from './log-check/log-check.ts';
import { type CollectorStoreOptions, openCollectorStore } from './open-collector-store.ts';
import { SqliteCollectorReads } from './sqlite/sqlite-collector-reads.ts';
import { type OpenVisitorsError, openVisitors, type VisitorFiles } from './visitors/open-visitors.ts';
import { VisitorDesk } from './visitors/visitor-desk.ts';
import { VisitorJournal } from './visitors/visitor-journal.ts';

export type CollectorDatabase =
  /** One file for one collector; its keys stand beside it, in a file made at the first start. */
  | { readonly engine: 'sqlite'; readonly file: string }
  /** A server for several collectors, which all have the same key file, so that their receipts are alike. */
  | { readonly engine: 'postgres'; readonly url: string; readonly keyFile: string };

export interface OpenCollectorOptions {
  readonly database: CollectorDatabase;
  /** The folder of the engine: `migrations/collector` or `migrations/collector-postgres`; or the same as a list. */
  readonly migrations: string | readonly Migration[];
  readonly mock: boolean;
  /** Null: any mock election. A real collector serves one election. */
  readonly election: string | null;
  readonly devices: readonly RegisteredDevice[];
  readonly stations?: readonly StationDescription[];
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logger: FastifyBaseLogger;
  /** How many times as fast the day passes; for a demonstration. */
  readonly speed?: number;
  readonly tls?: TlsFiles;
  /** Null: whoever is on this machine may look; only for a loopback address. */
  readonly access: AccessList | null;
  /** Left out: no station gets a visitor's record from here. */
  readonly visitors?: VisitorFiles;
}

export interface RunningCollector {
  readonly url: string;
  /** Verifies its receipts: what a station is provisioned with. */
  readonly publicKey: Uint8Array;
  totals(): Promise<Result<CollectorTotals, StoreError>>;
  close(): Promise<void>;
}

export type StartCollectorError =
  | KeyFileError
  | OpenCollectorError
  | RegistrationError
  | OpenVisitorsError
  /** Where questions for records are put on record, beside the records. */
  | { readonly code: 'visitors-journal-unwritable' }
  /** Another machine's server, and nothing in its address that demands TLS and checks whose certificate it is. */
  | { readonly code: 'database-without-tls' }
  /** Off this machine it wants a certificate and a list of who may come in. */
  | { readonly code: 'open-to-everybody' }
  /** Not a key and a certificate that belong together, in PEM. */
  | { readonly code: 'certificate-unreadable' }
  /** `detail` is the system's code: EADDRINUSE, EACCES. */
  | { readonly code: 'cannot-listen'; readonly detail: string };

/** Connections that the system holds until they are taken: a herd knocks at once. */
const BACKLOG = 4096;

/**
 * Opens the database twice: in a thread of its own, which verifies ranges and writes, and here, to answer people; a file
 * a third time, for as long as everything in it is read again.
 * Registers the devices and listens. What is half open after a failure is closed again.
 */
export async function openCollector(
  options: OpenCollectorOptions,
): Promise<Result<RunningCollector, StartCollectorError>> {
  const { database, mock, election, migrations, speed } = options;
  if (database.engine === 'postgres' && !isPrivate(database.url))
    return err({ code: 'database-without-tls' });
  const keys =
    database.engine === 'sqlite'
      ? readOrCreateKeys(keyFileOf(database.file), mock, database.file)
      : readOrCreateKeys(database.keyFile, mock);
  if (!keys.ok) return keys;
  const { databaseKey, signingSeed } = keys.value;
  const { publicKey } = deviceKeyFromSeed(signingSeed);
  const storeOptions = { database, databaseKey, migrations, identity: { election, mock, publicKey } };
  const clock = systemClock();
  const sinceWallMs = clock.wallMs();
  const fastClock: FastClock | null =
    speed === undefined
      ? null
      : { times: speed, sinceWallMs, startsWallMs: openingOfDay(sinceWallMs, DEMO_OPENS_AT) };
  const opened = await IntakeThread.open({
    ...{ ...storeOptions, signingSeed, mock, election },
    speed: fastClock,
    visitors: options.visitors ?? null,
  });
  const sessionKey = deriveKey({ secret: signingSeed, info: 'tizme collector session v1' });
  const challengeKey = deriveKey({ secret: signingSeed, info: 'tizme collector challenge v1' });
  signingSeed.fill(0);
  if (!opened.ok) return opened;
  const thread = opened.value;
  const store = await openCentreStore(storeOptions, thread);
  if (!store.ok) {
    databaseKey.fill(0);
    await thread.close();
    return store;
  }
  // A server has checksums of its own.
  const logCheck =
    database.engine === 'sqlite'
      ? LogCheck.start({ file: database.file, key: databaseKey, migrations }, options.logger)
      : null;
  databaseKey.fill(0);
  const fast: Clock =
    fastClock === null ? clock : { ...clock, wallMs: () => fastWallMs(fastClock, clock.wallMs()) };
  const listening = await listen(options, {
    store: store.value,
    thread,
    logCheck,
    clock: fast,
    sessionKey,
    challengeKey,
  });
  if (listening.ok) return ok({ ...listening.value, publicKey });
  await logCheck?.stop();
  await store.value.close();
  await thread.close();
  return listening;
}

/** Reads by itself, and has the thread write where there is one file. */
async function openCentreStore(
  options: CollectorStoreOptions,
  thread: IntakeThread,
): Promise<Result<CentreStore, OpenCollectorError>> {
  const { database, databaseKey, migrations } = options;
  if (database.engine === 'postgres') return openCollectorStore(options);
  const { file } = database;
  const opened = openReadOnly({ file, key: databaseKey, migrations, openInOtherThread: true });
  if (!opened.ok) return opened;
  const reads = new SqliteCollectorReads(opened.value);
  return ok(
    Object.assign(reads, {
      register: thread.register.bind(thread),
      describeStations: thread.describeStations.bind(thread),
      raiseDoubles: thread.raiseDoubles.bind(thread),
    }),
  );
}

/** A socket or a loopback address of this machine, or TLS with a certificate that is verified. */
function isPrivate(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? hostname;
  return host.startsWith('/') || isLoopback(host) || searchParams.get('sslmode') === 'verify-full';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

interface Parts {
  readonly store: CentreStore;
  readonly thread: IntakeThread;
  readonly logCheck: LogCheck | null;
  readonly clock: Clock;
  readonly sessionKey: Uint8Array;
  readonly challengeKey: Uint8Array;
}

async function listen(
  options: OpenCollectorOptions,
  { store, thread, logCheck, clock, sessionKey, challengeKey }: Parts,
): Promise<Result<Omit<RunningCollector, 'publicKey'>, StartCollectorError>> {
  const { mock, election, devices, stations = [], host, port, logger, tls, access } = options;
  if (!isLoopback(host) && (access === null || tls === undefined)) return err({ code: 'open-to-everybody' });
  const registered = await store.register(devices);
  if (!registered.ok) return registered;
  const described = await store.describeStations(stations);
  if (!described.ok) return described;
  const visitors =
    options.visitors === undefined ? null : openVisitorDesk(options.visitors, options, { store, clock });
  if (visitors !== null && !visitors.ok) return visitors;
  let app: FastifyInstance;
  try {
    app = createCollector({
      ...{ store, intake: thread, witness: thread, clock, mock, election, logger, challengeKey },
      logCheck: () => logCheck?.state ?? 'sound',
      access:
        access === null
          ? { kind: 'open' }
          : {
              ...{ kind: 'listed', list: access, isSecure: tls !== undefined },
              sessions: new Sessions(sessionKey, systemClock().wallMs),
            },
      ...(tls === undefined ? {} : { tls }),
      ...(visitors === null ? {} : { visitors: visitors.value.desk }),
    });
  } catch (cause) {
    visitors?.value.close();
    // Only OpenSSL looks at what the files hold.
    if (tls === undefined) throw cause;
    return err({ code: 'certificate-unreadable' });
  }
  try {
    const url = await app.listen({ host, port, backlog: BACKLOG });
    const finder = new DoubleFinder({ store, clock });
    finder.start();
    return ok({
      url,
      totals: () => store.totals(),
      close: async () => {
        await app.close();
        await finder.stop();
        await logCheck?.stop();
        await store.close();
        // The writer last: it moves the write-ahead log into the file, which a reader can't.
        await thread.close();
        visitors?.value.close();
      },
    });
  } catch (cause) {
    await app.close();
    visitors?.value.close();
    const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    if (detail === null) throw cause;
    return err({ code: 'cannot-listen', detail });
  }
}

function openVisitorDesk(
  files: VisitorFiles,
  { mock, election }: Pick<OpenCollectorOptions, 'mock' | 'election'>,
  { store, clock }: Pick<Parts, 'store' | 'clock'>,
): Result<{ readonly desk: VisitorDesk; readonly close: () => void }, StartCollectorError> {
  const opened = openVisitors(files, { mock, election });
  if (!opened.ok) return opened;
  const { file, keys } = opened.value;
  const journal = VisitorJournal.open(`${files.file}.asked`);
  if (journal === null) {
    file.close();
    return err({ code: 'visitors-journal-unwritable' });
  }
  return ok({
    desk: new VisitorDesk({ file, releaseKey: keys.release, store, journal, clock, mock }),
    close: () => {
      journal.close();
      file.close();
    },
  });
}
