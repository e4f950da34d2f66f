import { throwIllegalValue } from '../assert.ts';
import type { LaneFact } from './lane-facts.ts';
import { type LaneNumber, laneOf } from './tenure.ts';

/**
 * Whether it is that lane's to say. A signed log shows who wrote something, not that it is so: nobody gives away what
 * another lane holds, acknowledges another's fence, or takes over for a third. What a lane says in place of another
 * counts for nothing anywhere, and stays in its log as evidence against it.
 */
export function isAuthor(fact: LaneFact, lane: LaneNumber): boolean {
  switch (fact.type) {
    case 'right-given':
      return laneOf(fact.from) === lane;
    case 'right-taken':
      return laneOf(fact.to) === lane && laneOf(fact.from) !== lane;
    case 'taken-over':
      return laneOf(fact.to) === lane && areTwo(fact.people);
    case 'fence-acknowledged':
      return laneOf(fact.ended) === lane && fact.log.every((place) => place.lane === lane);
    case 'copy-seen':
      return fact.kind === 'clone' || fact.lane === lane;
    case 'identified':
    case 'undone':
    case 'on-paper':
    case 'paper-settled':
    case 'overridden':
    case 'resumed':
    case 'went-alone':
      return true;
    case 'settled':
      return areTwo(fact.people);
    default:
      return throwIllegalValue(fact);
  }
}

function areTwo(people: readonly string[]): boolean {
  return new Set(people).size >= 2;
}
