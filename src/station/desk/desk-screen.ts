import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { DeskStep } from '../api/snapshot.ts';

/** A step before it got its number. */
export type Step = DeskStep extends infer S
  ? S extends { readonly stepId: string }
    ? Omit<S, 'stepId'>
    : never
  : never;
export type StepKind = DeskStep['kind'];

/** Steps from which the next voter may begin: nobody's decision is pending on the screen. */
const FREE_STEPS: readonly StepKind[] = ['idle', 'reading-document', 'search-results', 'stop', 'done'];

/**
 * The one step that the desk shows. Each gets a number, and a call names the number that it was made for: the
 * screen of an older step can't act on a newer one.
 */
export class DeskScreen {
  /** Sets the steps of this run apart from those that a window still shows of the run before a crash. */
  readonly #run = randomUUID().slice(0, 8);
  #numbered = 0;
  #step: DeskStep;

  constructor(first: Step) {
    this.#step = this.#number(first);
  }

  get step(): DeskStep {
    return this.#step;
  }

  get isFree(): boolean {
    return FREE_STEPS.includes(this.#step.kind);
  }

  show(step: Step): void {
    this.#step = this.#number(step);
  }

  /** Refuses a call that was made for an older step. */
  current(stepId: string): Result<undefined, StationError> {
    return stepId === this.#step.stepId ? ok(undefined) : err({ code: 'desk-moved-on' });
  }

  /** As `current`, and the step has to be one of these. */
  currentAmong(stepId: string, kinds: readonly StepKind[]): Result<undefined, StationError> {
    return kinds.includes(this.#step.kind) ? this.current(stepId) : err({ code: 'desk-moved-on' });
  }

  /** As `current`, and nobody's decision may be pending. */
  currentAndFree(stepId: string): Result<undefined, StationError> {
    return this.isFree ? this.current(stepId) : err({ code: 'desk-moved-on' });
  }

  #number(step: Step): DeskStep {
    this.#numbered += 1;
    return { ...step, stepId: `${this.#run}-${this.#numbered}` };
  }
}
