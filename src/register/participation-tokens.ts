import { createHmac, createSecretKey } from 'node:crypto';
import {
  drawParticipationToken,
  isParticipationToken,
  PARTICIPATION_TOKEN_BYTES,
  type ParticipationToken,
} from '../domain/participation-token.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { deriveKey, openRecord, type SealingKey, sealRecord } from '../store/keys.ts';

/** A token could not be opened with this key, or was moved from another voter. */
export interface ParticipationError {
  readonly code: 'participation-seal-broken';
}

export interface ParticipationPlace {
  readonly electionId: string;
  readonly voterId: string;
}

/**
 * Draws the tokens of one election, and the same ones again as long as its secret lives: a build that was stopped
 * goes on with them, and so does a later version of a package. HMAC-SHA-256 (RFC 2104) under 32 bytes of chance that
 * exist nowhere but where packages are built: without them the tokens are chance, and once they are destroyed nobody
 * can make one again.
 */
export function participationTokens(
  secret: Uint8Array,
  electionId: string,
): (personalNumber: string) => ParticipationToken {
  const key = createSecretKey(secret);
  return (personalNumber) => {
    const digest = createHmac('sha256', key)
      .update(JSON.stringify(['tizme participation v1', electionId, personalNumber]))
      .digest();
    return drawParticipationToken(digest.subarray(0, PARTICIPATION_TOKEN_BYTES));
  };
}

/** The key that tokens are sealed under: derived from the templates', which isn't in the database either. */
export function participationKey(templateKey: Uint8Array): Uint8Array {
  return deriveKey({ secret: templateKey, info: 'tizme register participation v1' });
}

export function sealParticipation(
  key: SealingKey,
  token: ParticipationToken,
  place: ParticipationPlace,
): Uint8Array {
  return sealRecord(key, Buffer.from(token, 'latin1'), associatedData(place));
}

export function openParticipation(
  key: Uint8Array,
  sealed: Uint8Array,
  place: ParticipationPlace,
): Result<ParticipationToken, ParticipationError> {
  const opened = openRecord(key, sealed, associatedData(place));
  const text = opened.ok ? Buffer.from(opened.value).toString('latin1') : '';
  return isParticipationToken(text) ? ok(text) : err({ code: 'participation-seal-broken' });
}

function associatedData({ electionId, voterId }: ParticipationPlace): Uint8Array {
  return Buffer.from(JSON.stringify(['tizme participation token v1', electionId, voterId]), 'utf8');
}
