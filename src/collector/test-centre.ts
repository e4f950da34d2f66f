import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encrypter } from 'age-encryption';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { assertDefined } from '../domain/assert.ts';
import { ok, unwrap } from '../domain/result.ts';
import type { Timer } from '../domain/timer.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed } from '../ledger/device-key.ts';
import type { Ledger, NewEvent } from '../ledger/ledger.ts';
import { settableClock } from '../store/clock.ts';
import { randomKey } from '../store/keys.ts';
import { writeWhole } from '../store/write-whole.ts';
import type { Fetch } from '../sync/upload/collector-client.ts';
import { startUpload, type UploadOptions } from '../sync/upload/start-upload.ts';
import type { WriteToStick } from '../sync/upload/stick/stick-ranges.ts';
import type { UploadLine, UploadView } from '../sync/upload/upload-line.ts';
import type { Access } from './access/guard.ts';
import { createCollector } from './collector.ts';
import type { CollectorTotals, RegisteredDevice, TakenEvent } from './collector-store.ts';
import { Intake } from './intake.ts';
import { SqliteCollectorStore } from './sqlite/sqlite-collector-store.ts';
import { openVisitors, settleClaim, type VisitorFiles } from './visitors/open-visitors.ts';
import { VisitorDesk } from './visitors/visitor-desk.ts';
import { VisitorJournal } from './visitors/visitor-journal.ts';
import { CentreWitness } from './witness/centre-witness.ts';

export const MIGRATIONS = join(import.meta.dirname, '../../migrations/collector');

/** A collector on a database in a folder of its own, for tests: reached by real sockets or without any. */
export class TestCentre {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'tizme-collector-'));
  readonly key: DeviceKey = deviceKeyFromSeed(createDeviceSeed());
  /** Of the database, for whoever steals both. */
  readonly databaseKey = randomKey();
  readonly clock = settableClock({ wallMs: 1_790_000_000_000 });
  /** Everything that was logged, a line each. */
  readonly log: string[] = [];
  readonly store: SqliteCollectorStore;
  readonly app: FastifyInstance;

  constructor({
    mock = true,
    election = null,
    access = { kind: 'open' },
    visitors,
  }: { mock?: boolean; election?: string | null; access?: Access; visitors?: VisitorFiles } = {}) {
    this.store = unwrap(
      SqliteCollectorStore.open({
        file: join(this.folder, 'collector.db'),
        key: this.databaseKey,
        migrations: MIGRATIONS,
        identity: { election, mock, publicKey: this.key.publicKey },
      }),
    );
    const { store, key, clock } = this;
    const logger = pino({ level: 'trace' }, { write: (line: string) => this.log.push(line) });
    const parts = { store, key, clock, mock, election };
    const records = visitors === undefined ? null : unwrap(openVisitors(visitors, { mock, election }));
    const intake = new Intake({
      ...parts,
      ...(records === null ? {} : { settleClaim: (claim: string) => settleClaim(records, claim) }),
    });
    const witness = new CentreWitness(parts);
    const desk =
      records === null || visitors === undefined
        ? null
        : new VisitorDesk({
            ...{ store, clock, mock, file: records.file, releaseKey: records.keys.release },
            journal: assertDefined(VisitorJournal.open(`${visitors.file}.asked`) ?? undefined, 'a journal'),
          });
    this.app = createCollector({
      ...{ store, intake, witness, clock, mock, election, logger, access },
      ...(desk === null ? {} : { visitors: desk }),
    });
  }

  /** A second collector on the same database. */
  another(): { readonly app: FastifyInstance } {
    const { store, key, clock } = this;
    const logger = pino({ enabled: false });
    const parts = { store, key, clock, mock: true, election: null };
    const [intake, witness] = [new Intake(parts), new CentreWitness(parts)];
    return {
      app: createCollector({
        store,
        intake,
        witness,
        clock,
        mock: true,
        election: null,
        logger,
        access: { kind: 'open' },
      }),
    };
  }

  /** `fetch` without a network: the request goes to the application itself. */
  readonly fetch: Fetch = async (url, request) => {
    const { body: sent } = request;
    const body = sent instanceof Uint8Array ? Buffer.from(sent) : typeof sent === 'string' ? sent : undefined;
    const answer = await this.app.inject({
      method: request.method === 'POST' ? 'POST' : 'GET',
      url: new URL(url).pathname,
      headers: request.headers as Record<string, string>,
      ...(body === undefined ? {} : { payload: body }),
    });
    const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return new Response(answer.body, {
      status: answer.statusCode,
      headers: headers as [string, string][],
    });
  };

  async register(ledger: Ledger, station = ledger.identity.station): Promise<void> {
    const device: RegisteredDevice = {
      ...ledger.identity,
      station,
      publicKey: ledger.publicKey,
      origin: 'provisioned',
    };
    unwrap(await this.store.register([device]));
  }

  async totals(): Promise<CollectorTotals> {
    return unwrap(await this.store.totals());
  }

  async events(device: string): Promise<readonly TakenEvent[]> {
    return unwrap(await this.store.events(device, { epoch: 0, seq: 0 }, 1_000_000));
  }

  async dispose(): Promise<void> {
    await this.app.close();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Seals as a station's stick writer does. */
export function stickWriter(recipient: string): WriteToStick {
  return async (file, bytes) => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    writeWhole(file, await encrypter.encrypt(bytes));
    return ok();
  };
}

/** No waiting: short waits are over at once, the long ones (no answer, nothing to do) never. */
export const PROMPT_TIMER: Timer = {
  after(milliseconds, task) {
    if (milliseconds >= 30_000) return () => {};
    const handle = setImmediate(task);
    return () => clearImmediate(handle);
  },
};

export function upload(ledger: Ledger, fetch: Fetch, options: Partial<UploadOptions> = {}): UploadLine {
  const collectorUrl = 'http://collector.test';
  return startUpload({ ledger, collectorUrl, timer: PROMPT_TIMER, random: () => 0, fetch, ...options });
}

/** Resolves as soon as the view is as wished; it may be already. */
export function until(line: UploadLine, wished: (view: UploadView) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (wished(line.view())) resolve();
    };
    line.onChange(look);
    look();
  });
}

export function allSent(line: UploadLine): Promise<void> {
  return until(line, ({ pending }) => pending === 0);
}

export const CANARY = 'Canary Voter 20101199012345';

/** An identification whose private part has a name that must be found nowhere outside. */
export function identified(changes: Record<string, unknown> = {}): NewEvent {
  return {
    kind: 'identification',
    period: 2,
    centre: {
      type: 'identified',
      method: 'fingerprint',
      exception: null,
      sex: 'female',
      ageGroup: '26-35',
      hour: 9,
      ...changes,
    },
    private: { voter: CANARY },
  };
}

/** What a ledger holds, as it should stand at the centre. */
export function eventsOf(ledger: Ledger): { epoch: number; seq: number; publicBytes: string }[] {
  return unwrap(ledger.events(null, 1_000_000)).map(comparable);
}

export function comparable({
  epoch,
  seq,
  publicBytes,
}: {
  epoch: number;
  seq: number;
  publicBytes: Uint8Array;
}): {
  epoch: number;
  seq: number;
  publicBytes: string;
} {
  return { epoch, seq, publicBytes: Buffer.from(publicBytes).toString('hex') };
}
