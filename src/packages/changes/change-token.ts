import { isParticipationToken, type ParticipationToken } from '../../domain/participation-token.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { ListDelta } from '../../register/deltas/list-delta.ts';
import { openSealed, sealTo } from '../age-sealing.ts';
import { parseJson } from '../commission.ts';

/**
 * The token of a voter who came into the list after the package: drawn by whoever signs the change, from the secret
 * that the packages were drawn from, so that the same person has the same token at every station. It is sealed to the
 * package's own key, and says whose it is: moved to another voter it counts for nobody.
 */
export async function sealChangeToken(
  recipient: string,
  electionId: string,
  personalNumber: string,
  token: ParticipationToken,
): Promise<string> {
  const plain = Buffer.from(JSON.stringify([electionId, personalNumber, token]), 'utf8');
  return Buffer.from(await sealTo([recipient], plain)).toString('base64');
}

/** @returns tokens by personal number; which change has one that can't be opened, counted from 1 */
export async function openChangeTokens(
  { electionId, changes }: ListDelta,
  packageKey: string,
): Promise<Result<ReadonlyMap<string, ParticipationToken>, { readonly change: number }>> {
  const tokens = new Map<string, ParticipationToken>();
  for (const [at, change] of changes.entries()) {
    if (change.op !== 'put' || change.participation === undefined) continue;
    const opened = await openSealed(packageKey, new Uint8Array(Buffer.from(change.participation, 'base64')));
    const content = opened.ok ? parseJson(Buffer.from(opened.value).toString('utf8')) : null;
    const [election, personalNumber, token] = Array.isArray(content) ? content : [];
    if (
      election !== electionId ||
      personalNumber !== change.voter.personalNumber ||
      !isParticipationToken(token)
    )
      return err({ change: at + 1 });
    tokens.set(personalNumber, token);
  }
  return ok(tokens);
}
