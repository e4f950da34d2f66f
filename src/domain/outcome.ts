/**
 * Every way in which a voter's visit to the desk can end or halt (acceptance list A6). Each has a screen of
 * its own that says what happened and what to do next; none is a dead end.
 */
export const STOP_OUTCOMES = [
  'wrong-station',
  'wrong-station-own-district',
  'already-identified',
  'voted-at-home',
  'not-in-list',
  'under-age',
  'document-not-accepted',
  'document-expired',
  'document-replaced',
  'document-altered',
  'no-ballot-style',
  'struck-off',
  'refused-by-commission',
  /** Another lane of this station holds the right to identify the voter. */
  'other-lane',
  /** This lane itself may identify nobody yet: it can't show that its log is the newest, and two people decide. */
  'table-waits',
] as const;
export type StopOutcome = (typeof STOP_OUTCOMES)[number];

/** How a voter was identified; goes to the centre, never to the observers' display beside a face. */
export const IDENTIFICATION_METHODS = ['fingerprint', 'commission'] as const;
export type IdentificationMethod = (typeof IDENTIFICATION_METHODS)[number];

/** What reading a chip showed; the four are kept apart wherever they are shown or recorded. */
export const CHIP_RESULTS = ['genuine', 'consistent-issuer-not-trusted', 'altered', 'not-checked'] as const;
export type ChipResult = (typeof CHIP_RESULTS)[number];

/**
 * How the voter's record was found. A photocopy or a picture on a phone can never be `chip`, nor a chip of which nothing could be
 * checked, which says no more than a printed zone.
 */
export const LOOKUP_METHODS = [
  'chip',
  'mrz',
  'personal-number',
  'document-number',
  'list-number',
  'name',
] as const;
export type LookupMethod = (typeof LOOKUP_METHODS)[number];

/** Why the commission decides instead of a finger; counted as totals only. */
export const EXCEPTION_REASONS = [
  'no-match',
  'cannot-be-captured',
  'no-fingers',
  'scanner-failed',
  'no-templates',
  /** A voter of another station whose record could not be brought here: document, chip and face alone. */
  'visitor-without-record',
] as const;
export type ExceptionReason = (typeof EXCEPTION_REASONS)[number];
