import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { type BenchmarkResult, exactly, plain } from '../benchmark.ts';
import { playKills } from './play-kills.ts';

/** kill -9 of collectors and of PostgreSQL in the middle of intake. */
export async function benchKills(options: {
  readonly engine: 'sqlite' | 'postgres';
  readonly kills: number;
  readonly seed: number;
  readonly directory: string;
  readonly io: CommandIo;
}): Promise<BenchmarkResult> {
  const { kills, io } = options;
  const result = await playKills({
    ...options,
    onKill: (done) => io.progress(progressBar('kills', done, kills)),
  });
  return {
    name: 'collector-kills',
    figures: [
      plain('kills of a collector', result.collectorKills, 'kills'),
      plain('kills of PostgreSQL', result.serverKills, 'kills'),
      plain('events acknowledged', result.acknowledged, 'events'),
      exactly('acknowledged events lost', result.lost, 'events'),
      exactly('events doubled, or counted twice', result.doubled, 'events'),
      exactly('events that are not what was sent', result.wrong, 'events'),
      exactly('ranges set aside or alarms', result.setAside, 'ranges'),
    ],
  };
}
