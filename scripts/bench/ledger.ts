import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { exportLedger } from '../../src/ledger/export-ledger.ts';
import { fileHeadMark } from '../../src/ledger/head-mark.ts';
import { Ledger, type NewEvent } from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/store/clock.ts';
import { randomKey } from '../../src/store/keys.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { WritableStore } from '../../src/store/store.ts';
import type { CommandIo } from '../command-io.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { buildVerifierPage } from '../verifier-page.ts';
import { atMost, type BenchmarkResult, type Figure, percentile, plain } from './benchmark.ts';
import { drawNation, nationalRoot } from './ledger-national.ts';
import { startFigures } from './ledger-start.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/station', import.meta.url));
const TIZME = fileURLToPath(new URL('../tizme.js', import.meta.url));
/** A station's day: 10,000 events, in commits of one to five, with a checkpoint printed each hour. */
const STATION_EVENTS = 10_000;
const REPORTS = 13;

/** `tizme bench ledger`: commit to confirmation beside a bare commit; verification by command and page; national root. */
export async function benchLedger(options: {
  readonly commits: number;
  readonly nationalEvents: number;
  readonly startVoters: number;
  readonly directory: string;
  readonly io: CommandIo;
}): Promise<BenchmarkResult> {
  const { commits, nationalEvents, startVoters, directory, io } = options;
  const figures: Figure[] = [];
  io.progress('commits, ours and bare ones in turn');
  figures.push(...(await commitFigures(directory, commits)));
  io.progress(`a station's ledger of ${STATION_EVENTS} events`);
  const station = await writeStation(directory);
  figures.push(...commandFigures(station));
  io.progress('the same in the browser page');
  figures.push(...(await pageFigures(directory, station)));
  io.progress(`a lane with ${startVoters} voters, started again`);
  figures.push(...startFigures(directory, startVoters));
  io.progress(`drawing ${nationalEvents} events of a nation (not timed)`);
  const nation = drawNation(directory, nationalEvents, (drawn) => io.progress(`\r${drawn} events drawn`));
  io.progress('the root over all of them');
  const { seconds, rootBase64 } = nationalRoot(nation);
  io.progress(`national root ${rootBase64}`);
  figures.push(atMost(`national root over ${nationalEvents} events`, seconds, 's', 60));
  return { name: 'ledger', figures };
}

function identification(i: number): NewEvent {
  return {
    kind: i % 7 === 0 ? 'identification' : 'other',
    period: 8 + Math.floor((12 * i) / STATION_EVENTS),
    centre: {
      type: 'identified',
      sex: 'female',
      ageGroup: '26-35',
      hour: 8,
      method: 'finger',
      exception: null,
    },
    private: {
      type: 'identified',
      handover: '0f8b8f3e-7d8c-4d3e-8f64-6d3f0a9f0a11',
      voter: `voter-${i}`,
      note: '',
      people: [],
      operator: 'operator-1',
    },
  };
}

function openBenchLedger(directory: string): { readonly store: WritableStore; readonly ledger: Ledger } {
  const store = unwrap(
    openStore({ file: join(directory, 'ledger.db'), key: randomKey(), migrations: MIGRATIONS }),
  );
  const ledger = Ledger.open(store, {
    election: 'bench',
    station: '1001',
    device: 'lane-1',
    mock: true,
    key: deviceKeyFromSeed(createDeviceSeed()),
    clock: systemClock(),
    mark: fileHeadMark(join(directory, 'ledger.head')),
  });
  return { store, ledger: unwrap(ledger) };
}

/**
 * One row into a plain SQLite file, WAL and FULL, beside one event with its projection, signature and encryption. Between
 * two commits the program has its turn, as between two voters; what it does then is told, too.
 */
async function commitFigures(directory: string, commits: number): Promise<Figure[]> {
  const bare = new Database(join(directory, 'bare.db'));
  bare.pragma('journal_mode = WAL');
  bare.pragma('synchronous = FULL');
  bare.exec('CREATE TABLE act (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT');
  const insert = bare.prepare('INSERT INTO act (content) VALUES (?)');
  const content = Buffer.alloc(600, 7);
  const { store, ledger } = openBenchLedger(directory);
  const [bareMs, ledgerMs, afterMs]: [number[], number[], number[]] = [[], [], []];
  const commitBare = (): void => {
    bareMs.push(timed(() => insert.run(content)));
  };
  const commitOurs = (i: number): void => {
    const act = (): unknown =>
      unwrap(
        ledger.commit([identification(i)], (within) => {
          within.run('INSERT INTO day_state (key, value) VALUES (?, ?)', [`act-${i}`, 'identified']);
        }),
      );
    ledgerMs.push(timed(act));
  };
  for (let i = 0; i < commits; i += 1) {
    // Neither is always the one that finds the disk and the caches as the pause has left them.
    if (i % 2 === 0) commitBare();
    commitOurs(i);
    if (i % 2 === 1) commitBare();
    const committed = performance.now();
    await setImmediate();
    afterMs.push(performance.now() - committed);
  }
  bare.close();
  store.close();
  const [ours, theirs] = [percentile(ledgerMs, 0.99), percentile(bareMs, 0.99)];
  return [
    plain(`bare SQLite commit, FULL, p50 of ${commits}`, percentile(bareMs, 0.5), 'ms'),
    plain('bare SQLite commit, FULL, p99', theirs, 'ms'),
    plain('event commit to confirmation, encrypted, FULL, p50', percentile(ledgerMs, 0.5), 'ms'),
    plain('event commit to confirmation, encrypted, FULL, p99', ours, 'ms'),
    plain('put off until after the confirmation, longest', Math.max(...afterMs), 'ms'),
    atMost('event commit, p99 beside a bare one', ours / theirs, 'x', 2),
  ];
}

