import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { err, ok, type Result, unwrap } from '../../domain/result.ts';
import { until } from '../lanes/testing/lanes-bench.ts';
import { createLaneCertificate, type LaneCertificate } from '../lanes/transport/lane-certificate.ts';
import { knock, meetTable } from './knock.ts';
import {
  doorText,
  drawPairingCode,
  type PairingCode,
  pairingText,
  readDoor,
  readPairing,
  readPairingCode,
  spellPairingCode,
} from './pairing-code.ts';
import { type DoorCheck, type DoorMeeting, openSpareDoor, type SpareDoor } from './spare-door.ts';
import { PIECE_BYTES, type SpareKeys, type SpareOffer } from './spare-messages.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const PACKAGE = Buffer.alloc(2 * PIECE_BYTES + 17, 'package ');

let folder: string;
let code: PairingCode;
let check: DoorCheck;
let door: SpareDoor;
let admitted: SpareKeys[];
let admit: () => Result<unknown, string>;
let spare: { readonly certificate: LaneCertificate; readonly keys: SpareKeys };

async function newSpare(device: string): Promise<typeof spare> {
  const certificate = await createLaneCertificate();
  const keys = { device, ledgerKey: KEY, codeKey: KEY, certificate: certificate.certificatePem };
  return { certificate, keys };
}

async function open(version = '1'): Promise<void> {
  const certificate = await createLaneCertificate();
  const offer = offerOf({
    bytes: PACKAGE.length,
    sha256: createHash('sha256').update(PACKAGE).digest('hex'),
  });
  door = await openSpareDoor({
    ...{ certificate, version, offer, check, listen: { host: '127.0.0.1', port: 0 } },
    files: new Map([['package.tizme', join(folder, 'package')]]),
    admit: (keys) => {
      admitted.push(keys);
      return admit();
    },
    onProgress: () => {},
  });
}

const pairing = () => ({ addresses: door.addresses, code });
const arrive = (): string => mkdtempSync(join(folder, 'arriving-'));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-door-'));
  writeFileSync(join(folder, 'package'), PACKAGE);
  code = drawPairingCode();
  check = { by: 'code', code };
  admitted = [];
  admit = () => ok();
  spare = await newSpare('laptop-spare');
  await open();
});
afterEach(() => {
  door.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the code that a table shows', () => {
  test('is read however it is typed, and only whole', () => {
    const spelled = spellPairingCode(code);
    expect(spelled).toMatch(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){3}$/);
    expect(readPairingCode(spelled.toLowerCase().replaceAll('-', ' '))).toBe(code);
    expect(readPairingCode('O123I-L5678-9ABCD-EFGHJ')).toBe('0123115678'.concat('9ABCDEFGHJ'));
    expect(readPairingCode(spelled.slice(1))).toBeNull();
    const text = pairingText({ addresses: ['10.0.0.2:41000', '[fe80::1]:41000'], code });
    expect(readPairing(text)).toEqual({ addresses: ['10.0.0.2:41000', '[fe80::1]:41000'], code });
    expect(readPairing(`10.0.0.2:41000 ${spelled}`)).toEqual({ addresses: ['10.0.0.2:41000'], code });
    expect(readPairing(spelled)).toBeNull();
  });
});

