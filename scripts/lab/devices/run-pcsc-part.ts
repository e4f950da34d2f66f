import { fileURLToPath } from 'node:url';
import { runBesideCardService } from './beside-card-service.ts';

const LIMIT_MILLISECONDS = 60_000;
const ROUND_MILLISECONDS = 60_000;

/** Runs the checks of PC/SC beside a pcscd of their own. Null, or why they did not run to their end. */
export function runPcscPart(
  rounds: number,
  onLine: (line: string) => void,
  progress: (line: string) => void,
): Promise<string | null> {
  return runBesideCardService({
    entry: fileURLToPath(new URL('./checks/pcsc-main.ts', import.meta.url)),
    arguments: ['--rounds', String(rounds)],
    limitMilliseconds: LIMIT_MILLISECONDS + rounds * ROUND_MILLISECONDS,
    onLine,
    progress,
  });
}
