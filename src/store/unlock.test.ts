import { beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import { randomKey } from './keys.ts';
import {
  createUnlock,
  type Member,
  openWithPin,
  parseUnlockRecord,
  sealWithPin,
  type UnlockRecord,
  unlock,
} from './unlock.ts';

const CHEAP = { memoryKib: 64, iterations: 1, parallelism: 1 };
const chair: Member = { id: 'chair', pin: '314159' };
const second: Member = { id: 'second', pin: '271828' };
const third: Member = { id: 'third', pin: '161803' };

describe('two of three members open the database key of their laptop', () => {
  const key = randomKey();
  const deviceSecret = randomKey();
  let record: UnlockRecord;

  beforeAll(async () => {
    record = await createUnlock({ key, members: [chair, second, third], deviceSecret, argon2: CHEAP });
  });

  test('any two of them, and all three; after the record went through its file', async () => {
    const fromFile = unwrap(parseUnlockRecord(JSON.parse(JSON.stringify(record))));
    for (const members of [
      [chair, second],
      [third, chair],
      [second, third],
      [chair, second, third],
    ]) {
      expect(unwrap(await unlock(fromFile, { members, deviceSecret }))).toEqual({ key, former: null });
    }
  });

  test('one member alone opens nothing, not even by coming twice', async () => {
    const alone = { ok: false, error: { code: 'too-few-members', needed: 2 } };
    expect(await unlock(record, { members: [chair], deviceSecret })).toEqual(alone);
    expect(await unlock(record, { members: [chair, chair], deviceSecret })).toEqual(alone);
  });

  test('a wrong PIN names whose it was', async () => {
    for (const pin of ['271829', '']) {
      const members = [chair, { ...second, pin }];
      expect(await unlock(record, { members, deviceSecret })).toEqual({
        ok: false,
        error: { code: 'wrong-pin', memberId: 'second' },
      });
    }
  });

  test('a stranger is named, and another laptop does not even try the PINs', async () => {
    const stranger = { id: 'stranger', pin: '000000' };
    expect(await unlock(record, { members: [chair, stranger], deviceSecret })).toEqual({
      ok: false,
      error: { code: 'unknown-member', memberId: 'stranger' },
    });
    expect(await unlock(record, { members: [chair, second], deviceSecret: randomKey() })).toEqual({
      ok: false,
      error: { code: 'wrong-device' },
    });
  });

  test('shares of another record open, but not into this key', async () => {
    const other = await createUnlock({
      key: randomKey(),
      members: [chair, second, third],
      deviceSecret,
      argon2: CHEAP,
    });
    const mixed = { ...record, shares: other.shares };
    expect(await unlock(mixed, { members: [chair, second], deviceSecret })).toEqual({
      ok: false,
      error: { code: 'record-damaged' },
    });
  });

  test('two shares at one place of their splits are a damaged record, and nothing that ends the program', async () => {
    const sealed = record.shares.find(({ memberId }) => memberId === 'chair');
    const plain = unwrap(
      await openWithPin(assertDefined(sealed, 'a share'), { pin: chair.pin, deviceSecret }),
    );
    const twice = await sealWithPin({ member: second, deviceSecret, plain, argon2: CHEAP });
    const mixed = {
      ...record,
      shares: [...record.shares.filter(({ memberId }) => memberId !== 'second'), twice],
    };
    expect(await unlock(mixed, { members: [chair, second], deviceSecret })).toEqual({
      ok: false,
      error: { code: 'record-damaged' },
    });
  });

  test('a file that is not such a record is refused', () => {
    const refused = { ok: false, error: { code: 'record-damaged' } };
    expect(parseUnlockRecord(null)).toEqual(refused);
    expect(parseUnlockRecord({ ...record, threshold: 1 })).toEqual(refused);
    expect(parseUnlockRecord({ ...record, more: 1 })).toEqual(refused);
  });
});

test('one authorised person opens what was sealed under their PIN on this laptop, and nobody else does', async () => {
  const deviceSecret = randomKey();
  const plain = randomKey();
  const sealed = await sealWithPin({ member: chair, deviceSecret, plain, argon2: CHEAP });
  expect(unwrap(await openWithPin(sealed, { pin: chair.pin, deviceSecret }))).toEqual(plain);
  const refused = { ok: false, error: { code: 'wrong-pin', memberId: 'chair' } };
  expect(await openWithPin(sealed, { pin: '314158', deviceSecret })).toEqual(refused);
  expect(await openWithPin(sealed, { pin: chair.pin, deviceSecret: randomKey() })).toEqual(refused);
  expect(
    await openWithPin({ ...sealed, memberId: 'second' }, { pin: chair.pin, deviceSecret }),
  ).toMatchObject({ ok: false });
});
