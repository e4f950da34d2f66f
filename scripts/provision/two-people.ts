import { ok, type Result } from '../../src/domain/result.ts';
import { type ActionFault, type ActionOptions, wrongOption } from '../action.ts';

/** The two of the commission who answer for an act: named before anything is opened. */
export function readTwoPeople(options: ActionOptions): Result<readonly string[], ActionFault> {
  const people = options.texts('person');
  if (people.length !== 2) return wrongOption('two --person are needed, the ids of two of the commission');
  return new Set(people).size === 2
    ? ok(people)
    : wrongOption(`two different people are needed, and --person ${people[0]} was named twice`);
}
