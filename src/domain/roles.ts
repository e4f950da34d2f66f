/**
 * Who may do what is decided in the station, for each call, from the person's own PIN or the desk that is
 * signed in; a screen only hides what would be refused.
 */
export const ROLES = [
  'operator',
  'chair',
  'secretary',
  'member',
  'technician',
  'trainer',
  'observer',
] as const;
export type Role = (typeof ROLES)[number];

/** The secretary is a member of the commission like the others, but takes no part in the draw. */
export function isMember(role: Role): boolean {
  return role === 'member' || role === 'secretary';
}

export function isOfCommission(role: Role): boolean {
  return role === 'chair' || isMember(role);
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** One person's own consent to one act. PINs never leave the station and never reach a log. */
export interface Approval {
  readonly personId: string;
  readonly pin: string;
}

/** The jobs that are drawn by lot at 07:00 (law on elections, article 31); chair and secretary take no part. */
export const DRAWN_JOBS = ['operator-control', 'paper-list', 'ballots', 'passage'] as const;
export type DrawnJob = (typeof DRAWN_JOBS)[number];
