import type { CancelTimer, Timer } from '../../domain/timer.ts';
import type { StickLine } from '../station-dependencies.ts';
import type { JournalSettings } from './journal-settings.ts';
import type { JournalProblem } from './journal-worker.ts';

/** How often it is looked whether somebody has written the settings anew. */
const LOOK_EVERY_MS = 5_000;

export interface AwaitedJournalOptions {
  /** As they are now: `readJournalSettings`. */
  readonly read: () => JournalSettings | null | 'malformed';
  readonly timer: Timer;
  /** Begins the journal; it tells by itself how it fares. */
  readonly start: (settings: JournalSettings) => StickLine;
  readonly onChange: (problem: JournalProblem | null) => void;
}

/**
 * The journal of a lane whose `journal.json` can't be read: nobody knows where the stick is, nor to whom it is to be
 * sealed, and neither is guessed. The desk says so; as soon as the file was written anew the journal begins, with
 * everything since the log's first event, and nobody has to restart for it.
 */
export class AwaitedJournal implements StickLine {
  readonly #options: AwaitedJournalOptions;
  #journal: StickLine | null = null;
  #cancel: CancelTimer = () => {};

  constructor(options: AwaitedJournalOptions) {
    this.#options = options;
    options.onChange('journal-settings-unreadable');
    this.#again();
  }

  problem(): JournalProblem | null {
    return this.#journal === null ? 'journal-settings-unreadable' : this.#journal.problem();
  }

  async writeNow(): Promise<void> {
    this.#look();
    await this.#journal?.writeNow();
  }

  async stop(): Promise<void> {
    this.#cancel();
    await this.#journal?.stop();
  }

  #again(): void {
    this.#cancel = this.#options.timer.after(LOOK_EVERY_MS, () => {
      this.#look();
      if (this.#journal === null) this.#again();
      else void this.#journal.writeNow();
    });
  }

  #look(): void {
    if (this.#journal !== null) return;
    const settings = this.#options.read();
    // One that is gone by now was not written anew: the wish for a journal stands.
    if (settings === null || settings === 'malformed') return;
    this.#cancel();
    this.#journal = this.#options.start(settings);
    if (this.#journal.problem() === null) this.#options.onChange(null);
  }
}
