/**
 * Finger positions by ISO/IEC 19794-2:2005 table 2: 1-5 right thumb to little, 6-10 left thumb to little,
 * 0 unknown.
 */
export const FINGER_POSITIONS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
export type FingerPosition = (typeof FINGER_POSITIONS)[number];

/** What the voter can do about a poor image while the finger lies on the glass. */
export type FingerAdvice =
  | 'ok'
  | 'no-finger'
  | 'press-harder'
  | 'press-softer'
  | 'centre-finger'
  | 'cover-more'
  | 'moisten'
  | 'dry'
  | 'hold-still';

/** Our own capture quality, 0 (useless) to 100; never to be called NFIQ. */
export interface CaptureQuality {
  readonly score: number;
  readonly advice: FingerAdvice;
}
