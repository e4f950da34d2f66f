import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CancelTimer, Timer } from '../../domain/timer.ts';
import { headText } from '../../ledger/head.ts';
import { encodeSegment, type JournalSegment, nextSegment } from '../../ledger/journal-segment.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { IdentifiedNumbers } from './identified-numbers.ts';
import { isStick, type JournalSettings } from './journal-settings.ts';
import type { StickFile, StickProblem, StickRequest, StickResponse } from './journal-worker.ts';

/** How often it is looked whether the stick is in. */
const LOOK_EVERY_MS = 5_000;
/** What is new goes to the stick every minute. */
const LOOKS_PER_WRITE = 12;
/** Segments of one turn: after a stick was changed, everything goes again, a few thousand events at a time. */
const MOST_SEGMENTS = 8;

export interface StickJournalOptions {
  readonly settings: JournalSettings;
  readonly ledger: Ledger;
  readonly timer: Timer;
  /** What members read beside the paper list when nothing else works: numbers, and no names. */
  readonly identified: () => IdentifiedNumbers;
  /** The same as lines of text, with where and when. */
  readonly toText: (numbers: IdentifiedNumbers) => string;
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
/** For whom the segments are sealed. */
export const RECIPIENTS_FILE = 'recipients.txt';
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
  #isStopped = false;
  /** Since the last write. */
  #looks = 0;
  /** The numbers that lie on this stick; null where nobody knows. */
  #numbersThere: string | null = null;
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
    if (!isStick(options.settings.stick)) this.#turnedTo('stick-missing');
    this.#again();
  }

  /** What is wrong with it now; null while it takes what it is given. */
  problem(): StickProblem | null {
    return this.#problem;
  }

  /** Writes what is new now: at a report, at closing, and when the program ends. */
  writeNow(): Promise<void> {
    this.#looks = 0;
    this.#underWay = this.#underWay.then(() => this.#write());
    return this.#underWay;
  }

  /** Writes what is new, and nothing afterwards: whoever stops it closes the log. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.writeNow();
    await this.#worker.terminate();
  }

  /** A stick that was pulled out is told, and one that is back is written to, long before the minute is over. */
  #again(): void {
    // A turn may have been under way.
    if (this.#isStopped) return;
    this.#cancel = this.#options.timer.after(LOOK_EVERY_MS, () => {
      this.#looks += 1;
      const isOut = !isStick(this.#options.settings.stick);
      const isNews = isOut !== (this.#problem === 'stick-missing');
      const due = isNews || this.#looks >= LOOKS_PER_WRITE;
      void (due ? this.writeNow() : Promise.resolve()).then(() => this.#again());
    });
  }

  async #write(): Promise<void> {
    const { settings } = this.#options;
    this.#turnedTo(isStick(settings.stick) ? await this.#writeNew() : 'stick-missing');
  }

  #turnedTo(problem: StickProblem | null): void {
    const before = this.#problem;
    this.#problem = problem;
    // The next one may be another stick.
    if (problem !== null) this.#numbersThere = null;
    if (before !== problem) this.#options.onChange(problem);
  }

  async #writeNew(): Promise<StickProblem | null> {
    const { ledger, settings, identified, toText } = this.#options;
    const folder = stickFolder(settings.stick, ledger.identity.device);
    const files: StickFile[] = [];
    const sealedFor = recipientsText(settings.recipients);
    // A newer package names others: what lies there, they can't read, and everything is sealed once more.
    const isForThem = readOrNull(join(folder, RECIPIENTS_FILE)) === sealedFor;
    const before = isForThem ? [] : segmentsIn(folder);
    let after = isForThem ? newestSegment(folder) : null;
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
    // What other tables did changes the numbers, too, and no event of this one's log.
    const numbers = identified();
    const numbersText = JSON.stringify(numbers);
    if (last === null && this.#numbersThere === numbersText) return null;
    const text = Buffer.from(toText(numbers), 'utf8');
    files.push({ file: join(folder, IDENTIFIED_FILE), bytes: text, recipients: settings.recipients });
    if (last !== null)
      files.push({ file: join(folder, STICK_HEAD), bytes: headFile(ledger, last), recipients: null });
    const problem = await this.#ask(files);
    if (problem !== null) return problem;
    this.#numbersThere = numbersText;
    if (isForThem) return null;
    const written = new Set(files.map(({ file }) => file));
    try {
      for (const file of before) if (!written.has(file)) rmSync(file, { force: true });
    } catch {
      return 'stick-failed';
    }
    // Last: without it everything goes again.
    const bytes = Buffer.from(sealedFor, 'utf8');
    return this.#ask([{ file: join(folder, RECIPIENTS_FILE), bytes, recipients: null }]);
  }

  #ask(files: readonly StickFile[]): Promise<StickProblem | null> {
    if (this.#isGone) return Promise.resolve('stick-failed');
    this.#turns += 1;
    const request: StickRequest = { id: this.#turns, stick: this.#options.settings.stick, files };
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

/** Public keys, one a line. */
function recipientsText(recipients: readonly string[]): string {
  return `${recipients.toSorted().join('\n')}\n`;
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function segmentsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => SEGMENT.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
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
