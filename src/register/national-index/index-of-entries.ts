import type { IndexedPerson } from '../indexed-people.ts';
import type { RegisterInfo, RegisterStation, SourceElsewhere } from '../register-source.ts';
import type { NationalIndexSource } from './write-national-index.ts';

/** An index of the few people of other stations that a mock election's package carries by name of station. */
export function indexOfEntries(
  { electionId, mock }: Pick<RegisterInfo, 'electionId' | 'mock'>,
  entries: Iterable<SourceElsewhere>,
): NationalIndexSource {
  const stations = new Map<number, RegisterStation>();
  const voters: IndexedPerson[] = [];
  for (const entry of entries) {
    const { stationNumber, districtNumber, address, personalNumber, documentNumber, ballotStyles } = entry;
    const name = { ky: address, ru: address, en: address };
    stations.set(stationNumber, { number: stationNumber, districtNumber, name, address });
    const documents = [{ number: documentNumber }];
    voters.push({ personalNumber, stationNumber, standing: 'active', ballotStyles, documents });
  }
  return { electionId, mock, stations: [...stations.values()], voters };
}
