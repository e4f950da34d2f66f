import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { decodeResponse, encodeCommand } from './apdu.ts';
import { buildAuthentication, deriveAccessKeys, finishAuthentication } from './bac.ts';
import { messageAuthenticationCode } from './triple-des.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex').toUpperCase();

/** ICAO 9303-11 appendix D. */
const KEYS = deriveAccessKeys({
  documentNumber: 'L898902C',
  birthDateText: '690806',
  expiryDateText: '940623',
});
const CHALLENGE = bytes('4608F91988702212');
const RANDOMS = { terminal: bytes('781723860C06C226'), keyPart: bytes('0B795240CB7049B01C19B33E32804F0B') };
const ANSWER = bytes('46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449');

function openSession() {
  return unwrap(finishAuthentication(KEYS, CHALLENGE, RANDOMS, ANSWER));
}

describe('Basic Access Control, worked example of ICAO 9303-11 appendix D', () => {
  test('D.2: the keys of the zone', () => {
    expect(hex(KEYS.encryption)).toBe('AB94FDECF2674FDFB9B391F85D7F76F2');
    expect(hex(KEYS.authentication)).toBe('7962D9ECE03D1ACD4C76089DCE131543');
  });

  test('D.2: TD1 with a long document number takes the whole number', () => {
    const long = { documentNumber: 'D23145890734', birthDateText: '340712', expiryDateText: '950712' };
    expect(hex(deriveAccessKeys(long).encryption)).not.toBe(
      hex(deriveAccessKeys({ ...long, documentNumber: 'D23145890' }).encryption),
    );
  });

  test('D.3: EXTERNAL AUTHENTICATE', () => {
    const data = buildAuthentication(KEYS, CHALLENGE, RANDOMS);
    const command = encodeCommand({ cla: 0, ins: 0x82, p1: 0, p2: 0, data, expected: 40 });
    expect(hex(command)).toBe(
      '0082000028' +
        '72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7' +
        '28',
    );
  });

  test('D.4: SELECT EF.COM, READ BINARY of four bytes and of the rest', () => {
    const session = openSession();
    const select = session.protect({ cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: bytes('011E') });
    expect(hex(select)).toBe('0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800');
    const selected = unwrap(session.unprotect(bytes('990290008E08FA855A5D4C50A8ED9000')));
    expect(selected).toEqual({ data: new Uint8Array(0), status: 0x9000 });

    const head = session.protect({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 });
    expect(hex(head)).toBe('0CB000000D9701048E08ED6705417E96BA5500');
    const headAnswer = session.unprotect(bytes('8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000'));
    expect(hex(unwrap(headAnswer).data)).toBe('60145F01');

    const rest = session.protect({ cla: 0, ins: 0xb0, p1: 0, p2: 4, expected: 0x12 });
    expect(hex(rest)).toBe('0CB000040D9701128E082EA28A70F3C7B53500');
    const restAnswer = session.unprotect(
      bytes('871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000'),
    );
    expect(hex(unwrap(restAnswer).data)).toBe('04303130365F36063034303030305C026175');
  });
});

describe('a chip that does not keep to the protocol', () => {
  test('answering with a wrong code, a wrong echo or too few bytes opens no session', () => {
    const last = ANSWER.length - 1;
    const wrongCode = ANSWER.map((byte, i) => (i === last ? byte ^ 1 : byte));
    expect(finishAuthentication(KEYS, CHALLENGE, RANDOMS, wrongCode).ok).toBe(false);
    const echoed = ANSWER.slice(0, 32).map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    const resigned = Uint8Array.from([...echoed, ...messageAuthenticationCode(KEYS.authentication, echoed)]);
    expect(finishAuthentication(KEYS, CHALLENGE, RANDOMS, resigned).ok).toBe(false);
    expect(finishAuthentication(KEYS, CHALLENGE, RANDOMS, ANSWER.slice(0, 32)).ok).toBe(false);
  });

  test('an altered byte anywhere in a protected answer is refused', () => {
    const answer = bytes('8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000');
    for (let i = 0; i < answer.length - 2; i++) {
      const session = openSession();
      session.protect({ cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: bytes('011E') });
      unwrap(session.unprotect(bytes('990290008E08FA855A5D4C50A8ED9000')));
      session.protect({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 });
      expect(session.unprotect(answer.map((byte, at) => (at === i ? byte ^ 0x40 : byte))).ok).toBe(false);
    }
  });

  test('a status in the clear ends the session and is told', () => {
    const session = openSession();
    session.protect({ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 4 });
    expect(session.unprotect(bytes('6988'))).toEqual({
      ok: false,
      error: { code: 'session-ended', status: 0x6988 },
    });
  });
});

describe('commands', () => {
  test.each([
    [{ cla: 0, ins: 0x84, p1: 0, p2: 0, expected: 8 }, '0084000008'],
    [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 256 }, '00B0000000'],
    [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 1000 }, '00B000000003E8'],
    [{ cla: 0, ins: 0xb0, p1: 0, p2: 0, expected: 65_536 }, '00B00000000000'],
    [{ cla: 0, ins: 0xa4, p1: 2, p2: 12, data: bytes('011E') }, '00A4020C02011E'],
    [{ cla: 0, ins: 0xb1, p1: 0, p2: 0, data: bytes('5400'), expected: 300 }, '00B100000000025400012C'],
  ])('%j is written in the shortest form', (command, expected) => {
    expect(hex(encodeCommand(command))).toBe(expected);
  });

  test('an answer without a status is refused', () => {
    expect(decodeResponse(bytes('90')).ok).toBe(false);
    expect(unwrap(decodeResponse(bytes('AB6282')))).toEqual({ data: bytes('AB'), status: 0x6282 });
  });
});
