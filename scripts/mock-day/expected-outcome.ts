import type { AwkwardCase } from '../../fixtures/election/awkward-cases.ts';
import type { SyntheticPerson } from '../../fixtures/election/synthetic-person.ts';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { StopOutcome } from '../../src/domain/outcome.ts';

/** What an honest desk must come to for a person: told by who the person is, not by what the program says. */
export type ExpectedOutcome = 'identified' | StopOutcome;

/** @param documentIndex Which of the person's documents is laid on the reader. */
export function expectedOutcome(
  person: SyntheticPerson,
  documentIndex: number,
  rules: { readonly anyPrecinct: boolean },
): ExpectedOutcome {
  const awkward: AwkwardCase | null = person.awkward;
  switch (awkward) {
    case null:
    case 'same-name':
    case 'twins':
    case 'worn-fingers':
    case 'no-fingers':
    case 'no-surname':
      return 'identified';
    case 'new-name':
      return person.documents[documentIndex]?.current === false ? 'document-replaced' : 'identified';
    case 'under-age':
      return 'under-age';
    case 'foreign-address':
      return 'no-ballot-style';
    case 'struck-off':
      return 'struck-off';
    case 'moved-own-district':
    case 'elsewhere-own-district':
      return 'wrong-station-own-district';
    case 'moved-other-district':
      return rules.anyPrecinct ? 'identified' : 'wrong-station';
    case 'elsewhere-other-district':
      return rules.anyPrecinct ? 'identified' : 'wrong-station';
    case 'voted-at-home':
      return 'voted-at-home';
    case 'expired-document':
      return 'document-expired';
    case 'impostor':
      // With somebody's genuine card, or with a card whose chip was altered.
      return person.documents[documentIndex]?.altered === true ? 'document-altered' : 'refused-by-commission';
    case 'in-no-list':
      return 'not-in-list';
    default:
      throwIllegalValue(awkward);
  }
}
