import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { type BenchmarkResult, exactly, plain } from '../benchmark.ts';
import { playForged } from './play-forged.ts';

/** Uploads that no device made, or made before; the whole database is compared before and after. */
export async function benchForged(options: {
  readonly engine: 'sqlite' | 'postgres';
  readonly uploads: number;
  readonly seed: number;
  readonly directory: string;
  readonly io: CommandIo;
}): Promise<BenchmarkResult> {
  const { uploads, io } = options;
  const { answers, wrongAnswers, changedTables, blockedDevices } = await playForged({
    ...options,
    onUpload: (done) => io.progress(progressBar('forged', done, uploads)),
  });
  if (wrongAnswers.length > 0) io.progress(`answered wrongly: ${[...new Set(wrongAnswers)].join(', ')}`);
  if (changedTables.length > 0) io.progress(`changed: ${changedTables.join(', ')}`);
  return {
    name: 'collector-forged',
    figures: [
      plain('uploads', uploads, 'uploads'),
      ...[...answers].map(([answer, count]) => plain(`answered: ${answer}`, count, 'uploads')),
      exactly('accepted although forged', wrongAnswers.length, 'uploads'),
      exactly('tables that are not what they were', changedTables.length, 'tables'),
      exactly('devices whose true events were refused afterwards', blockedDevices, 'devices'),
    ],
  };
}
