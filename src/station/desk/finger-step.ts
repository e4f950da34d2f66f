import { assertDefined } from '../../domain/assert.ts';
import { FINGER_POSITIONS, type FingerPosition } from '../../domain/finger.ts';
import type { GreyImage } from '../../domain/grey-image.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { EnrolledTemplate, Voter } from '../../domain/voter.ts';
import type { StationErrorCode } from '../api/errors.ts';
import type { FingerView } from '../api/snapshot.ts';
import type { FingerprintProblem, StationContext } from '../context.ts';
import { ladderOffers } from './fallback-ladder.ts';
import { FingerCapture } from './finger-capture.ts';

export interface FingerStepOutcome {
  matched(): void;
  /** The stored templates of this voter can't be used: the commission decides. */
  noUsableTemplates(): void;
  problem(code: StationErrorCode): void;
}

/** The finger step of one voter: which finger is asked for, how often, and what the ladder offers next. */
export class FingerStep {
  readonly #context: StationContext;
  readonly #voterId: string;
  readonly #handoverId: string;
  readonly #outcome: FingerStepOutcome;
  readonly #enrolled: readonly FingerPosition[];
  readonly #exhausted = new Set<FingerPosition>();
  /** Attempts made with each finger. */
  readonly #used = new Map<FingerPosition, number>();
  readonly #mismatched = new Set<FingerPosition>();
  #position: FingerPosition;
  #cleanedAndRetried = false;
  #capture: FingerCapture;

  /** The fingers of a voter that the register has templates of, best to ask first (as enrolled). */
  static enrolledFingers(context: StationContext, voter: Voter): FingerPosition[] {
    if (!voter.hasFingerprints) return [];
    return [...new Set(context.register.templatePositions(voter.id).map(asFingerPosition))];
  }

  static begin(
    context: StationContext,
    voterId: string,
    handoverId: string,
    outcome: FingerStepOutcome,
  ): Result<FingerStep, 'template-damaged'> {
    const voter = context.register.byId(voterId);
    const enrolled = voter === null ? [] : FingerStep.enrolledFingers(context, voter);
    return enrolled.length === 0
      ? err('template-damaged')
      : ok(new FingerStep(context, voterId, handoverId, outcome, enrolled));
  }

  private constructor(
    context: StationContext,
    voterId: string,
    handoverId: string,
    outcome: FingerStepOutcome,
    enrolled: readonly FingerPosition[],
  ) {
    this.#context = context;
    this.#voterId = voterId;
    this.#handoverId = handoverId;
    this.#outcome = outcome;
    this.#enrolled = enrolled;
    this.#takeUp(context.projection.fingerMismatches(voterId));
    this.#position =
      enrolled.find((finger) => !this.#exhausted.has(finger)) ??
      assertDefined(enrolled[0], 'an enrolled finger');
    this.#capture = this.#newCapture();
  }

  /**
   * Goes on where this voter's fingers stood, before a restart or at an earlier visit. A finger that could not be
   * read is not counted: that is no sign of another person.
   */
  #takeUp(mismatches: ReadonlyMap<number, number>): void {
    const attempts = this.#context.procedure.fingerprint.attemptsPerFinger;
    for (const finger of this.#enrolled) {
      const made = mismatches.get(finger) ?? 0;
      if (made === 0) continue;
      // More than one round: this is the finger that was cleaned and tried again.
      if (made > attempts) this.#cleanedAndRetried = true;
      const used = made > attempts ? made - attempts : made;
      this.#mismatched.add(finger);
      this.#used.set(finger, used);
      if (used >= attempts) this.#exhausted.add(finger);
    }
  }

  /** Every finger's attempts are used up: a next one is somebody's decision, and begins by itself for nobody. */
  get isUsedUp(): boolean {
    return this.#exhausted.has(this.#position);
  }

  view(): FingerView {
    const capture = this.#capture;
    return {
      position: this.#position,
      attempt: Math.min(capture.attempt, capture.attempts),
      attempts: capture.attempts,
      state: capture.state,
      quality: capture.quality,
      offers: ladderOffers(
        {
          enrolled: this.#enrolled,
          position: this.#position,
          exhausted: [...this.#exhausted],
          cleanedAndRetried: this.#cleanedAndRetried,
          scannerFailed: capture.state === 'scanner-problem',
        },
        this.#context.procedure,
      ),
      enrolled: this.#enrolled,
    };
  }

  /** Asks for a finger: the one named, or the current one again (a retry after cleaning, or after a scanner fault). */
  take(position: FingerPosition | undefined): void {
    const wanted = position ?? this.#position;
    if (!this.#enrolled.includes(wanted)) return;
    if (this.#exhausted.has(wanted)) {
      // Attempts are counted per finger, however often one changes between them; cleaning gives one more round.
      if (this.#cleanedAndRetried) return;
      this.#cleanedAndRetried = true;
      this.#exhausted.delete(wanted);
      this.#used.delete(wanted);
    }
    this.#capture.stop();
    this.#position = wanted;
    this.#capture = this.#newCapture();
    this.#capture.start();
  }

  /** Some finger of this visit was compared, and did not match. */
  hasMismatch(): boolean {
    return this.#mismatched.size > 0;
  }

  /** The finger that is asked for now was compared already, and has attempts left. */
  isBeingTried(): boolean {
    return this.#mismatched.has(this.#position) && !this.#exhausted.has(this.#position);
  }

  stop(): void {
    this.#capture.stop();
  }

  #newCapture(): FingerCapture {
    const used = this.#used.get(this.#position) ?? 0;
    return new FingerCapture(this.#context, used + 1, (image) => this.#compare(image), {
      changed: () => this.#context.changed(),
      compared: ({ matched, quality, attempt }) => this.#compared(matched, quality, attempt),
      failed: (problem) => this.#failed(problem),
    });
  }

  /**
   * The templates of the finger that is claimed are opened for this one comparison and wiped after it, here and in the
   * matcher's thread, which has a copy.
   */
  async #compare(image: GreyImage): ReturnType<StationContext['matcher']['verify']> {
    const templates = this.#context.register.openTemplates(this.#voterId, this.#position);
    if (!templates.ok) return err('template-damaged');
    try {
      return await this.#context.matcher.verify(
        image,
        templates.value.map((template) => template.record),
      );
    } finally {
      wipeTemplates(templates.value);
    }
  }

  #compared(matched: boolean, quality: number, attempt: number): void {
    const recorded = this.#context.journal.record([
      {
        type: 'finger-compared',
        handover: this.#handoverId,
        position: this.#position,
        attempt,
        matched,
        quality: Math.round(quality),
      },
    ]);
    if (!recorded.ok) this.#outcome.problem(recorded.error.code);
    else if (matched) this.#outcome.matched();
    else {
      this.#mismatched.add(this.#position);
      this.#afterTry();
    }
  }

  #failed(problem: FingerprintProblem): void {
    if (problem === 'template-damaged') {
      this.#outcome.problem('template-damaged');
      this.#outcome.noUsableTemplates();
      return;
    }
    this.#outcome.problem(problem === 'image-unreadable' ? 'image-unreadable' : 'scanner-problem');
    this.#afterTry();
  }

  #afterTry(): void {
    this.#used.set(this.#position, this.#capture.attempt - 1);
    if (this.#capture.exhausted) this.#exhausted.add(this.#position);
    this.#context.changed();
  }
}

function asFingerPosition(position: number): FingerPosition {
  return FINGER_POSITIONS.find((known) => known === position) ?? 0;
}

function wipeTemplates(templates: readonly EnrolledTemplate[]): void {
  for (const template of templates) template.record.fill(0);
}
