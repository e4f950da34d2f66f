import { join } from 'node:path';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import type { FingerSource } from '../../fixtures/election/finger-source.ts';
import {
  type ScannedPrintsError,
  scannedPrints,
  withScannedFingers,
} from '../../fixtures/election/scanned-prints.ts';
import {
  type StationsOfOneElection,
  stationsOfOneElection,
} from '../../fixtures/election/stations-of-one-election.ts';
import type { SyntheticPerson, SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { type WrongUsage, wrongUsage } from '../usage.ts';
import type { MockDayRequest } from './mock-day-request.ts';

/** The people of the day and where their fingers come from. */
export interface Cast extends StationsOfOneElection {
  readonly fingers: FingerSource;
}

export function castElection(request: MockDayRequest): Result<Cast, string | WrongUsage> {
  const { voters, seed, receipts, stations: count } = request;
  if (request.packages && (count > 1 || request.collector !== undefined))
    return wrongUsage('--packages: one station, with the collector of its own day');
  const { stations, twice } = stationsOfOneElection(
    {
      voters,
      seed,
      lanes: request.lanes,
      // The rules of 2025: voters of other districts are identified here, by the records that the day's own centre has.
      anyPrecinct: count === 1 && request.collector === undefined,
      twoReceipts: receipts === '2',
      ...(request['finger-pool'] === undefined ? {} : { fingerPool: request['finger-pool'] }),
    },
    count,
  );
  if (request.prints === undefined) {
    const cacheDirectory = join(dataDirectory(), 'cache', 'fingers');
    return ok({ stations, twice, fingers: drawnFingers({ cacheDirectory }) });
  }
  if (count > 1) return wrongUsage('--prints: scanned fingers are those of one station');
  const prints = scannedPrints(request.prints);
  if (!prints.ok) return err(describePrintsFault(request.prints, prints.error));
  const { value: fingers } = prints;
  return ok({ stations: stations.map((one) => withScannedFingers(one, fingers)), twice, fingers });
}

function describePrintsFault(folder: string, error: ScannedPrintsError): string {
  switch (error.code) {
    case 'no-prints':
      return `${folder}: there are no scanned fingers in it, and --prints wants files named <finger>_<impression>.png`;
    case 'missing-impression':
      return `${folder}: ${error.file} is missing; each finger has impressions 1 to 8`;
    case 'unreadable-image':
      return `${folder}: ${error.file} is no picture that can be read`;
  }
}

/** At the second station the same person has another key. */
export function isSamePerson(person: SyntheticPerson, twice: SyntheticVoter | null): boolean {
  return twice !== null && person.face.seed === twice.face.seed && person.name === twice.name;
}
