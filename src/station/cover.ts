import { publicKind, type StationEvent } from './events.ts';

/**
 * Between one identification and the next, as many other events as this, or twice as many, and so on. The public
 * log shows kinds in their order: whoever writes down the faces at the door knows whose identification is the n-th,
 * and without cover could count from the events before it how many fingers were tried, and that the commission was
 * asked. An ordinary visit has about six, one with every attempt and the commission's decision about eleven.
 */
export const COVERED_STEP = 12;

/**
 * The events with as many that say nothing before an identification as its place in the public log needs.
 * @param others Other events since the last identification.
 */
export function withCover(events: readonly StationEvent[], others: number): readonly StationEvent[] {
  const covered: StationEvent[] = [];
  let count = others;
  for (const event of events) {
    if (publicKind(event) === 'identification') {
      const missing = Math.max(1, Math.ceil(count / COVERED_STEP)) * COVERED_STEP - count;
      for (let i = 0; i < missing; i += 1) covered.push({ type: 'cover' });
      count = 0;
    } else {
      count += 1;
    }
    covered.push(event);
  }
  return covered;
}
