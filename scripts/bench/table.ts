import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import type { BenchmarkResult } from './benchmark.ts';

/** An option that takes a whole number, or one of a few words. */
export type BenchmarkOption =
  | {
      readonly name: string;
      readonly what: string;
      readonly default: number;
      readonly least: number;
      readonly most: number;
    }
  | {
      readonly name: string;
      readonly what: string;
      readonly default: string;
      readonly choices: readonly string[];
    };

/** What a benchmark is run with: its options were checked against their bounds. */
export interface BenchmarkRequest {
  count(option: string): number;
  choice(option: string): string;
  /** Empty where the benchmark takes none. */
  readonly folders: readonly string[];
  /** A fresh folder that is removed afterwards. */
  readonly directory: string;
  readonly io: CommandIo;
}

export type RunBenchmark = (request: BenchmarkRequest) => Promise<Result<BenchmarkResult, string>>;

export interface Benchmark {
  readonly name: string;
  readonly summary: string;
  /** Whether it takes folders after its name. */
  readonly folders?: true;
  readonly options: readonly BenchmarkOption[];
  /** Loaded when it is run. */
  readonly load: () => Promise<RunBenchmark>;
}

const ENGINE_OPTION: BenchmarkOption = {
  name: 'store',
  what: 'a file, or a server that is started for it',
  default: 'sqlite',
  choices: ['sqlite', 'postgres'],
};

