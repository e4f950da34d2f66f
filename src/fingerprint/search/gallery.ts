import { Worker } from 'node:worker_threads';
import type { FingerPosition } from '../../domain/finger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Template } from '../template.ts';
import { packPlaces } from './descriptors.ts';
import type { ShardRequest, ShardResponse } from './gallery-messages.ts';
import type { FingerScore, PackedTemplate, PersonScore, SearchProbe } from './gallery-shard.ts';

/** One enrolled impression of one finger. */
export interface GalleryTemplate {
  /** The caller's own handle of a person; several templates may share it. Nothing but a number comes in. */
  readonly person: number;
  /** 0 unknown. */
  readonly position: FingerPosition;
  readonly template: Template;
}

export interface Candidate {
  readonly person: number;
  /** All fingers and impressions fused; 10 k is about FMR 10^-k for one comparison of two persons. */
  readonly score: number;
  readonly fingers: readonly FingerScore[];
  /**
   * How many strangers in a gallery of this size reach this score by chance. At 1 or more the candidate says
   * nothing at all.
   */
  readonly strangersExpected: number;
}

/**
 * Whom to look at, never who it is: a list for people to check against documents and faces. At FMR 0.1 % a search
 * over 5,000 persons names five strangers.
 */
export interface CandidateList {
  /** By falling score. */
  readonly candidates: readonly Candidate[];
  /** Persons in the gallery, and those among them that were compared in full. */
  readonly persons: number;
  readonly compared: number;
}

export interface SearchError {
  readonly code: 'cancelled' | 'gallery-closed' | 'no-probe' | 'worker-stopped';
}

export interface SearchOptions {
  readonly signal?: AbortSignal;
  /** Candidates in the list, 10 unless told. */
  readonly limit?: number;
  /**
   * Share of the persons that pass the first stage, 0 to 1; 1 compares with everybody. The default loses little
   * (figures in docs/decisions/fingerprint-search.md); a deeper search loses less and takes longer.
   */
  readonly depth?: number;
}

/** A gallery that is open for one sitting: decrypted templates in the memory of its own threads. */
export interface Gallery {
  readonly persons: number;
  readonly templates: number;
  /** Memory of all templates, ready to search. */
  readonly bytes: number;
  /** Several impressions and several fingers of one person are fused. Searches run one after another. */
  search(
    probes: readonly SearchProbe[],
    options?: SearchOptions,
  ): Promise<Result<CandidateList, SearchError>>;
  /** Stops what is under way, overwrites the templates and ends the threads. */
  close(): Promise<void>;
}

export interface GalleryOptions {
  /** Threads; 1 unless told. */
  readonly threads?: number;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

export interface OpenGalleryError {
  readonly code: 'gallery-too-large' | 'gallery-empty';
}

const MOST_TEMPLATES = 200_000;
const USUAL_LIMIT = 10;
export const USUAL_DEPTH = 0.01;
/** So many persons pass the first stage in any case. */
const LEAST_COMPARED = 32;

/**
 * Opens a gallery for 1:N search. Nothing in the project calls it by itself: opening a gallery means that sealed
 * templates lie open in memory, which takes the act of two persons, a stated purpose and an entry in the log. All
 * that is the caller's duty, and so is `close` at the sitting's end.
 */
export async function openGallery(
  templates: readonly GalleryTemplate[],
  options: GalleryOptions = {},
): Promise<Result<Gallery, OpenGalleryError>> {
  if (templates.length === 0) return err({ code: 'gallery-empty' });
  if (templates.length > MOST_TEMPLATES) return err({ code: 'gallery-too-large' });
  const entry = options.entry ?? new URL('./gallery-worker.ts', import.meta.url);
  const shards = Array.from({ length: options.threads ?? 1 }, () => new ShardThread(entry));
  const threadOf = new Map<number, number>();
  const parts: PackedTemplate[][] = shards.map(() => []);
  for (const { person, position, template } of templates) {
    const thread = threadOf.get(person) ?? threadOf.size % shards.length;
    threadOf.set(person, thread);
    parts[thread]?.push({ person, position, places: packPlaces(template) });
  }
  const answers = await Promise.all(
    shards.map((shard, i) => {
      const part = parts[i] ?? [];
      return shard.ask(
        { kind: 'open', templates: part },
        part.map(({ places }) => places.buffer as ArrayBuffer),
      );
    }),
  );
  const bytes = answers.reduce((sum, answer) => sum + (answer?.kind === 'open' ? answer.bytes : 0), 0);
  return ok(new ThreadedGallery(shards, threadOf, templates.length, bytes));
}

class ThreadedGallery implements Gallery {
  readonly persons: number;
  readonly templates: number;
  readonly bytes: number;
  private readonly shards: readonly ShardThread[];
  private readonly threadOf: ReadonlyMap<number, number>;
  private readonly closing = new AbortController();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    shards: readonly ShardThread[],
    threadOf: ReadonlyMap<number, number>,
    templates: number,
    bytes: number,
  ) {
    this.shards = shards;
    this.threadOf = threadOf;
    this.persons = threadOf.size;
    this.templates = templates;
    this.bytes = bytes;
  }

