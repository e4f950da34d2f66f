import type { DeviceProblemCode } from '../../domain/devices.ts';

/** What reading a chip may consist of, in the order of doing; the timings and the errors name these. */
export const CHIP_STEPS = [
  'card-access',
  'access',
  'card-security',
  'select',
  'COM',
  'SOD',
  'DG1',
  'DG2',
  'DG11',
  'DG14',
  'DG15',
  'chip-authentication',
  'active-authentication',
  'verify',
] as const;
export type ChipStep = (typeof CHIP_STEPS)[number];

/** Why a chip could not be read, in words that a screen can explain. */
export type ChipError =
  /** The card left the reader: lay it down again. */
  | { readonly code: 'card-lost'; readonly step: ChipStep }
  /** The reader itself failed. */
  | { readonly code: 'reader-failed'; readonly step: ChipStep; readonly problem: DeviceProblemCode }
  /** A card, but none with the application of travel documents. */
  | { readonly code: 'not-a-travel-document'; readonly step: ChipStep; readonly status: number }
  /** The chip does not open with the data of the zone or the card's number: misread, or another document's. */
  | { readonly code: 'wrong-key'; readonly step: ChipStep; readonly status: number }
  /** The chip wants another access protocol, or another password, than was given. */
  | { readonly code: 'access-not-supported'; readonly step: ChipStep; readonly status: number }
  /** The chip refused a command in the middle of reading. */
  | { readonly code: 'refused'; readonly step: ChipStep; readonly status: number }
  /** The answer is not what the standard allows, or its authentication code does not hold. */
  | { readonly code: 'bad-data'; readonly step: ChipStep };
