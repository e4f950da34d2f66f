import { beforeAll, describe, expect, test } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import type { Person } from '../../domain/roles.ts';
import { type SettableClock, settableClock } from '../../store/clock.ts';
import { hashPin, PinKeeper } from './pin-keeper.ts';
import { TryLimiter } from './try-limiter.ts';

const QUICK = { memoryKib: 64, iterations: 1, parallelism: 1 };
const PEOPLE: readonly (Person & { pin: string })[] = [
  { id: 'chair', name: 'A', role: 'chair', pin: '1111' },
  { id: 'secretary', name: 'B', role: 'member', pin: '2222' },
  { id: 'member', name: 'C', role: 'member', pin: '3333' },
  { id: 'operator', name: 'D', role: 'operator', pin: '4444' },
];
const hashes = new Map<string, string>();
beforeAll(async () => {
  for (const { id, pin } of PEOPLE) hashes.set(id, await hashPin(pin, QUICK));
});

function keeper(clock: SettableClock = settableClock({ wallMs: 0 })) {
  const refused: string[] = [];
  const tries = new TryLimiter(clock, { read: () => new Map(), write: () => {} });
  return { clock, refused, pins: new PinKeeper(PEOPLE, hashes, tries, (id) => refused.push(id)) };
}
const by = (...ids: string[]) =>
  ids.map((personId) => ({ personId, pin: PEOPLE.find(({ id }) => id === personId)?.pin ?? '' }));
const wrong = (personId: string) => ({ personId, pin: '9999' });

describe('who may approve what', () => {
  const CHAIR_AND_MEMBER = { chair: 1, members: 1 };

  test.each([
    ['chair and a member', by('chair', 'secretary'), ok(['chair', 'secretary'])],
    ['in either order', by('member', 'chair'), ok(['member', 'chair'])],
    ['the chair alone', by('chair'), err({ code: 'member-needed' })],
    ['two members', by('secretary', 'member'), err({ code: 'chair-needed' })],
    ['chair and operator', by('chair', 'operator'), err({ code: 'member-needed' })],
    ['the chair twice', by('chair', 'chair'), err({ code: 'same-person-twice' })],
    ['somebody unknown', [...by('chair'), wrong('nobody')], err({ code: 'wrong-pin' })],
    ['one wrong PIN of two', [...by('chair'), wrong('secretary')], err({ code: 'wrong-pin' })],
  ])('%s', async (_, approvals, answer) => {
    expect(await keeper().pins.approve(approvals, CHAIR_AND_MEMBER)).toEqual(answer);
  });
});

describe('guessing PINs', () => {
  test('the third wrong one makes that person wait, even with the right PIN, and is on record', async () => {
    const { pins, refused, clock } = keeper();
    for (let guess = 1; guess <= 3; guess += 1)
      expect(await pins.verify(wrong('chair'))).toEqual(err({ code: 'wrong-pin' }));
    const [right] = by('chair');
    if (right === undefined) throw new Error('no approval');
    expect(await pins.verify(right)).toEqual(err({ code: 'pin-locked', retryAfterSeconds: 30 }));
    expect(refused).toEqual(['chair', 'chair', 'chair']);
    clock.advance(30_000);
    expect(await pins.verify(right)).toMatchObject({ ok: true, value: { id: 'chair' } });
  });

  test('guesses made all at once are slowed down like guesses made one after the other', async () => {
    const { pins } = keeper();
    const answers = await Promise.all(Array.from({ length: 20 }, () => pins.verify(wrong('chair'))));
    expect(answers.filter((answer) => !answer.ok && answer.error.code === 'wrong-pin')).toHaveLength(3);
    expect(answers.filter((answer) => !answer.ok && answer.error.code === 'pin-locked')).toHaveLength(17);
  });

  test('the same right PIN twice at once, from two windows, is right twice', async () => {
    const { pins } = keeper();
    const [right] = by('chair');
    if (right === undefined) throw new Error('no approval');
    const answers = await Promise.all([pins.verify(right), pins.verify(right)]);
    expect(answers.every((answer) => answer.ok)).toBe(true);
  });
});

test('a hash names its own salt: the same PIN never hashes alike', async () => {
  const [one, other] = await Promise.all([hashPin('1234', QUICK), hashPin('1234', QUICK)]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
});