describe('a spare at the door of a table', () => {
  test('who knows the code gets the package whole, and counts once it says that all is well', async () => {
    const letIn = unwrap(await knock({ pairing: pairing(), version: '1', ...spare }));
    expect(letIn.offer).toMatchObject({ station: 7, lane: 2, people: ['chair', 'secretary'] });
    const arriving = arrive();
    unwrap(await letIn.fetch(arriving, () => {}));
    expect(readFileSync(join(arriving, 'package.tizme')).equals(PACKAGE)).toBe(true);
    expect(admitted).toEqual([]);
    unwrap(await letIn.ready());
    expect(admitted).toEqual([spare.keys]);
    expect(await door.finished).toEqual({ outcome: 'admitted', device: 'laptop-spare' });
    expect(await knock({ pairing: pairing(), version: '1', ...spare })).toEqual(err('table-not-reached'));
  });

  test('who knows another code is told nothing, and after five of them the door is shut', async () => {
    for (let round = 0; round < 5; round += 1) {
      const guess = { ...pairing(), code: drawPairingCode() };
      expect(await knock({ pairing: guess, version: '1', ...spare })).toEqual(err('wrong-code'));
    }
    expect(await door.finished).toEqual({ outcome: 'too-many-wrong-codes' });
    expect(admitted).toEqual([]);
  });

  test('a certificate whose key it has not proven is not let in, nor another version', async () => {
    const other = await newSpare('laptop-other');
    const stolen = { certificate: spare.certificate, keys: other.keys };
    expect(await knock({ pairing: pairing(), version: '1', ...stolen })).toEqual(err('other-certificate'));
    expect(await knock({ pairing: pairing(), version: '2', ...spare })).toEqual(err('other-version'));
  });

  test('one at a time: while a spare is served no other is, and the same may come again after a cut', async () => {
    const first = unwrap(await knock({ pairing: pairing(), version: '1', ...spare }));
    const other = await newSpare('laptop-other');
    expect(await knock({ pairing: pairing(), version: '1', ...other })).toEqual(err('door-taken'));
    first.close();
    const again = unwrap(await knock({ pairing: pairing(), version: '1', ...spare }));
    unwrap(await again.fetch(arrive(), () => {}));
    unwrap(await again.ready());
    expect(admitted.length).toBe(1);
  });

  test('what arrives otherwise than it was offered is refused, and nothing counts', async () => {
    writeFileSync(join(folder, 'package'), Buffer.alloc(PACKAGE.length, 'another '));
    const letIn = unwrap(await knock({ pairing: pairing(), version: '1', ...spare }));
    const arriving = arrive();
    expect(await letIn.fetch(arriving, () => {})).toEqual(err('file-changed'));
    expect(readdirSync(arriving)).toEqual(['package.tizme']);
    expect(admitted).toEqual([]);
  });

  test('a table that can not put it on record says so', async () => {
    admit = () => err('disk-failed');
    const letIn = unwrap(await knock({ pairing: pairing(), version: '1', ...spare }));
    expect(await letIn.ready()).toEqual(err('not-admitted'));
    expect(await door.finished).toEqual({ outcome: 'not-admitted', code: 'disk-failed' });
  });

  test('a man in the middle, who has two connections, passes no proof on', async () => {
    // He ends TLS on both sides with keys of his own: the proof that he gets is bound to a connection that the door hasn't.
    const his = await createLaneCertificate();
    const middle = await openSpareDoor({
      ...{ certificate: his, version: '1', listen: { host: '127.0.0.1', port: 0 } },
      check: { by: 'code', code: drawPairingCode() },
      offer: offerOf({ bytes: 1, sha256: '0'.repeat(64) }),
      files: new Map(),
      admit: () => ok(),
      onProgress: () => {},
    });
    const fooled = { addresses: middle.addresses, code };
    expect(await knock({ pairing: fooled, version: '1', ...spare })).toEqual(err('wrong-code'));
    middle.close();
  });

  test('whoever sends anything else is hung up on', async () => {
    const [host = '', port = ''] = (door.addresses[0] ?? '').split(':');
    for (const bytes of [
      Buffer.alloc(4),
      Buffer.from([0, 0, 0, 5, 1, 2, 3, 4, 5]),
      Buffer.alloc(70_000, 7),
    ]) {
      const socket = connect({
        ...{ host, port: Number(port), rejectUnauthorized: false, servername: '' },
        cert: spare.certificate.certificatePem,
        key: spare.certificate.keyPem,
      });
      socket.on('error', () => {});
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.once('secureConnect', () => socket.write(bytes));
      await closed;
    }
    expect(admitted).toEqual([]);
    expect((await knock({ pairing: pairing(), version: '1', ...spare })).ok).toBe(true);
  });
});