interface BenchStation {
  readonly publicExport: string;
  readonly fullExport: string;
  /** Files with what was photographed at each report. */
  readonly checkpoints: readonly string[];
}

async function writeStation(directory: string): Promise<BenchStation> {
  const folder = join(directory, 'station');
  const store = unwrap(
    openStore({ file: join(directory, 'station.db'), key: randomKey(), migrations: MIGRATIONS }),
  );
  const ledger = unwrap(
    Ledger.open(store, {
      election: 'bench',
      station: '1001',
      device: 'lane-1',
      mock: true,
      key: deviceKeyFromSeed(createDeviceSeed()),
      clock: systemClock(),
    }),
  );
  const checkpoints: string[] = [];
  let size = 0;
  for (let commit = 0; size < STATION_EVENTS; commit += 1) {
    const count = Math.min(1 + (commit % 5), STATION_EVENTS - size);
    unwrap(ledger.commit(Array.from({ length: count }, (_, i) => identification(size + i))));
    size += count;
    if (size > ((checkpoints.length + 1) * STATION_EVENTS) / (REPORTS + 1)) {
      const file = join(directory, `checkpoint-${checkpoints.length + 1}.txt`);
      writeFileSync(file, ledger.checkpoint().note);
      checkpoints.push(file);
    }
  }
  unwrap(await exportLedger(ledger, `${folder}-public`, { level: 'public' }));
  unwrap(await exportLedger(ledger, `${folder}-full`, { level: 'full' }));
  store.close();
  return { publicExport: `${folder}-public`, fullExport: `${folder}-full`, checkpoints };
}

/** The whole command as somebody runs it, the start of Node included; the slowest of three. */
function commandFigures({ publicExport, fullExport, checkpoints }: BenchStation): Figure[] {
  const kept = checkpoints.flatMap((file) => ['--checkpoint', file]);
  const run = (directory: string): number =>
    timed(() => {
      const { status } = spawnSync(process.execPath, [TIZME, 'ledger', 'verify', directory, ...kept]);
      if (status !== 0) throw new Error('the export of the benchmark verifies');
    });
  const slowest = (directory: string): number =>
    Math.max(run(directory), run(directory), run(directory)) / 1000;
  const what = `verify ${STATION_EVENTS} events and ${checkpoints.length} checkpoints by the command`;
  return [
    atMost(`${what}, public`, slowest(publicExport), 's', 1),
    atMost(`${what}, full`, slowest(fullExport), 's', 1),
  ];
}

/** From the press of the button to the verdict, in Chromium, files already chosen; the slowest of three. */
async function pageFigures(
  directory: string,
  { publicExport, fullExport, checkpoints }: BenchStation,
): Promise<Figure[]> {
  const { readFileSync } = await import('node:fs');
  const { chromium } = await import('@playwright/test');
  const file = join(directory, 'verify.html');
  writeFileSync(file, await buildVerifierPage());
  const browser = await chromium.launch({
    executablePath: assertDefined(findChromium() ?? undefined, 'Chromium on this machine'),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    const check = async (exported: string): Promise<number> => {
      await page.locator('#export').setInputFiles(exported);
      await page
        .locator('#checkpoints')
        .fill(checkpoints.map((kept) => readFileSync(kept, 'utf8')).join('\n'));
      await page.locator('#check').click();
      const verdict = await page.locator('#verdict.right').textContent();
      const milliseconds = await page.locator('#result').getAttribute('data-milliseconds');
      if (verdict === null) throw new Error('the export of the benchmark matches');
      return Number(milliseconds) / 1000;
    };
    const slowest = async (exported: string): Promise<number> =>
      Math.max(await check(exported), await check(exported), await check(exported));
    const what = `the same in the browser page`;
    return [
      atMost(`${what}, public`, await slowest(publicExport), 's', 3),
      atMost(`${what}, full`, await slowest(fullExport), 's', 3),
    ];
  } finally {
    await browser.close();
  }
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
