import { documentZone } from '../../fixtures/election/document-zone.ts';
import { readElection, regenerateElection } from '../../fixtures/election/election-package.ts';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { Kiosk } from './kiosk.ts';

/** A voter of this kiosk's list, as whoever made the election knows them: numbers, documents, zones. */
export function voterOf(kiosk: Kiosk, key: string): SyntheticVoter {
  const { voters } = regenerateElection(unwrap(readElection(kiosk.options.packageDirectory)));
  return assertDefined(
    voters.find((voter) => voter.key === key),
    key,
  );
}

/** The machine-readable zone on the voter's first document. */
export function zoneOf(kiosk: Kiosk, key: string): readonly string[] {
  return documentZone(assertDefined(voterOf(kiosk, key).documents[0], 'a document'));
}
