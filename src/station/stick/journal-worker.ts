import { parentPort } from 'node:worker_threads';
import { assertDefined } from '../../domain/assert.ts';
import { seal, writeWhole } from './write-sealed.ts';

/** The thread that seals and writes: a slow stick must not hold up a screen. */

export interface StickFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** age recipients; null for the one file that is no secret (a signed head). */
  readonly recipients: readonly string[] | null;
}

export type StickProblem = 'stick-missing' | 'stick-full' | 'stick-failed';

export interface StickRequest {
  readonly id: number;
  /** Written in this order, so that a head is never on the stick before what it vouches for. */
  readonly files: readonly StickFile[];
}

export interface StickResponse {
  readonly id: number;
  readonly problem: StickProblem | null;
}

const port = assertDefined(parentPort, 'parent port of a journal worker');
port.on('message', ({ id, files }: StickRequest) => {
  void write(files).then((problem) => {
    const response: StickResponse = { id, problem };
    port.postMessage(response);
  });
});

async function write(files: readonly StickFile[]): Promise<StickProblem | null> {
  try {
    for (const { file, bytes, recipients } of files) {
      writeWhole(file, recipients === null ? bytes : await seal(recipients, bytes));
      bytes.fill(0);
    }
    return null;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'ENOSPC' || code === 'EDQUOT') return 'stick-full';
    return code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' ? 'stick-missing' : 'stick-failed';
  }
}
