/** What differs between models of ESC/POS printers. */
export interface EscPosProfile {
  /** 576 for 80 mm paper, 384 for 58 mm, at 203 dpi. */
  readonly dotsAcross: number;
  /** Rows that are sent between two looks at the paper. */
  readonly bandRows: number;
  /** White paper between the last row and the cut, beyond the way to the cutter. */
  readonly feedDots: number;
  readonly answerMilliseconds: number;
  /** How often an idle printer is asked for its paper. */
  readonly pollMilliseconds: number;
  /** The slowest printing that still counts as printing. */
  readonly slowestRowsPerSecond: number;
}

export const STANDARD_PROFILE: EscPosProfile = {
  dotsAcross: 576,
  bandRows: 64,
  feedDots: 24,
  // Asked again, a late answer would be taken for that to the next question: on a busy laptop it is waited for.
  answerMilliseconds: 3_000,
  pollMilliseconds: 1_000,
  slowestRowsPerSecond: 100,
};