describe('people who compare what both screens show', () => {
  let meetings: DoorMeeting[];
  beforeEach(async () => {
    door.close();
    meetings = [];
    check = { by: 'people', onMeeting: (meeting) => meetings.push(meeting) };
    await open();
  });
  const meet = (who = spare) => meetTable({ addresses: door.addresses, version: '1', ...who });
  const nextMeeting = async (nth = 0) => {
    await until('a meeting', () => meetings.length > nth);
    return assertDefined(meetings[nth], 'a meeting');
  };

  test('both show the same six digits; the package comes once the people at both said so', async () => {
    const met = unwrap(await meet());
    const meeting = await nextMeeting();
    expect(met.digits).toMatch(/^\d{6}$/);
    expect(meeting.digits).toBe(met.digits);
    meeting.decide(true);
    met.same();
    const letIn = unwrap(await met.answer);
    const arriving = arrive();
    unwrap(await letIn.fetch(arriving, () => {}));
    expect(readFileSync(join(arriving, 'package.tizme')).equals(PACKAGE)).toBe(true);
    expect(admitted).toEqual([]);
    unwrap(await letIn.ready());
    expect(admitted).toEqual([spare.keys]);
    expect(await door.finished).toEqual({ outcome: 'admitted', device: 'laptop-spare' });
  });

  test('while the table says nothing, what the spare says brings it nothing', async () => {
    const met = unwrap(await meet());
    const meeting = await nextMeeting();
    met.same();
    let answered = false;
    void met.answer.then(() => {
      answered = true;
    });
    const other = await newSpare('laptop-other');
    expect(await meet(other)).toEqual(err('door-taken'));
    expect(answered).toBe(false);
    meeting.decide(true);
    expect((await met.answer).ok).toBe(true);
  });

  test('different digits: the spare is sent away, another may come; after five times the door is shut', async () => {
    for (let round = 0; round < 5; round += 1) {
      const met = unwrap(await meet(await newSpare(`laptop-${round}`)));
      (await nextMeeting(round)).decide(false);
      expect(await met.answer).toEqual(err('codes-differ'));
    }
    expect(await door.finished).toEqual({ outcome: 'too-many-wrong-codes' });
    expect(admitted).toEqual([]);
  });

  test('the people at the spare see that they differ: the table is told, sends nothing, and waits for another', async () => {
    const met = unwrap(await meet());
    const meeting = await nextMeeting();
    met.differ();
    expect(await met.answer).toEqual(err('codes-differ'));
    expect(await meeting.gone).toBe('digits-differ');
    meeting.decide(true);
    expect(admitted).toEqual([]);
    expect((await meet(await newSpare('laptop-other'))).ok).toBe(true);
  });

  test('the people at the spare say so after those at the table agreed: the table is told all the same', async () => {
    const met = unwrap(await meet());
    const meeting = await nextMeeting();
    meeting.decide(true);
    met.differ();
    expect(await met.answer).toEqual(err('codes-differ'));
    expect(await meeting.gone).toBe('digits-differ');
    expect(admitted).toEqual([]);
  });

  test('digits that differ five times at the spare shut the door as well', async () => {
    for (let round = 0; round < 5; round += 1) {
      const met = unwrap(await meet(await newSpare(`laptop-${round}`)));
      const meeting = await nextMeeting(round);
      met.differ();
      expect(await meeting.gone).toBe('digits-differ');
    }
    expect(await door.finished).toEqual({ outcome: 'too-many-wrong-codes' });
  });

  test('one that goes away leaves its place to the next, and the table is told', async () => {
    const met = unwrap(await meet());
    const meeting = await nextMeeting();
    met.close();
    expect(await meeting.gone).toBe('went-away');
    const other = await newSpare('laptop-other');
    expect((await meet(other)).ok).toBe(true);
  });

  test('who stands between shows other digits than the table does', async () => {
    const his = await createLaneCertificate();
    const fooled: DoorMeeting[] = [];
    const middle = await openSpareDoor({
      ...{ certificate: his, version: '1', listen: { host: '127.0.0.1', port: 0 } },
      check: { by: 'people', onMeeting: (meeting) => fooled.push(meeting) },
      offer: offerOf({ bytes: 1, sha256: '0'.repeat(64) }),
      files: new Map(),
      admit: () => ok(),
      onProgress: () => {},
    });
    const atSpare = unwrap(await meetTable({ addresses: middle.addresses, version: '1', ...spare }));
    // At the table he shows the spare's keys, as far as he can: its certificate's key he has not.
    const stolen = { certificate: his, keys: spare.keys };
    expect(await meet(stolen)).toEqual(err('other-certificate'));
    const atTable = unwrap(
      await meet({ certificate: his, keys: { ...spare.keys, certificate: his.certificatePem } }),
    );
    expect((await nextMeeting()).digits).toBe(atTable.digits);
    expect(atTable.digits).not.toBe(atSpare.digits);
    middle.close();
  });

  test('a table with a code asks for it, and one without takes none', async () => {
    expect(await knock({ pairing: pairing(), version: '1', ...spare })).toEqual(err('wrong-code'));
    door.close();
    check = { by: 'code', code };
    await open();
    expect(await meet()).toEqual(err('code-needed'));
  });

  test('where it is can be scanned or typed', () => {
    expect(readDoor(doorText(['10.0.0.2:41000', '10.0.1.2:41000']))).toEqual([
      '10.0.0.2:41000',
      '10.0.1.2:41000',
    ]);
    expect(readDoor(' 10.0.0.2:41000 ')).toEqual(['10.0.0.2:41000']);
    expect(readDoor('10.0.0.2')).toBeNull();
  });
});

function offerOf(file: { readonly bytes: number; readonly sha256: string }): SpareOffer {
  return {
    ...{ electionId: 'e', mock: true, station: 7, lane: 2, table: 1, people: ['chair', 'secretary'] },
    roster: { lanes: [{ ...spare.keys, lane: 2, device: 'old', address: null }], shares: [] },
    ...{ commission: '{}', packageKey: 'AGE-SECRET-KEY-1', deltas: 0, receiptsFrom: 20_000 },
    files: [{ name: 'package.tizme', ...file }],
  };
}
