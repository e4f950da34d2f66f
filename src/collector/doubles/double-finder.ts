import { assertDefined } from '../../domain/assert.ts';
import { ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../store/clock.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { CentreStore, DeviceParticipations, LogHead } from '../collector-store.ts';
import { effectiveIdentifications } from './effective.ts';
import { TokenIndex } from './token-index.ts';

/** How often what came in is looked through; what is found is shown at the next look of the page. */
export const LOOK_EVERY_MS = 5000;
/** Logs asked for at once, and participations looked up at once: in between, others have their turn. */
const LOGS_AT_ONCE = 64;
const TURN_MS = 8;
/** Of one token; whoever identifies it more often is found all the same. */
const MOST_PLACES_KEPT = 32;

interface ReadLog {
  /** What stands for it in the index. */
  readonly index: number;
  throughSeq: number;
}

type Place = ReturnType<TokenIndex['sharing']>[number];

/**
 * Finds voters who were identified more than once, by their random tokens alone. It follows every log of the database
 * by its end, so that it finds what other collectors took in as well, and after a restart reads the tokens once from
 * the beginning. Each collector has its own and writes what it finds; to find the same again changes nothing.
 */
export class DoubleFinder {
  readonly #store: CentreStore;
  readonly #clock: Clock;
  readonly #index = new TokenIndex();
  readonly #logs = new Map<string, ReadLog>();
  /** An entry of each token that others have too and that got one more, until it is judged and on the disk. */
  readonly #touched = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor({ store, clock }: { readonly store: CentreStore; readonly clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Participations it has read. */
  get size(): number {
    return this.#index.size;
  }

  /** Looks now and every few seconds; a database that doesn't answer is asked again. */
  start(everyMs = LOOK_EVERY_MS): void {
    const again = async (): Promise<void> => {
      this.#looking = this.look();
      await this.#looking;
      if (!this.#isStopped) this.#timer = setTimeout(() => void again(), everyMs);
    };
    void again();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Reads what is new and keeps what it finds: a token is judged once all that there was has been read. */
  async look(): Promise<Result<void, StoreError>> {
    const heads = await this.#store.heads();
    if (!heads.ok) return heads;
    const behind = heads.value.filter((head) => head.seq > this.#logOf(head).throughSeq);
    for (let from = 0; from < behind.length; from += LOGS_AT_ONCE) {
      if (this.#isStopped) return ok();
      const places = behind
        .slice(from, from + LOGS_AT_ONCE)
        .map((head) => ({ device: head.device, epoch: head.epoch, seq: this.#logOf(head).throughSeq }));
      const read = await this.#store.participations(places);
      if (!read.ok) return read;
      await this.#take(read.value);
    }
    return this.#judge();
  }

  async #take(ranges: readonly DeviceParticipations[]): Promise<void> {
    let turnEnds = performance.now() + TURN_MS;
    for (const range of ranges) {
      const log = assertDefined(this.#logs.get(logName(range)), 'a log that was asked for');
      for (const act of range.participations) {
        const entry = this.#index.add(log.index, act);
        if (this.#index.isShared(entry)) this.#touched.set(Buffer.from(act.token).toString('latin1'), entry);
      }
      log.throughSeq = range.throughSeq;
      if (performance.now() < turnEnds) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnEnds = performance.now() + TURN_MS;
    }
  }

  async #judge(): Promise<Result<void, StoreError>> {
    if (this.#touched.size === 0) return ok();
    const judged = [...this.#touched.keys()];
    const foundWallMs = this.#clock.wallMs();
    const rows = [...this.#touched.values()].flatMap((entry) => {
      const places: readonly Place[] = this.#index.sharing(entry, MOST_PLACES_KEPT);
      const isDouble = effectiveIdentifications(places) > 1;
      return places.map(({ station: _, ...place }) => ({ ...place, isDouble, foundWallMs }));
    });
    const kept = await this.#store.raiseDoubles(rows);
    if (kept.ok) for (const token of judged) this.#touched.delete(token);
    return kept;
  }

  #logOf(head: LogHead): ReadLog {
    const name = logName(head);
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const log = { index: this.#index.addLog(head), throughSeq: 0 };
    this.#logs.set(name, log);
    return log;
  }
}

function logName({ device, epoch }: Pick<LogHead, 'device' | 'epoch'>): string {
  return `${device}/${epoch}`;
}
