import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type NationalRegister,
  nationalRegister,
} from '../../fixtures/election/national/national-register.ts';
import { fieldsOfStation, STATION_COLUMNS } from '../../src/register/csv/read-voters.ts';
import { fieldsOfVoter, VOTER_COLUMNS } from '../../src/register/csv/voter-columns.ts';
import { writeCsv } from './csv-file.ts';

export const VOTERS_CSV = 'voters.csv';
export const STATIONS_CSV = 'stations.csv';

export interface NationalCsv {
  readonly electionId: string;
  readonly voters: number;
  readonly women: number;
  readonly stations: number;
  readonly votersFile: string;
  readonly stationsFile: string;
}

/** Writes a synthetic national register as two CSV files, streaming; the same options give the same bytes. */
export function writeNationalCsv(
  directory: string,
  options: { readonly voters: number; readonly seed: string; readonly onVoter?: (done: number) => void },
): NationalCsv {
  const register = nationalRegister(options);
  mkdirSync(directory, { recursive: true });
  const votersFile = join(directory, VOTERS_CSV);
  const stationsFile = join(directory, STATIONS_CSV);
  const counts = { voters: 0, women: 0 };
  writeCsv(votersFile, VOTER_COLUMNS, records(register, counts, options.onVoter));
  writeCsv(stationsFile, STATION_COLUMNS, register.stations.map(fieldsOfStation));
  return {
    electionId: register.info.electionId,
    ...counts,
    stations: register.stations.length,
    votersFile,
    stationsFile,
  };
}

function* records(
  register: NationalRegister,
  counts: { voters: number; women: number },
  onVoter?: (done: number) => void,
): Generator<string[]> {
  for (const voter of register.voters()) {
    counts.voters += 1;
    if (voter.sex === 'female') counts.women += 1;
    onVoter?.(counts.voters);
    yield fieldsOfVoter({ voter, photo: null, templates: [] });
  }
}
