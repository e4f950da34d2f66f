import { assert } from './assert.ts';
import { err, ok, type Result } from './result.ts';

/**
 * A voter's number for the cross-station check: 128 bits drawn by lot for one election, in base64url (RFC 4648
 * section 5) without padding, 22 characters. It is made from nothing, so nobody can work it out from a personal
 * number; only the register of the voter's own station says whose it is.
 */
export type ParticipationToken = string & { readonly __brand: 'participation-token' };

export const PARTICIPATION_TOKEN_BYTES = 16;

/** The last character carries two bits: any other would be a second spelling of the same token. */
const TOKEN = /^[A-Za-z0-9_-]{21}[AQgw]$/;

export function isParticipationToken(text: string): text is ParticipationToken {
  return TOKEN.test(text);
}

export function parseParticipationToken(text: string): Result<ParticipationToken, { code: 'not-a-token' }> {
  return isParticipationToken(text) ? ok(text) : err({ code: 'not-a-token' });
}

/** @param bytes 16, fresh from a cryptographic generator. */
export function drawParticipationToken(bytes: Uint8Array): ParticipationToken {
  assert(bytes.length === PARTICIPATION_TOKEN_BYTES, 'a participation token is 16 bytes');
  const text = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
  assert(isParticipationToken(text), 'base64url of 16 bytes is a token');
  return text;
}
