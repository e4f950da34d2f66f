import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaneFact } from '../../../domain/lanes/lane-facts.ts';
import { err, ok, type Result, unwrap } from '../../../domain/result.ts';
import { systemTimer, type Timer } from '../../../domain/timer.ts';
import { deviceKeyFromSeed } from '../../../ledger/device-key.ts';
import { Ledger, type StoredEvent } from '../../../ledger/ledger.ts';
import { systemClock } from '../../../store/clock.ts';
import { openStore } from '../../../store/open-store.ts';
import type { WritableStore } from '../../../store/store.ts';
import { Lanes } from '../start-lanes.ts';
import { grantCodeKey } from '../transport/grant-codes.ts';
import { createLaneCertificate, type LaneCertificate } from '../transport/lane-certificate.ts';
import type { LaneRoster } from '../transport/lane-roster.ts';

/** Keys and files of one lane, as a technician would have provisioned them. */
export interface BenchLane {
  readonly lane: number;
  readonly device: string;
  readonly ledgerSeed: Uint8Array;
  readonly codeSeed: Uint8Array;
  readonly certificate: LaneCertificate;
  readonly databaseKey: Uint8Array;
}

export interface RunningLane {
  readonly lane: number;
  readonly lanes: Lanes;
  readonly ledger: Ledger;
  readonly store: WritableStore;
  readonly port: number;
  /** As a desk's journal records: in its own commit, with any number of other events around. */
  record(facts: readonly LaneFact[]): readonly StoredEvent[];
  stop(): Promise<void>;
}

const MIGRATIONS = join(import.meta.dirname, '../../../../migrations/station');

export interface BenchLaneOptions {
  readonly kit: BenchLane;
  readonly roster: LaneRoster;
  readonly file: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly election?: string;
  readonly version?: string;
  readonly timer?: Timer;
  readonly multicast?: boolean;
}

/** One lane over real sockets with its encrypted database: voters are named `v<lane>-...`, and belong to that lane. */
export async function startBenchLane(options: BenchLaneOptions): Promise<
  Pick<RunningLane, 'lanes' | 'ledger' | 'store' | 'port'> & {
    commit(facts: readonly LaneFact[]): Result<readonly StoredEvent[], 'disk-failed'>;
  }
> {
  const { kit, roster, file, listen } = options;
  const store = unwrap(openStore({ file, key: Uint8Array.from(kit.databaseKey), migrations: MIGRATIONS }));
  const ledger = unwrap(
    Ledger.open(store, {
      election: options.election ?? 'mock-2026',
      station: '101',
      device: kit.device,
      mock: true,
      key: deviceKeyFromSeed(kit.ledgerSeed),
      clock: systemClock(),
    }),
  );
  const commit = (facts: readonly LaneFact[]): Result<readonly StoredEvent[], 'disk-failed'> => {
    const committed = ledger.commit(
      facts.map((fact) => ({
        kind: fact.type === 'identified' ? 'identification' : 'other',
        period: 1,
        centre: { type: fact.type },
        private: { fact },
      })),
    );
    return committed.ok ? ok(committed.value) : err('disk-failed');
  };
  const { lanes, port } = await Lanes.start({
    ...{ lane: kit.lane, ledger, store, roster, listen },
    version: options.version ?? '1',
    certificate: kit.certificate,
    codeSeed: kit.codeSeed,
    homeOf: (voter) => Number(voter.slice(1, voter.indexOf('-'))),
    record: commit,
    factOf: ({ fact }) => (fact === undefined ? null : (fact as unknown as LaneFact)),
    multicast: options.multicast ?? false,
    witness: null,
    clock: systemClock(),
    // All lanes share one thread: what keeps it busy must not look like a lane that doesn't answer.
    timer: options.timer ?? systemTimer(1, 20),
    random: Math.random,
    changed: () => {},
  });
  return { lanes, ledger, store, port, commit };
}

/** Lanes of a station over real sockets, each with an encrypted database, and nothing of a station around them. */
export class LanesBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'tizme-lanes-'));
  readonly #kit: BenchLane[] = [];
  readonly #addresses = new Map<number, string>();
  readonly #running = new Set<RunningLane>();

  static async provision(count: number): Promise<LanesBench> {
    const bench = new LanesBench();
    for (let lane = 1; lane <= count; lane += 1) bench.#kit.push(await newBenchLane(lane));
    return bench;
  }

  kit(lane: number): BenchLane {
    const found = this.#kit[lane - 1];
    if (found === undefined) throw new RangeError('no such lane');
    return found;
  }

  roster(): LaneRoster {
    return benchRoster(this.#kit, (lane) => this.#addresses.get(lane) ?? null);
  }

  /** Voters are named `v<lane>-...`, and belong to that lane. */
  async start(
    lane: number,
    changes: Partial<Pick<BenchLaneOptions, 'election' | 'version' | 'timer' | 'listen'>> = {},
  ): Promise<RunningLane> {
    const known = this.#addresses.get(lane);
    const { commit, ...parts } = await startBenchLane({
      kit: this.kit(lane),
      roster: this.roster(),
      file: join(this.folder, `lane-${lane}.db`),
      listen: { host: '127.0.0.1', port: Number(known?.split(':')[1] ?? 0) },
      ...changes,
    });
    const { lanes, port, store } = parts;
    this.#addresses.set(lane, `127.0.0.1:${port}`);
    const running: RunningLane = {
      ...{ lane, ...parts },
      record(facts) {
        const events = unwrap(commit(facts));
        lanes.committed(events, facts);
        return events;
      },
      stop: async () => {
        this.#running.delete(running);
        await lanes.stop();
        store.close();
      },
    };
    for (const { lanes: other } of this.#running) other.found(`127.0.0.1:${port}`);
    this.#running.add(running);
    return running;
  }

  /** The lane's program ends and starts again. */
  async restart(lane: number): Promise<RunningLane> {
    for (const one of [...this.#running]) if (one.lane === lane) await one.stop();
    return this.start(lane);
  }

  async dispose(): Promise<void> {
    for (const running of [...this.#running]) await running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function newBenchLane(lane: number): Promise<BenchLane> {
  return {
    lane,
    device: `lane-${lane}-${randomBytes(4).toString('hex')}`,
    ledgerSeed: new Uint8Array(randomBytes(32)),
    codeSeed: new Uint8Array(randomBytes(32)),
    certificate: await createLaneCertificate(),
    databaseKey: new Uint8Array(randomBytes(32)),
  };
}

export function benchRoster(
  kits: readonly BenchLane[],
  addressOf: (lane: number) => string | null,
): LaneRoster {
  return {
    shares: [],
    lanes: kits.map(({ lane, device, ledgerSeed, codeSeed, certificate }) => ({
      ...{ lane, device },
      ledgerKey: base64(deviceKeyFromSeed(ledgerSeed).publicKey),
      codeKey: base64(grantCodeKey(codeSeed)),
      certificate: certificate.certificatePem,
      address: addressOf(lane),
    })),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Resolves when it holds; asked again every few milliseconds. Rejects after five minutes. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
