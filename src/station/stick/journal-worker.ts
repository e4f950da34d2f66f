import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { assertDefined } from '../../domain/assert.ts';
import { writeWhole } from '../../store/write-whole.ts';
import { isStick } from './journal-settings.ts';
import { appendTo, type FileEnd, seal } from './write-sealed.ts';

/** The thread that seals and writes: a slow stick must not hold up a screen. */

export interface StickFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** age recipients; null for the one file that is no secret (a signed head). */
  readonly recipients: readonly string[] | null;
}

export type StickProblem = 'stick-missing' | 'stick-full' | 'stick-failed';

/** The same, and that nobody knows of a stick: the laptop's own `journal.json` is not what was written. */
export type JournalProblem = StickProblem | 'journal-settings-unreadable';

/** Goes on in one file as it was left; another lies there on a stick that was changed. */
export interface StickAppend {
  readonly id: number;
  readonly stick: string;
  readonly append: { readonly file: string; readonly end: FileEnd; readonly bytes: Uint8Array };
}

export interface StickRequest {
  readonly id: number;
  readonly stick: string;
  /** Written in this order, so that a head is never on the stick before what it vouches for. */
  readonly files: readonly StickFile[];
}

export interface StickResponse {
  readonly id: number;
  readonly problem: StickProblem | null;
}

const UNFINISHED_PIECE = /^\.\d+-\d+\.age\.unfinished$/;

const port = assertDefined(parentPort, 'parent port of a journal worker');
/** One after the other: what is asked for later is on the stick later. */
let turn: Promise<void> = Promise.resolve();
port.on('message', (request: StickRequest | StickAppend) => {
  turn = turn.then(async () => {
    const problem = 'files' in request ? await write(request) : append(request);
    const response: StickResponse = { id: request.id, problem };
    port.postMessage(response);
  });
});

async function write({ stick, files }: StickRequest): Promise<StickProblem | null> {
  try {
    for (const { file, bytes, recipients } of files) {
      const sealed = recipients === null ? bytes : await seal(recipients, bytes);
      // Pulled out since it was asked for: its folder may stand there still, on the laptop's own disk.
      if (!isStick(stick)) return 'stick-missing';
      forgetUnfinished(dirname(file));
      writeWhole(file, sealed);
      bytes.fill(0);
    }
    return null;
  } catch (cause) {
    return problemOf(cause);
  }
}

/** Pieces that a power cut left half written: the next one has another name, and they would take up room for good. */
function forgetUnfinished(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder))
    if (UNFINISHED_PIECE.test(name)) rmSync(join(folder, name), { force: true });
}

function append({ stick, append: { file, end, bytes } }: StickAppend): StickProblem | null {
  try {
    if (!isStick(stick)) return 'stick-missing';
    return appendTo(file, end, bytes) ? null : 'stick-missing';
  } catch (cause) {
    return problemOf(cause);
  }
}

function problemOf(cause: unknown): StickProblem {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'stick-full';
  return code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' ? 'stick-missing' : 'stick-failed';
}
