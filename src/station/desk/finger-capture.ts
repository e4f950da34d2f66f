import type { FingerFrame } from '../../domain/devices.ts';
import type { CaptureQuality } from '../../domain/finger.ts';
import { type GreyImage, wipeImage } from '../../domain/grey-image.ts';
import type { FingerView } from '../api/snapshot.ts';
import type { FingerprintProblem, StationContext } from '../context.ts';
import { fingerPreview } from './finger-preview.ts';

/**
 * One finger on the glass: frames stream in, the voter is steered by the quality of each, and the best one is
 * compared as soon as it is good enough, or after some patience even if it isn't (a worn finger gets its try).
 * The finger must be lifted between two tries. Frames are wiped as soon as a better one came or a decision fell.
 */
export interface FingerOutcome {
  /** A comparison was made. */
  compared(result: { readonly matched: boolean; readonly quality: number; readonly attempt: number }): void;
  failed(problem: FingerprintProblem): void;
  /** The view changed: state, quality, attempt. */
  changed(): void;
}

/** Frames with a finger on them after which the best is compared, however poor: about two seconds. */
const PATIENCE_FRAMES = 20;
/** A frame is compared once quality has stopped rising by more than this. */
const STILL_RISING = 2;

export class FingerCapture {
  state: FingerView['state'] = 'starting';
  quality: CaptureQuality | null = null;
  /** 1-based; the one that is being made, or one more than there are once they are used up. */
  attempt: number;
  readonly attempts: number;
  readonly #context: StationContext;
  readonly #compare: (image: GreyImage) => ReturnType<StationContext['matcher']['verify']>;
  readonly #outcome: FingerOutcome;
  #abort = new AbortController();
  #running = false;
  #assessing = false;
  #best: { readonly image: GreyImage; readonly score: number } | null = null;
  #framesOnGlass = 0;

  constructor(
    context: StationContext,
    firstAttempt: number,
    compare: (image: GreyImage) => ReturnType<StationContext['matcher']['verify']>,
    outcome: FingerOutcome,
  ) {
    this.#context = context;
    this.attempt = firstAttempt;
    this.#compare = compare;
    this.#outcome = outcome;
    this.attempts = context.procedure.fingerprint.attemptsPerFinger;
    if (this.exhausted) this.state = 'no-match';
  }

  /** Lights the scanner; also after a scanner problem. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#abort = new AbortController();
    this.state = 'waiting';
    this.#outcome.changed();
    void this.#context.devices.scanner
      .capture((frame) => void this.#receive(frame), this.#abort.signal)
      .then((ended) => {
        this.#running = false;
        if (ended.ok || ended.error.code === 'cancelled') return;
        this.#forget();
        this.state = 'scanner-problem';
        this.#context.preview(null);
        this.#outcome.changed();
      });
  }

  stop(): void {
    this.#abort.abort();
    this.#forget();
    this.#context.preview(null);
  }

  get exhausted(): boolean {
    return this.attempt > this.attempts;
  }

  async #receive(frame: FingerFrame): Promise<void> {
    const { image } = frame;
    if (this.#abort.signal.aborted || this.state === 'comparing' || this.#assessing) {
      wipeImage(image);
      return;
    }
    if (!frame.fingerPresent) {
      wipeImage(image);
      this.#lifted();
      return;
    }
    if (this.state === 'no-match' || this.state === 'unreadable') {
      wipeImage(image);
      return;
    }
    this.#assessing = true;
    try {
      await this.#judge(image);
    } finally {
      this.#assessing = false;
    }
  }

  async #judge(image: GreyImage): Promise<void> {
    this.#framesOnGlass += 1;
    const before = this.quality?.score ?? 0;
    const assessed = await this.#context.matcher.assessQuality(image);
    if (this.#abort.signal.aborted) {
      wipeImage(image);
      return;
    }
    if (!assessed.ok) {
      wipeImage(image);
      await this.#failed(assessed.error);
      return;
    }
    this.quality = assessed.value;
    this.state = 'on-glass';
    if (this.#framesOnGlass % 2 === 1) this.#context.preview(fingerPreview(image));
    this.#keepBetter(image, assessed.value.score);
    this.#outcome.changed();
    const goodEnough = assessed.value.score >= this.#context.procedure.fingerprint.minimumQuality;
    const settled = assessed.value.score <= before + STILL_RISING;
    if ((goodEnough && settled) || this.#framesOnGlass >= PATIENCE_FRAMES) await this.#decide();
  }

  async #decide(): Promise<void> {
    const best = this.#best;
    if (best === null) return;
    this.#best = null;
    this.state = 'comparing';
    this.#outcome.changed();
    const verified = await this.#compare(best.image);
    wipeImage(best.image);
    if (this.#abort.signal.aborted) return;
    if (!verified.ok) {
      await this.#failed(verified.error);
      return;
    }
    const matched = verified.value.score >= this.#context.procedure.fingerprint.acceptScore;
    const attempt = this.attempt;
    this.attempt += 1;
    this.state = 'no-match';
    if (matched || this.exhausted) this.stop();
    this.#outcome.compared({ matched, quality: verified.value.quality, attempt });
  }

  async #failed(problem: FingerprintProblem): Promise<void> {
    this.state = 'unreadable';
    this.attempt += 1;
    if (this.exhausted || problem === 'template-damaged') this.stop();
    this.#outcome.failed(problem);
  }

  #lifted(): void {
    this.#framesOnGlass = 0;
    this.#forget();
    if (this.state === 'waiting') return;
    this.state = 'waiting';
    this.quality = null;
    this.#context.preview(null);
    this.#outcome.changed();
  }

  #keepBetter(image: GreyImage, score: number): void {
    if (this.#best !== null && this.#best.score >= score) {
      wipeImage(image);
      return;
    }
    this.#forget();
    this.#best = { image, score };
  }

  #forget(): void {
    if (this.#best !== null) wipeImage(this.#best.image);
    this.#best = null;
  }
}
