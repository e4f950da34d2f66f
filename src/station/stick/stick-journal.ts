import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CancelTimer, Timer } from '../../domain/timer.ts';
import { headText } from '../../ledger/head.ts';
import { encodeSegment, type JournalSegment, nextSegment } from '../../ledger/journal-segment.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { isStick, type JournalSettings } from './journal-settings.ts';
import type { StickFile, StickProblem, StickRequest, StickResponse } from './journal-worker.ts';

/** How often what is new goes to the stick. */
const EVERY_MS = 60_000;
/** Segments of one turn: after a stick was changed, everything goes again, a few thousand events at a time. */
const MOST_SEGMENTS = 8;

export interface StickJournalOptions {
  readonly settings: JournalSettings;
  readonly ledger: Ledger;
  readonly timer: Timer;
  /** What members read beside the paper list when nothing else works: numbers, and no names. */
  readonly identifiedText: () => string;
  /** Told when it begins to fail, and when it works again. */
  readonly onChange: (problem: StickProblem | null) => void;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

/** `journal-worker.ts` from sources, `journal-worker.js` beside the bundle. */
export const JOURNAL_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './journal-worker.ts' : './journal-worker.js',
  import.meta.url,
);

/** The folder of a device on a stick. */
export function stickFolder(stick: string, device: string): string {
  return join(stick, 'tizme-journal', device);
}

/** The newest head on the stick, in clear: where an old copy of a disk is told by. */
export const STICK_HEAD = 'head.txt';
export const IDENTIFIED_FILE = 'identified.age';
const SEGMENT = /^(\d+)-(\d+)\.age$/;

/**
 * Every minute the new part of the log goes to the stick, sealed to the members' keys: should the laptop be lost,
 * the day is not. Sealing and writing happen in a thread of their own.
 */
export class StickJournal {
  readonly #options: StickJournalOptions;
  readonly #worker: Worker;
  #cancel: CancelTimer = () => {};
  #problem: StickProblem | null = null;
  #turns = 0;
  #isGone = false;
  #underWay: Promise<void> = Promise.resolve();
  #answers = new Map<number, (problem: StickProblem | null) => void>();

  constructor(options: StickJournalOptions) {
    this.#options = options;
    this.#worker = new Worker(options.entry ?? JOURNAL_WORKER);
    this.#worker.unref();
    this.#worker.on('message', ({ id, problem }: StickResponse) => this.#answer(id, problem));
    // A thread that is gone answers nothing any more.
    for (const end of ['error', 'exit'] as const) {
      this.#worker.on(end, () => {
        this.#isGone = true;
        for (const id of [...this.#answers.keys()]) this.#answer(id, 'stick-failed');
      });
    }
    this.#again();
  }

  problem(): StickProblem | null {
    return this.#problem;
  }

  /** Writes what is new now: at a report, at closing, and when the program ends. */
  writeNow(): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#write());
    return this.#underWay;
  }

  async stop(): Promise<void> {
    this.#cancel();
    await this.writeNow();
    await this.#worker.terminate();
  }

  #again(): void {
    this.#cancel = this.#options.timer.after(EVERY_MS, () => {
      void this.writeNow().then(() => this.#again());
    });
  }

  async #write(): Promise<void> {
    const { settings, onChange } = this.#options;
    const problem = isStick(settings.stick) ? await this.#writeNew() : 'stick-missing';
    const before = this.#problem;
    this.#problem = problem;
    if (before !== problem) onChange(problem);
  }

  async #writeNew(): Promise<StickProblem | null> {
    const { ledger, settings, identifiedText } = this.#options;
    const folder = stickFolder(settings.stick, ledger.identity.device);
    const files: StickFile[] = [];
    let after = newestSegment(folder);
    let last: JournalSegment | null = null;
    while (files.length < MOST_SEGMENTS) {
      const segment = nextSegment(ledger, after);
      if (!segment.ok) return 'stick-failed';
      if (segment.value === null) break;
      last = segment.value;
      after = { epoch: last.head.epoch, seq: last.head.seq };
      const file = join(folder, `${after.epoch}-${String(after.seq).padStart(7, '0')}.age`);
      files.push({ file, bytes: encodeSegment(last), recipients: settings.recipients });
    }
    if (last === null) return null;
    const text = Buffer.from(identifiedText(), 'utf8');
    files.push({ file: join(folder, IDENTIFIED_FILE), bytes: text, recipients: settings.recipients });
    files.push({ file: join(folder, STICK_HEAD), bytes: headFile(ledger, last), recipients: null });
    return this.#ask(files);
  }

  #ask(files: readonly StickFile[]): Promise<StickProblem | null> {
    if (this.#isGone) return Promise.resolve('stick-failed');
    this.#turns += 1;
    const request: StickRequest = { id: this.#turns, files };
    return new Promise((resolve) => {
      this.#answers.set(request.id, resolve);
      this.#worker.postMessage(request);
    });
  }

  #answer(id: number, problem: StickProblem | null): void {
    this.#answers.get(id)?.(problem);
    this.#answers.delete(id);
  }
}

/** As `fileHeadMark` reads it. */
function headFile(ledger: Ledger, { head }: JournalSegment): Uint8Array {
  const signature = Buffer.from(head.signature).toString('base64');
  return Buffer.concat([headText(ledger.identity, head), Buffer.from(`${signature}\n`, 'utf8')]);
}

/** Where the segments on the stick end; null for a stick that has none of this device. */
function newestSegment(folder: string): { readonly epoch: number; readonly seq: number } | null {
  try {
    const ends = readdirSync(folder)
      .map((name) => SEGMENT.exec(name))
      .filter((match) => match !== null)
      .map(([, epoch, seq]) => ({ epoch: Number(epoch), seq: Number(seq) }));
    return ends.toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq).at(-1) ?? null;
  } catch {
    return null;
  }
}
