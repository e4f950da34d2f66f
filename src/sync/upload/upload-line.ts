/** Why events wait although the centre answers; null when nothing is wrong. */
export type UploadProblem =
  /** It turned the device or the election away; `code` of its answer is in the metrics of the centre. */
  | 'refused'
  /** It keeps some events aside, unverified, until people have looked at them. */
  | 'quarantined'
  /** It has events of this device that this log doesn't: an old copy of the disk, or two disks in use. */
  | 'other-history'
  /** It asks for events that don't bring it on. */
  | 'out-of-step'
  /** What it signed is not a receipt for what was sent. */
  | 'wrong-receipt'
  /** The log on this laptop can't be read or written just now. */
  | 'ledger-failed';

export interface UploadView {
  readonly state: 'reachable' | 'unreachable';
  /** Events without a receipt from the centre. */
  readonly pending: number;
  readonly problem: UploadProblem | null;
}

/** Sends what is committed to the centre when it can be reached. It never holds the desk up. */
export interface UploadLine {
  view(): UploadView;
  onChange(listener: () => void): void;
  /** Something new was committed. */
  kick(): void;
  /**
   * Has the centre countersign the newest checkpoint once everything before it is sent; resolves when it has, when it
   * can't be reached, or after a moment: a report doesn't wait for it.
   */
  countersign(): Promise<void>;
  /** Breaks off what is under way and resolves when nothing more will be sent. */
  stop(): Promise<void>;
}
