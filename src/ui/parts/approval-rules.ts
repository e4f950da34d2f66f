import { type Approval, isMember, type Person } from '../../domain/roles.ts';
import type { StationErrorCode } from '../../station/api/errors.ts';

/**
 * Whom an act wants. The station decides; this only asks the right people in the first place, and one more
 * when the station says so.
 */
export interface ApprovalNeed {
  readonly chair: number;
  readonly members: number;
  /** Places that the chair or a member may take. */
  readonly either: number;
}

export const CHAIR: ApprovalNeed = { chair: 1, members: 0, either: 0 };
export const MEMBER: ApprovalNeed = { chair: 0, members: 1, either: 0 };
export const CHAIR_AND_MEMBER: ApprovalNeed = { chair: 1, members: 1, either: 0 };

/** Most people who may be asked for one act. */
const MOST = 3;

export function peopleNeeded(need: ApprovalNeed): number {
  return need.chair + need.members + need.either;
}

/** Who may be the next to approve: nobody twice, and only roles that still have a place. */
export function whoMayApprove(
  people: readonly Person[],
  given: readonly Approval[],
  need: ApprovalNeed,
): readonly Person[] {
  const givenIds = new Set(given.map((approval) => approval.personId));
  const agreed = people.filter((person) => givenIds.has(person.id));
  const chairs = agreed.filter((person) => person.role === 'chair').length;
  const members = agreed.filter((person) => isMember(person.role)).length;
  const eitherTaken = Math.max(0, chairs - need.chair) + Math.max(0, members - need.members);
  const eitherOpen = need.either > eitherTaken;
  return people.filter((person) => {
    if (givenIds.has(person.id)) return false;
    if (person.role === 'chair') return chairs < need.chair || eitherOpen;
    return isMember(person.role) && (members < need.members || eitherOpen);
  });
}

/**
 * What to ask after the station refused: the same people again after a wrong PIN, one more where it wants more,
 * null where asking people does not help.
 */
export function needAfterRefusal(
  need: ApprovalNeed,
  code: StationErrorCode,
): { readonly need: ApprovalNeed; readonly keepGiven: boolean } | null {
  const room = peopleNeeded(need) < MOST;
  switch (code) {
    case 'wrong-pin':
    case 'pin-locked':
    case 'same-person-twice':
      return { need, keepGiven: false };
    case 'two-people-needed':
      return room ? { need: { ...need, either: need.either + 1 }, keepGiven: true } : null;
    case 'member-needed':
      return room ? { need: { ...need, members: need.members + 1 }, keepGiven: true } : null;
    case 'chair-needed':
      return room ? { need: { ...need, chair: need.chair + 1 }, keepGiven: true } : null;
    default:
      return null;
  }
}
