import { join } from 'node:path';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { unwrap } from '../../src/domain/result.ts';
import { startFingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { localTime } from '../../src/station/local-time.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import type { DayOptions } from '../mock-day/play-day.ts';
import { progressBar } from '../progress.ts';
import { buildScreensWhenNeeded } from '../start/build-screens.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { atMost, type BenchmarkResult, percentile, plain } from './benchmark.ts';
import { measureDeskLatency } from './desk-latency.ts';
import { measureHostedDesk } from './hosted-desk.ts';

export interface DeskBenchmarkOptions {
  /** Voters whose time is measured. */
  readonly voters: number;
  /** Voters after whom the memory is read. */
  readonly memoryVoters: number;
  /** A folder of the benchmark's own. */
  readonly directory: string;
  readonly io: CommandIo;
}

/** Different hands in the long day; its voters share them, so that drawing doesn't take an hour. */
const HANDS_OF_THE_LONG_DAY = 60;
const SPEED_OF_THE_LONG_DAY = 40;

/** The desk: the software's own share of a voter's time, the cold start, and memory after a station's whole list. */
export async function benchDesk(options: DeskBenchmarkOptions): Promise<BenchmarkResult> {
  const { voters, memoryVoters, io } = options;
  const program = findProgramFiles();
  const fingers = drawnFingers({ cacheDirectory: join(dataDirectory(), 'cache', 'fingers') });
  const electionDate = localTime(Date.now(), 'Asia/Bishkek').date;

  const latencyElection = generateElection({ voters, seed: 1, electionDate });
  const latencyPackage = join(options.directory, 'latency-package');
  const bar = (label: string) => (done: number, of: number) => io.progress(progressBar(label, done, of));
  unwrap(
    await writeElection(latencyPackage, latencyElection, {
      fingers,
      onProgress: (step, done, of) => io.progress(progressBar(step, done, of)),
    }),
  );
  const workers = startFingerprintWorkers({ size: 1, entry: program.fingerprintWorkerEntry });
  const day: DayOptions = {
    election: latencyElection,
    electionPackage: unwrap(readElection(latencyPackage)),
    fingers,
    workers,
    directory: options.directory,
    migrationsDirectory: program.migrationsDirectory,
    fontsDirectory: program.fontsDirectory,
    exportDirectory: null,
    stickRecipient: null,
    collector: null,
    lanes: 1,
    seed: 1,
    faults: false,
    progress: bar('latency'),
  };
  const latency = await measureDeskLatency(day);
  await workers.close();

  const longElection = generateElection({
    voters: memoryVoters,
    seed: 2,
    electionDate,
    fingerPool: HANDS_OF_THE_LONG_DAY,
  });
  const longPackage = join(options.directory, 'long-package');
  unwrap(
    await writeElection(longPackage, longElection, {
      fingers,
      onProgress: (step, done, of) => io.progress(progressBar(step, done, of)),
    }),
  );
  if (!program.bundled) await buildScreensWhenNeeded(program.screensDirectory, io);
  const hosted = await measureHostedDesk({
    election: longElection,
    electionPackage: unwrap(readElection(longPackage)),
    directory: options.directory,
    program,
    speed: SPEED_OF_THE_LONG_DAY,
    progress: bar('long day'),
  });
  const hostMegabytes = process.memoryUsage().rss / 1024 / 1024;
  return {
    name: 'desk',
    figures: [
      plain('document to voter, software, p50', percentile(latency.lookUp, 0.5), 'ms'),
      plain('document to voter, software, p99', percentile(latency.lookUp, 0.99), 'ms'),
      plain('finger to decision, software, p50', percentile(latency.decision, 0.5), 'ms'),
      plain('finger to decision, software, p99', percentile(latency.decision, 0.99), 'ms'),
      plain('document to decision, software, p50', percentile(latency.total, 0.5), 'ms'),
      atMost('document to decision, software, p99', percentile(latency.total, 0.99), 'ms', 400),
      plain('voters in these percentiles', latency.total.length, 'voters'),
      atMost('cold start to a desk that takes PINs, without the browser', hosted.coldStartSeconds, 's', 3),
      ...(hosted.paintedSeconds === null
        ? []
        : [atMost('cold start to a desk on the screen, with Chromium', hosted.paintedSeconds, 's', 3)]),
      plain('station process after the long day', hosted.stationMegabytes, 'MB'),
      plain('devices process (simulated) after the long day', hosted.devicesMegabytes, 'MB'),
      plain('voters of the long day', hosted.voters, 'voters'),
      plain('host, with this benchmark in it', hostMegabytes, 'MB'),
      atMost(
        'station and devices, the host not counted',
        hosted.stationMegabytes + hosted.devicesMegabytes,
        'MB',
        600,
      ),
    ],
  };
}
