import { err, ok, type Result } from '../../src/domain/result.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import {
  type SealedPiece,
  sealVisitors,
  type VisitorSealing,
} from '../../src/register/visitors/seal-visitors.ts';
import type { VisitorRecord } from '../../src/register/visitors/visitor-record.ts';
import type { BuildBase, StationFault } from './build-station.ts';
import { downscalePhoto } from './downscale-photo.ts';

/** What every station of a run has in common; plain data, for it goes to other threads. */
export interface VisitorsBase {
  readonly register: BuildBase['register'];
  readonly sealing: VisitorSealing;
  /** What participation tokens are drawn from. */
  readonly tokens: Uint8Array;
  readonly photos: boolean;
}

export type VisitorsAnswer = Result<SealedPiece, StationFault>;

/** Seals the voters of one station after another, from one connection to the register. */
export class StationVisitors {
  readonly #base: VisitorsBase;
  readonly #register: Register;
  readonly #tokens: ReturnType<typeof participationTokens>;

  private constructor(base: VisitorsBase, register: Register) {
    this.#base = base;
    this.#register = register;
    this.#tokens = participationTokens(base.tokens, base.sealing.electionId);
  }

  /** The run holds the register open in its own thread, and went through all of it once. */
  static open(base: VisitorsBase): Result<StationVisitors, string> {
    const { file, databaseKey, migrations, electionId, mock, stationNumber } = base.register;
    const expected = { electionId, mock, stationNumber };
    const register = openRegister({ file, databaseKey, migrations, expected, openInOtherThread: true });
    return register.ok ? ok(new StationVisitors(base, register.value)) : err(register.error.code);
  }

  async seal(station: number): Promise<VisitorsAnswer> {
    const { register, photos, sealing } = this.#base;
    const voters = this.#register.stationVoters(station, register.templateKey);
    if (!voters.ok) return err({ station, code: voters.error.code, detail: '' });
    const records: VisitorRecord[] = [];
    for (const { voter, photo, templates } of voters.value)
      records.push({
        ...{ voter, token: this.#tokens(voter.personalNumber) },
        photo: photos && photo !== null ? await downscalePhoto(photo) : null,
        templates: templates.map(({ position, record }) => ({ position, record })),
      });
    return ok(sealVisitors(sealing, records));
  }
}