  search(
    probes: readonly SearchProbe[],
    options: SearchOptions = {},
  ): Promise<Result<CandidateList, SearchError>> {
    const found = this.turn.then(() => this.searchNow(probes, options));
    this.turn = found;
    return found;
  }

  private async searchNow(
    probes: readonly SearchProbe[],
    options: SearchOptions,
  ): Promise<Result<CandidateList, SearchError>> {
    if (probes.length === 0) return err({ code: 'no-probe' });
    const signal = AbortSignal.any([this.closing.signal, ...(options.signal ? [options.signal] : [])]);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const stopNow = (): void => {
      Atomics.store(stop, 0, 1);
    };
    if (signal.aborted) return this.stopped(signal);
    signal.addEventListener('abort', stopNow, { once: true });
    const places = probes.map(({ template }) => packPlaces(template));
    try {
      const chosen = await this.chooseByRank(probes, places, options.depth ?? USUAL_DEPTH, stop);
      if (chosen === null) return this.stopped(signal);
      const scores = await this.compareChosen(probes, chosen, stop);
      if (scores === null) return this.stopped(signal);
      return ok(this.listCandidates(scores, options.limit ?? USUAL_LIMIT));
    } finally {
      signal.removeEventListener('abort', stopNow);
      for (const packed of places) packed.fill(0);
    }
  }

  /** Why a search has no answer: the sitting ended, the caller stopped it, or a thread died. */
  private stopped(signal: AbortSignal): Result<never, SearchError> {
    if (this.closing.signal.aborted) return err({ code: 'gallery-closed' });
    return err({ code: signal.aborted ? 'cancelled' : 'worker-stopped' });
  }

  private async chooseByRank(
    probes: readonly SearchProbe[],
    places: readonly Uint8Array[],
    depth: number,
    stop: Int32Array,
  ): Promise<number[] | null> {
    const answers = await Promise.all(
      this.shards.map((shard) => shard.ask({ kind: 'rank', probes, places, stop })),
    );
    const ranked: [number, number][] = [];
    for (const answer of answers) {
      if (answer?.kind !== 'rank' || answer.strengths === null) return null;
      ranked.push(...answer.strengths);
    }
    ranked.sort(([one, strength], [other, stronger]) => stronger - strength || one - other);
    const count = Math.max(LEAST_COMPARED, Math.ceil(depth * this.persons));
    return ranked.slice(0, count).map(([person]) => person);
  }

  private async compareChosen(
    probes: readonly SearchProbe[],
    chosen: readonly number[],
    stop: Int32Array,
  ): Promise<PersonScore[] | null> {
    const answers = await Promise.all(
      this.shards.map((shard, i) => {
        const persons = chosen.filter((person) => this.threadOf.get(person) === i);
        return shard.ask({ kind: 'compare', probes, persons, stop });
      }),
    );
    const scores: PersonScore[] = [];
    for (const answer of answers) {
      if (answer?.kind !== 'compare' || answer.scores === null) return null;
      scores.push(...answer.scores);
    }
    return scores;
  }

  private listCandidates(scores: readonly PersonScore[], limit: number): CandidateList {
    const candidates = scores
      .toSorted((a, b) => b.score - a.score || a.person - b.person)
      .slice(0, limit)
      .map(
        (one): Candidate => ({
          ...one,
          strangersExpected: this.persons * Math.min(1, 10 ** (-one.score / 10)),
        }),
      );
    return { candidates, persons: this.persons, compared: scores.length };
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.turn;
    await Promise.all(this.shards.map((shard) => shard.wipeAndEnd()));
  }
}

/** One thread with one shard; a request waits for the answer to the one before. */
class ShardThread {
  private readonly worker: Worker;
  private readonly waiting: ((answer: ShardResponse | null) => void)[] = [];
  private ended = false;

  constructor(entry: URL) {
    this.worker = new Worker(entry);
    // An open gallery alone does not keep a process alive that wants to end.
    this.worker.unref();
    this.worker.on('message', (answer: ShardResponse) => this.waiting.shift()?.(answer));
    this.worker.on('error', () => this.end());
    this.worker.on('exit', () => this.end());
  }

  /** Null when the thread is gone. */
  ask(request: ShardRequest, transfer: readonly ArrayBuffer[] = []): Promise<ShardResponse | null> {
    if (this.ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.worker.postMessage(request, [...transfer]);
    });
  }

  async wipeAndEnd(): Promise<void> {
    await this.ask({ kind: 'wipe' });
    await this.worker.terminate();
  }

  private end(): void {
    this.ended = true;
    for (const resolve of this.waiting.splice(0)) resolve(null);
  }
}
