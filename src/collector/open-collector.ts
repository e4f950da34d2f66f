import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { err, ok, type Result } from '../domain/result.ts';
import { deviceKeyFromSeed } from '../ledger/device-key.ts';
import { type Clock, systemClock } from '../store/clock.ts';
import type { Migration } from '../store/migrations.ts';
import type { StoreError } from '../store/store-error.ts';
import { createCollector, type TlsFiles } from './collector.ts';
import type {
  CollectorStore,
  CollectorTotals,
  OpenCollectorError,
  RegisteredDevice,
  RegistrationError,
} from './collector-store.ts';
import { type KeyFileError, keyFileOf, readOrCreateKeys } from './key-file.ts';
import { PostgresCollectorStore } from './postgres/postgres-collector-store.ts';
import { SqliteCollectorStore } from './sqlite-collector-store.ts';

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
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly logger: FastifyBaseLogger;
  readonly clock?: Clock;
  readonly tls?: TlsFiles;
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
  /** Not a key and a certificate that belong together, in PEM. */
  | { readonly code: 'certificate-unreadable' }
  /** `detail` is the system's code: EADDRINUSE, EACCES. */
  | { readonly code: 'cannot-listen'; readonly detail: string };

/** Opens the store, registers the devices and listens. What is half open after a failure is closed again. */
export async function openCollector(
  options: OpenCollectorOptions,
): Promise<Result<RunningCollector, StartCollectorError>> {
  const {
    database,
    migrations,
    mock,
    election,
    devices,
    host,
    port,
    logger,
    clock = systemClock(),
    tls,
  } = options;
  const keys =
    database.engine === 'sqlite'
      ? readOrCreateKeys(keyFileOf(database.file), mock, database.file)
      : readOrCreateKeys(database.keyFile, mock);
  if (!keys.ok) return keys;
  const key = deviceKeyFromSeed(keys.value.signingSeed);
  const { databaseKey } = keys.value;
  const identity = { election, mock, publicKey: key.publicKey };
  const opened =
    database.engine === 'sqlite'
      ? SqliteCollectorStore.open({ file: database.file, key: databaseKey, migrations, identity })
      : await PostgresCollectorStore.open({ url: database.url, migrations, identity });
  keys.value.signingSeed.fill(0);
  databaseKey.fill(0);
  if (!opened.ok) return opened;
  const store: CollectorStore = opened.value;
  const registered = await store.register(devices);
  if (!registered.ok) {
    await store.close();
    return registered;
  }
  let app: FastifyInstance;
  try {
    app = createCollector({
      store,
      key,
      clock,
      mock,
      election,
      logger,
      ...(tls === undefined ? {} : { tls }),
    });
  } catch (cause) {
    // Only OpenSSL looks at what the files hold.
    await store.close();
    if (tls === undefined) throw cause;
    return err({ code: 'certificate-unreadable' });
  }
  try {
    const url = await app.listen({ host, port });
    return ok({
      url,
      publicKey: key.publicKey,
      totals: () => store.totals(),
      close: async () => {
        await app.close();
        await store.close();
      },
    });
  } catch (cause) {
    await app.close();
    await store.close();
    const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    if (detail === null) throw cause;
    return err({ code: 'cannot-listen', detail });
  }
}