/** Every benchmark that exists, in the order of `tizme bench --help`. */
export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'desk',
    summary: 'time from document to decision, cold start, memory of each process',
    options: [
      { name: 'voters', what: 'voters whose time is measured', default: 300, least: 24, most: 10_000 },
      {
        name: 'memory-voters',
        what: 'voters after whom the memory is read',
        default: 2500,
        least: 24,
        most: 10_000,
      },
    ],
    load: async () => {
      const { benchDesk } = await import('./desk.ts');
      return async ({ count, directory, io }) =>
        ok(await benchDesk({ voters: count('voters'), memoryVoters: count('memory-voters'), directory, io }));
    },
  },
  {
    name: 'fingerprint',
    summary: 'error rates and times of folders of <finger>_<impression> images; 1:N search, synthetic',
    folders: true,
    options: [
      {
        name: 'templates',
        what: 'templates of the synthetic gallery',
        default: 20_000,
        least: 200,
        most: 1_000_000,
      },
    ],
    load: async () => {
      const { benchFingerprint } = await import('./fingerprint.ts');
      return ({ count, folders, io }) => benchFingerprint({ folders, templates: count('templates'), io });
    },
  },
  {
    name: 'register',
    summary:
      'import beside SQLite alone, look-ups, name search and its quality, national index; on disk, encrypted',
    options: [
      {
        name: 'voters',
        what: 'voters; 0 for 2500, 10000 and 100000',
        default: 0,
        least: 0,
        most: 10_000_000,
      },
      {
        name: 'queries',
        what: 'look-ups, searches, misspellings',
        default: 5000,
        least: 10,
        most: 1_000_000,
      },
      { name: 'index', what: 'the national index', default: 'measured', choices: ['measured', 'left-out'] },
    ],
    folders: true,
    load: async () => {
      const { benchRegister, USUAL_SIZES } = await import('./register/register.ts');
      return async ({ count, choice, folders, directory, io }) => {
        const sizes = count('voters') === 0 ? USUAL_SIZES : [count('voters')];
        const [list = null] = folders;
        const index = choice('index') === 'measured';
        return ok(benchRegister({ sizes, queries: count('queries'), directory, list, index, io }));
      };
    },
  },
  {
    name: 'document',
    summary: 'reading a chip with a face of 20 kB: the software beside a contactless link',
    options: [
      { name: 'readings', what: 'readings of each emulated passport', default: 20, least: 1, most: 10_000 },
    ],
    load: async () => {
      const { benchDocument } = await import('./document.ts');
      return async ({ count, io }) => ok(await benchDocument({ readings: count('readings'), io }));
    },
  },
  {
    name: 'ledger',
    summary: 'commit beside a bare commit; verification by command and page; start of a lane; national root',
    options: [
      { name: 'commits', what: 'commits of each kind', default: 10_000, least: 100, most: 1_000_000 },
      {
        name: 'national',
        what: 'events under the national root',
        default: 5_000_000,
        least: 1000,
        most: 100_000_000,
      },
      {
        name: 'start-voters',
        what: 'voters of a lane that is started again',
        default: 2500,
        least: 10,
        most: 100_000,
      },
    ],
    load: async () => {
      const { benchLedger } = await import('./ledger.ts');
      return async ({ count, directory, io }) => {
        const [commits, nationalEvents] = [count('commits'), count('national')];
        const startVoters = count('start-voters');
        return ok(await benchLedger({ commits, nationalEvents, startVoters, directory, io }));
      };
    },
  },
  {
    name: 'lanes',
    summary: 'lanes of one station over TLS: grants, agreement, convergence after a cut, hostile messages',
    options: [
      { name: 'lanes', what: 'lanes', default: 4, least: 2, most: 10 },
      { name: 'grants', what: 'grants that are measured', default: 300, least: 10, most: 100_000 },
      { name: 'events', what: 'events of each lane during the cut', default: 1000, least: 10, most: 100_000 },
      { name: 'messages', what: 'hostile messages', default: 100_000, least: 100, most: 10_000_000 },
    ],
    load: async () => {
      const { benchLanes } = await import('./lanes.ts');
      return ({ count, io }) =>
        benchLanes({
          lanes: count('lanes'),
          grants: count('grants'),
          events: count('events'),
          messages: count('messages'),
          io,
        });
    },
  },
  {
    name: 'package',
    summary: 'packages of a country from a register on the disk; one large package opened and provisioned',
    options: [
      {
        name: 'stations',
        what: 'stations of 1,642 voters that are built (2620: the whole country)',
        default: 52,
        least: 1,
        most: 2620,
      },
    ],
    load: async () => {
      const { benchPackage } = await import('./package.ts');
      return ({ count, directory, io }) => benchPackage({ stations: count('stations'), directory, io });
    },
  },
  {
    name: 'collector',
    summary: 'intake over TLS with full verification, client on the same machine',
    options: [
      {
        name: 'events',
        what: 'events that are taken in',
        default: 100_000,
        least: 1000,
        most: 100_000_000,
      },
      ENGINE_OPTION,
      {
        name: 'collectors',
        what: 'on one server; more than one wants postgres',
        default: 1,
        least: 1,
        most: 8,
      },
    ],
    load: async () => {
      const { benchCollector } = await import('./collector.ts');
      return async ({ count, choice, directory, io }) => {
        const engine = choice('store') === 'postgres' ? 'postgres' : 'sqlite';
        const [events, collectors] = [count('events'), count('collectors')];
        if (collectors > 1 && engine === 'sqlite') return err('a file has one collector');
        return ok(await benchCollector({ events, collectors, engine, directory, io }));
      };
    },
  },
  {
    name: 'collector-kills',
    summary: 'kill -9 of collectors and of PostgreSQL in the middle of intake',
    options: [
      { name: 'kills', what: 'kills', default: 200, least: 1, most: 100_000 },
      { name: 'seed', what: 'of what is killed when', default: 20_261_122, least: 0, most: 2 ** 31 },
      ENGINE_OPTION,
    ],
    load: async () => {
      const { benchKills } = await import('./collector-kills/bench-kills.ts');
      return async ({ count, choice, directory, io }) => {
        const engine = choice('store') === 'postgres' ? 'postgres' : 'sqlite';
        return ok(await benchKills({ engine, kills: count('kills'), seed: count('seed'), directory, io }));
      };
    },
  },
  {
    name: 'collector-forged',
    summary: 'forged, replayed, reordered and truncated uploads; the database before and after',
    options: [
      { name: 'uploads', what: 'uploads', default: 100_000, least: 100, most: 100_000_000 },
      { name: 'seed', what: 'of what is forged', default: 7, least: 0, most: 2 ** 31 },
      ENGINE_OPTION,
    ],
    load: async () => {
      const { benchForged } = await import('./collector-forged/bench-forged.ts');
      return async ({ count, choice, directory, io }) => {
        const engine = choice('store') === 'postgres' ? 'postgres' : 'sqlite';
        return ok(
          await benchForged({ engine, uploads: count('uploads'), seed: count('seed'), directory, io }),
        );
      };
    },
  },
  {
    name: 'collector-restart',
    summary:
      'a collector with a large file that is killed: back after seconds, and damage found all the same',
    options: [
      {
        name: 'events',
        what: 'events in the file, some 370 bytes each',
        default: 3_000_000,
        least: 10_000,
        most: 30_000_000,
      },
    ],
    load: async () => {
      const { benchRestart } = await import('./collector-restart.ts');
      return async ({ count, directory, io }) =>
        ok(await benchRestart({ events: count('events'), directory, io }));
    },
  },
  {
    name: 'collector-herd',
    summary: 'a whole country that comes back at once, over TLS; doubles, dashboard, memory',
    options: [
      { name: 'devices', what: 'laptops', default: 10_000, least: 8, most: 20_000 },
      {
        name: 'identifications',
        what: 'on all of them; three events each',
        default: 5_000_000,
        least: 100,
        most: 20_000_000,
      },
      ENGINE_OPTION,
    ],
    load: async () => {
      const { benchHerd } = await import('./herd/bench-herd.ts');
      return async ({ count, choice, directory, io }) => {
        const engine = choice('store') === 'postgres' ? 'postgres' : 'sqlite';
        const [devices, identifications] = [count('devices'), count('identifications')];
        return ok(await benchHerd({ devices, identifications, engine, directory, io }));
      };
    },
  },
  {
    name: 'devices',
    summary: 'each scanner driver against its wire, an exchange with a card, a quiet desk',
    options: [
      { name: 'seconds', what: 'seconds that each scanner is streamed', default: 15, least: 2, most: 3_600 },
    ],
    load: async () => {
      const { benchDevices } = await import('./devices.ts');
      return async ({ count, io }) => ok(await benchDevices({ seconds: count('seconds'), io }));
    },
  },
];
