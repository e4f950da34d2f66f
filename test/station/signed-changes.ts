import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertDefined } from '../../src/domain/assert.ts';
import { changesFileName, sealChanges } from '../../src/packages/changes/change-file.ts';
import { sealChangeToken } from '../../src/packages/changes/change-token.ts';
import { deltaSha256, encodeDelta, type ListChange } from '../../src/register/deltas/list-delta.ts';
import { signDelta } from '../../src/register/deltas/signed-delta.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import type { Laptop } from './packaged-laptop.ts';

/** Changes of a laptop's list as the central commission makes and signs them. */
export class Changes {
  readonly #laptop: Laptop;
  #previous: string | null = null;
  #sequence = 0;

  constructor(laptop: Laptop) {
    this.#laptop = laptop;
  }

  /** The next file, sealed to whoever can open the package. */
  async file(changes: readonly ListChange[], { signers = 2 } = {}): Promise<Uint8Array> {
    const { manifest } = await this.#laptop.made.open();
    this.#sequence += 1;
    const delta = {
      ...{ format: 'tizme-list-delta-v1' as const, electionId: manifest.electionId, mock: true },
      ...{ stationNumber: manifest.station.number, sequence: this.#sequence, contentHash: null },
      previous: this.#previous ?? manifest.register,
      changes: [...changes],
    };
    this.#previous = Buffer.from(deltaSha256(encodeDelta(delta))).toString('hex');
    const seeds = this.#laptop.made.members.slice(0, signers).map(({ seed }) => seed);
    return sealChanges([assertDefined(manifest.changesTo, 'a recipient')], signDelta(delta, seeds));
  }

  async onStick(changes: readonly ListChange[], options?: { signers: number }): Promise<string> {
    const bytes = await this.file(changes, options);
    const file = join(this.#laptop.stick, changesFileName(9901, this.#sequence));
    writeFileSync(file, bytes);
    return file;
  }
}

export async function putOf(
  { made }: Laptop,
  { voter, photo, templates }: SourceVoter,
  request: number,
): Promise<ListChange> {
  const { manifest } = await made.open();
  const token = participationTokens(made.tokenSecret, manifest.electionId)(voter.personalNumber);
  return {
    ...{ op: 'put', request },
    voter: {
      ...voter,
      ballotStyles: [...voter.ballotStyles],
      documents: [...voter.documents],
      changes: [...voter.changes],
    },
    photo: photo === null ? null : Buffer.from(photo).toString('base64'),
    templates: templates.map(({ position, source, record }) => ({
      ...{ position, source },
      record: Buffer.from(record).toString('base64'),
    })),
    participation: await sealChangeToken(
      assertDefined(manifest.changesTo, 'a recipient'),
      manifest.electionId,
      voter.personalNumber,
      token,
    ),
  };
}

export const strike = (request: number, personalNumber: string): ListChange => ({
  ...{ op: 'standing', request, personalNumber, standing: 'struck-off' },
});
