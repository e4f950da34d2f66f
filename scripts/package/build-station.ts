import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { buildPackage, type StationContent, writePackage } from '../../src/packages/build-package.ts';
import type { ElectionPart } from '../../src/packages/election-part.ts';
import type { LaneEntry, Manifest } from '../../src/packages/manifest.ts';
import { totalOf } from '../../src/packages/summary-counts.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import { NATIONAL, type SourceElsewhere, type SourceVoter } from '../../src/register/register-source.ts';
import { fileFaultOf } from '../file-fault.ts';
import { type BuildSecrets, drawnEnvelopeCode, drawnPin } from './build-secrets.ts';
import { downscalePhoto } from './downscale-photo.ts';
import type { PlannedStation } from './election-plan.ts';

/** In a register of the whole country: it is no station's. */
export const NATIONAL_STATION = NATIONAL;

/** What every station of one run has in common; plain data, for it goes to other threads. */
export interface BuildBase {
  readonly out: string;
  readonly register: {
    readonly file: string;
    readonly databaseKey: Uint8Array;
    readonly templateKey: Uint8Array;
    readonly migrations: string;
    readonly electionId: string;
    readonly mock: boolean;
    /** `NATIONAL_STATION`, or the one station whose register it is. */
    readonly stationNumber: number;
  };
  readonly about: Omit<StationContent['about'], 'station' | 'lanes'>;
  readonly election: ElectionPart;
  readonly photos: boolean;
  /** Of a mock election only. */
  readonly elsewhere: readonly SourceElsewhere[];
  readonly envelopes: number;
  /** Not what the centre's keys are made from: no package needs it. */
  readonly secrets: Omit<BuildSecrets, 'visitors'>;
  readonly recovery: string;
  readonly signers: readonly { readonly name: string; readonly seed: Uint8Array }[];
}

export interface StationJob {
  readonly station: PlannedStation;
  readonly lanes: readonly LaneEntry[];
}

export interface StationBuilt {
  readonly station: number;
  readonly voters: number;
  readonly bytes: number;
}

/** Names no voter: the row of a list at most. */
export interface StationFault {
  readonly station: number;
  readonly code: string;
  readonly detail: string;
}

export function packageFileName(station: number, version: number): string {
  return `station-${String(station).padStart(4, '0')}-v${version}.tizme`;
}

/** Builds packages one after another, from one connection to the register. */
export class StationBuilder {
  readonly #base: BuildBase;
  readonly #register: Register;
  readonly #tokens: ReturnType<typeof participationTokens>;

  private constructor(base: BuildBase, register: Register) {
    this.#base = base;
    this.#register = register;
    this.#tokens = participationTokens(base.secrets.tokens, base.about.electionId);
  }

  /** @param options.openInOtherThread Whoever runs the threads has it open, and went through all of it once. */
  static open(
    base: BuildBase,
    options: { readonly openInOtherThread: boolean },
  ): Result<StationBuilder, string> {
    const { file, databaseKey, migrations, electionId, mock, stationNumber } = base.register;
    const expected = { electionId, mock, stationNumber };
    const register = openRegister({ file, databaseKey, migrations, expected, ...options });
    return register.ok ? ok(new StationBuilder(base, register.value)) : err(register.error.code);
  }

  close(): void {
    this.#register.close();
  }

  async build({ station, lanes }: StationJob): Promise<Result<StationBuilt, StationFault>> {
    const { about, election, recovery, secrets, signers, out, envelopes } = this.#base;
    const { number, district, name, people } = station;
    const fault = (code: string, detail = ''): Result<never, StationFault> =>
      err({ station: number, code, detail });
    const voters = await this.#votersOf(number);
    if (!voters.ok) return fault(voters.error);
    const built = await buildPackage({
      about: { ...about, station: { number, district, name }, lanes: [...lanes] },
      election,
      people: {
        version: 1,
        people: people.map(({ pin, ...person }) => ({
          ...person,
          pin: pin ?? drawnPin(secrets.people, number, person.id),
        })),
        envelopes: Array.from({ length: envelopes }, (_, index) => {
          const id = `envelope-${index + 1}`;
          return { id, code: drawnEnvelopeCode(secrets.people, number, id) };
        }),
      },
      voters: voters.value,
      elsewhere: this.#base.elsewhere,
      participation: ({ personalNumber }) => this.#tokens(personalNumber),
      recovery,
    });
    if (!built.ok) {
      const { error } = built;
      if (error.code !== 'row-refused') return fault(error.code);
      return fault(error.code, `voter ${error.line}: ${error.field} ${error.reason}`);
    }
    const keys = signers.map(({ name: signer, seed }) => ({
      name: signer,
      signing: deviceKeyFromSeed(seed),
    }));
    try {
      const bytes = writePackage(join(out, packageFileName(number, about.version)), built.value, keys);
      return ok({ station: number, voters: votersOf(built.value.manifest), bytes });
    } catch (cause) {
      const refused = fileFaultOf(cause);
      if (refused === null) throw cause;
      return fault(refused.code, refused.sentence);
    }
  }

  async #votersOf(station: number): Promise<Result<SourceVoter[], string>> {
    const { register, photos } = this.#base;
    const own = register.stationNumber === NATIONAL_STATION ? station : null;
    if (own === null && register.stationNumber !== station) return err('station-not-in-register');
    const read = this.#register.stationVoters(own, register.templateKey);
    if (!read.ok) return err(read.error.code);
    const voters: SourceVoter[] = [];
    for (const entry of read.value) {
      const photo = photos && entry.photo !== null ? await downscalePhoto(entry.photo) : null;
      voters.push({ ...entry, photo });
    }
    return ok(voters);
  }
}

function votersOf({ counts }: Manifest): number {
  return totalOf(counts);
}
