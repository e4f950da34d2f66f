import { type GreyImage, wipeImage } from '../../domain/grey-image.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CancelTimer } from '../../domain/timer.ts';
import { fullName } from '../../domain/voter.ts';
import type { StationRegister } from '../adapters/station-register.ts';
import type { StationError } from '../api/errors.ts';
import type { FingerCandidate, FingerSearchView } from '../api/snapshot.ts';
import type { FingerprintProblem, StationContext } from '../context.ts';
import { captureFinger } from './capture-finger.ts';

/** All templates of the register, opened, in the memory of the engine's threads. */
export interface RegisterGallery {
  readonly voters: number;
  search(
    record: Uint8Array,
    limit: number,
    signal: AbortSignal,
  ): Promise<
    Result<
      { readonly voterId: string; readonly score: number; readonly strangersExpected: number }[],
      'image-unreadable' | 'closed'
    >
  >;
  /** Stops a search that is under way and overwrites the templates. */
  close(): Promise<void>;
}

export interface FingerSearchEngine {
  open(register: StationRegister): Promise<Result<RegisterGallery, 'template-damaged' | 'gallery-empty'>>;
  /** An ISO/IEC 19794-2:2005 record of one image; the caller wipes both. */
  extract(image: GreyImage): Promise<Result<Uint8Array, FingerprintProblem>>;
}

/** A gallery that nobody closed is closed after so long without a search. */
const SITTING_MS = 15 * 60_000;
const LISTED = 5;

/**
 * One finger among all voters of the register (1:N), for the rare day on which a commission wants to know whether
 * somebody has come twice. It is off unless the procedure of the election allows it; chair and a member open the
 * gallery for one sitting, with a reason that goes on record. What it answers is a list for people to check: no
 * part of the station reads it, so it identifies nobody and refuses nobody.
 */
export class FingerSearch {
  readonly #context: StationContext;
  readonly #engine: FingerSearchEngine;
  /** Names what is on the desk; a finger on the glass belongs to the desk as soon as that changes. */
  readonly #deskStep: () => { readonly stepId: string; readonly kind: string };
  #gallery: RegisterGallery | null = null;
  #stopping = new AbortController();
  #busy = false;
  #cancelSitting: CancelTimer = () => {};

  constructor(
    context: StationContext,
    engine: FingerSearchEngine,
    deskStep: () => { readonly stepId: string; readonly kind: string },
  ) {
    this.#context = context;
    this.#engine = engine;
    this.#deskStep = deskStep;
  }

  view(): FingerSearchView {
    if (this.#context.procedure.fingerprint.searchAllowed !== true) return { state: 'off' };
    if (this.#gallery === null) return { state: 'closed' };
    return { state: 'open', voters: this.#gallery.voters };
  }

  /** Records first, opens then: there is no open gallery that the log knows nothing of. */
  async open(reason: string, people: readonly string[]): Promise<Result<undefined, StationError>> {
    const { journal, register, procedure, changed } = this.#context;
    if (procedure.fingerprint.searchAllowed !== true) return err({ code: 'finger-search-off' });
    if (this.#gallery !== null || this.#busy) return err({ code: 'already-done' });
    const recorded = journal.record([{ type: 'finger-search-opened', reason, people }]);
    if (!recorded.ok) return recorded;
    this.#busy = true;
    const stopping = new AbortController();
    this.#stopping = stopping;
    const opened = await this.#engine.open(register).finally(() => {
      this.#busy = false;
    });
    if (!opened.ok) {
      journal.record([{ type: 'finger-search-closed', why: 'failed' }]);
      return err({ code: opened.error === 'gallery-empty' ? 'voter-not-found' : opened.error });
    }
    if (stopping.signal.aborted) {
      await opened.value.close();
      return err({ code: 'station-restarting' });
    }
    this.#gallery = opened.value;
    this.#sitOn();
    changed();
    return ok(undefined);
  }

  /** Takes one finger from the glass and lists whom it resembles most. */
  async search(): Promise<Result<readonly FingerCandidate[], StationError>> {
    const gallery = this.#gallery;
    const { stepId, kind } = this.#deskStep();
    if (gallery === null) return err({ code: 'finger-search-closed' });
    if (kind !== 'idle') return err({ code: 'desk-moved-on' });
    if (this.#busy) return err({ code: 'already-done' });
    this.#busy = true;
    try {
      const { signal } = this.#stopping;
      const image = await captureFinger(
        this.#context,
        () => !signal.aborted && this.#deskStep().stepId === stepId,
      );
      return image.ok ? await this.#compare(image.value, gallery, signal) : err({ code: image.error });
    } finally {
      this.#busy = false;
    }
  }

  async #compare(
    image: GreyImage,
    gallery: RegisterGallery,
    signal: AbortSignal,
  ): Promise<Result<readonly FingerCandidate[], StationError>> {
    const record = await this.#engine.extract(image);
    wipeImage(image);
    if (!record.ok)
      return err({ code: record.error === 'image-unreadable' ? 'image-unreadable' : 'scanner-problem' });
    const found = await gallery.search(record.value, LISTED, signal);
    record.value.fill(0);
    if (!found.ok)
      return err({ code: found.error === 'closed' ? 'finger-search-closed' : 'image-unreadable' });
    const voters = found.value.map(({ voterId }) => voterId);
    const recorded = this.#context.journal.record([{ type: 'finger-searched', voters }]);
    if (!recorded.ok) return recorded;
    this.#sitOn();
    return ok(found.value.flatMap((one) => this.#candidate(one)));
  }

  #candidate(found: { voterId: string; score: number; strangersExpected: number }): FingerCandidate[] {
    const voter = this.#context.register.byId(found.voterId);
    if (voter === null) return [];
    return [
      {
        voterId: voter.id,
        name: fullName(voter.name),
        birthYear: Number(voter.birthDate.slice(0, 4)),
        listNumber: voter.listNumber,
        score: Math.round(found.score),
        strangersExpected: found.strangersExpected,
      },
    ];
  }

  /** Closes the gallery and wipes it. Nothing happens where none is open. */
  async close(why: 'people' | 'time' | 'stopped'): Promise<Result<undefined, StationError>> {
    this.#stopping.abort();
    this.#cancelSitting();
    const gallery = this.#gallery;
    if (gallery === null) return ok(undefined);
    this.#gallery = null;
    await gallery.close();
    this.#context.changed();
    const recorded = this.#context.journal.record([{ type: 'finger-search-closed', why }]);
    return recorded.ok ? ok(undefined) : recorded;
  }

  #sitOn(): void {
    this.#cancelSitting();
    this.#cancelSitting = this.#context.timer.after(SITTING_MS, () => void this.close('time'));
  }
}
