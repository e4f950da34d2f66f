import { performance } from 'node:perf_hooks';
import type { ChipStep } from './chip-error.ts';

export interface StepTiming {
  readonly step: ChipStep;
  readonly milliseconds: number;
  /** Of the file, where the step reads one. */
  readonly bytes: number;
}

/** Measures steps one after the other, and tells of each as it begins. */
export class StepClock {
  readonly timings: StepTiming[] = [];
  readonly #onStep: ((step: ChipStep) => void) | undefined;
  #current: { readonly step: ChipStep; readonly since: number } | null = null;

  constructor(onStep: ((step: ChipStep) => void) | undefined) {
    this.#onStep = onStep;
  }

  begin(step: ChipStep): void {
    this.end();
    this.#current = { step, since: performance.now() };
    this.#onStep?.(step);
  }

  end(bytes = 0): void {
    if (this.#current === null) return;
    const { step, since } = this.#current;
    this.timings.push({ step, milliseconds: performance.now() - since, bytes });
    this.#current = null;
  }
}
