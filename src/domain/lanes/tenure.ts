/**
 * A lane's time in office. Lane 2 begins in its generation 0; when two people have taken it over, that tenure
 * has ended for good, and the lane goes on in generation 1, owning nothing of what it owned before. Rights are
 * held by tenures and never by lanes, so an old right can't come back to life with an old laptop.
 */
export type Tenure = number & { readonly __brand: 'tenure' };

/** The number of a lane at its station, from 1. */
export type LaneNumber = number;

export const MOST_LANES = 10;
/** Take-overs of one lane in one day; far above what people can do. */
export const MOST_GENERATIONS = 1000;

export function tenureOf(lane: LaneNumber, generation: number): Tenure {
  return (lane * MOST_GENERATIONS + generation) as Tenure;
}

export function laneOf(tenure: Tenure): LaneNumber {
  return Math.floor(tenure / MOST_GENERATIONS);
}

export function generationOf(tenure: Tenure): number {
  return tenure % MOST_GENERATIONS;
}
