import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LogHead } from '../../sync/lanes/lane-log.ts';
import type { WitnessMedium } from '../../sync/lanes/lane-ports.ts';
import type { StationRange } from '../../sync/lanes/station-log/station-range.ts';
import { openAct, readActs, type SealedAct, sealAct } from './act-file.ts';
import { isStick, type JournalSettings } from './journal-settings.ts';
import type { StickAppend, StickRequest, StickResponse } from './journal-worker.ts';
import { JOURNAL_WORKER, stickFolder } from './stick-journal.ts';
import { endAfter, type FileEnd, fileEnd } from './write-sealed.ts';

export const ACTS_FILE = 'acts.bin';
/** The key of the acts, sealed to the members: should the laptop be lost, the last minute isn't either. */
export const ACTS_KEY_FILE = 'acts-key.age';

export interface ActMediumOptions {
  readonly settings: JournalSettings;
  readonly lane: number;
  readonly device: string;
  /** 32 bytes, of this lane alone. */
  readonly key: Uint8Array;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

/**
 * The stick that stays in the laptop as the second copy of every act (`src/sync/lanes/second-copy.ts`): written and
 * flushed before an act is confirmed that no other lane has, in a thread of its own.
 */
export class ActMedium implements WitnessMedium<StationRange> {
  readonly #options: ActMediumOptions;
  readonly #worker: Worker;
  readonly #file: string;
  /** Where the last whole act ends, and which it is; null: what lies on the stick has to be looked at. */
  #known: { readonly file: FileEnd; readonly end: LogHead | null } | null = null;
  #requests = 0;
  readonly #answers = new Map<number, (kept: boolean) => void>();
  #isGone = false;

  #keyWritten = false;

  constructor(options: ActMediumOptions) {
    this.#options = options;
    const { settings, device } = options;
    this.#file = join(stickFolder(settings.stick, device), ACTS_FILE);
    this.#worker = new Worker(options.entry ?? JOURNAL_WORKER);
    this.#worker.unref();
    this.#worker.on('message', ({ id, problem }: StickResponse) => this.#answer(id, problem === null));
    for (const end of ['error', 'exit'] as const) {
      this.#worker.on(end, () => {
        this.#isGone = true;
        for (const id of [...this.#answers.keys()]) this.#answer(id, false);
      });
    }
  }

  end(): LogHead | null {
    if (this.#known === null) this.#look();
    return this.#known?.end ?? null;
  }

  keep(range: StationRange, done: (kept: boolean) => void): void {
    if (this.#known === null) this.#look();
    const known = this.#known;
    if (known === null || this.#isGone) {
      done(false);
      return;
    }
    const { settings, key } = this.#options;
    const bytes = sealAct(key, range);
    const { lane, epoch, lastSeq, lastHash } = range;
    const end = { lane, epoch, seq: lastSeq, hash: lastHash };
    this.#requests += 1;
    this.#answers.set(this.#requests, (kept) => {
      // Another stick, or none: what lies on the next one is looked at again.
      this.#known = kept ? { file: endAfter(known.file, bytes), end } : null;
      done(kept);
    });
    // First of all what opens the acts, for whoever may open them now.
    if (!this.#keyWritten) this.#writeKey();
    const append = { file: this.#file, end: known.file, bytes };
    this.#worker.postMessage({ id: this.#requests, stick: settings.stick, append } satisfies StickAppend);
  }

  missing(isKnown: (head: LogHead) => boolean): readonly StationRange[] | null {
    const acts = this.#look();
    if (acts === null) return null;
    const missing: StationRange[] = [];
    for (const act of acts) {
      const range = isKnown(act.head) ? null : openAct(this.#options.key, act);
      if (range !== null) missing.push(range);
    }
    return missing;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #writeKey(): void {
    const { settings, device, key } = this.#options;
    const file = join(stickFolder(settings.stick, device), ACTS_KEY_FILE);
    const { recipients } = settings;
    const files = [{ file, bytes: new Uint8Array(key), recipients }];
    if (!isStick(settings.stick)) return;
    this.#worker.postMessage({ id: 0, stick: settings.stick, files } satisfies StickRequest);
    this.#keyWritten = true;
  }

  /** Null where no stick is in. */
  #look(): readonly SealedAct[] | null {
    const { settings, lane } = this.#options;
    this.#known = null;
    if (!isStick(settings.stick)) return null;
    const bytes = readOrEmpty(this.#file);
    const { acts, length } = readActs(bytes, lane);
    this.#known = { file: fileEnd(bytes, length), end: acts.at(-1)?.head ?? null };
    // Perhaps another stick, with a key that others may open.
    this.#keyWritten = false;
    return acts;
  }

  #answer(id: number, kept: boolean): void {
    this.#answers.get(id)?.(kept);
    this.#answers.delete(id);
  }
}

function readOrEmpty(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch {
    return new Uint8Array(0);
  }
}
