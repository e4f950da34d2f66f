import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../src/domain/assert.ts';
import { createRegister } from '../../src/register/create-register.ts';
import type { RegisterIdentity, RegisterKeys } from '../../src/register/register-source.ts';
import { syntheticStations, syntheticVoters } from './national-register.ts';

export interface NationalRegisterJob {
  readonly file: string;
  readonly keys: RegisterKeys;
  readonly migrations: string;
  readonly info: RegisterIdentity;
  readonly stations: number;
  readonly votersPerStation: number;
}

export type NationalRegisterMessage =
  | { readonly done: number }
  /** The end: null where it went well. */
  | { readonly fault: string | null };

/** Makes the register that a run is measured on, and takes its own memory with it when it ends. */
const port = assertDefined(parentPort ?? undefined, 'a port to the benchmark');
const { file, keys, migrations, info, stations, votersPerStation } = workerData as NationalRegisterJob;
const told = (message: NationalRegisterMessage): void => port.postMessage(message);
const made = createRegister({
  ...{ file, keys, migrations },
  source: {
    info,
    stations: syntheticStations(stations),
    voters: syntheticVoters({ stations, votersPerStation }),
  },
  onVoter: (done) => {
    if (done % 10_000 === 0) told({ done });
  },
});
told({ fault: made.ok ? null : made.error.code });
