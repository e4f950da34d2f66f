import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawParticipationToken, parseParticipationToken } from './participation-token.ts';

test('any sixteen bytes make the token that base64url spells, and it is read back as itself', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const token = drawParticipationToken(bytes);
      expect(token).toBe(Buffer.from(bytes).toString('base64url'));
      expect(parseParticipationToken(token)).toEqual({ ok: true, value: token });
    }),
  );
});

test.each([
  ['nothing', ''],
  ['too short', 'AAAAAAAAAAAAAAAAAAAAA'],
  ['too long', 'AAAAAAAAAAAAAAAAAAAAAAA'],
  ['padding', 'AAAAAAAAAAAAAAAAAAAAAA=='],
  ['the other alphabet', '+AAAAAAAAAAAAAAAAAAAAA'],
  ['a second spelling of the same bytes', 'AAAAAAAAAAAAAAAAAAAAAB'],
  ['a line after it', 'AAAAAAAAAAAAAAAAAAAAAA\n'],
])('%s is no token', (_what, text) => {
  expect(parseParticipationToken(text)).toEqual({ ok: false, error: { code: 'not-a-token' } });
});

test('a token is drawn from sixteen bytes and no other number', () => {
  expect(() => drawParticipationToken(new Uint8Array(15))).toThrow(/16 bytes/);
});
