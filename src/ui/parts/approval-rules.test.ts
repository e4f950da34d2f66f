import { describe, expect, it } from 'vitest';
import { exampleDesk } from '../gallery/example-desk.ts';
import { CHAIR_AND_MEMBER, needAfterRefusal, peopleNeeded, whoMayApprove } from './approval-rules.ts';

const { people } = exampleDesk();
const ids = (given: readonly string[], need = CHAIR_AND_MEMBER): string[] =>
  whoMayApprove(
    people,
    given.map((personId) => ({ personId, pin: '1111' })),
    need,
  ).map((person) => person.id);

describe('who may approve next', () => {
  it('is the chair or a member, in either order, and never an operator', () => {
    expect(ids([])).toEqual(['p-chair', 'p-member-1', 'p-member-2', 'p-member-3', 'p-member-4']);
    expect(ids(['p-chair'])).toEqual(['p-member-1', 'p-member-2', 'p-member-3', 'p-member-4']);
    expect(ids(['p-member-2'])).toEqual(['p-chair']);
  });

  it('is nobody twice, and anybody of the commission where either will do', () => {
    const either = { chair: 0, members: 0, either: 2 };
    expect(ids(['p-member-1'], either)).toEqual(['p-chair', 'p-member-2', 'p-member-3', 'p-member-4']);
    expect(ids(['p-member-1', 'p-chair'], either)).toEqual([]);
  });
});

describe('after the station refused', () => {
  it('a wrong PIN starts over, a missing person is asked for, anything else is only explained', () => {
    expect(needAfterRefusal(CHAIR_AND_MEMBER, 'wrong-pin')).toEqual({
      need: CHAIR_AND_MEMBER,
      keepGiven: false,
    });
    const more = needAfterRefusal(CHAIR_AND_MEMBER, 'member-needed');
    expect(more?.keepGiven).toBe(true);
    expect(more === null ? 0 : peopleNeeded(more.need)).toBe(3);
    expect(needAfterRefusal(CHAIR_AND_MEMBER, 'disk-full')).toBeNull();
  });

  it('never asks for more people than a call can carry', () => {
    expect(needAfterRefusal({ chair: 1, members: 2, either: 0 }, 'two-people-needed')).toBeNull();
  });
});
