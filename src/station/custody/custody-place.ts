import type { Argon2Cost } from '../../store/unlock.ts';

/** Where a lane's own files lie, for what changes them while the station runs. */
export interface CustodyPlace {
  /** The lane's own folder. */
  readonly directory: string;
  /** The list of the lane's first package; a newer one's lies beside it. */
  readonly registerFile: string;
  /** Holds `station/` and `register/`. */
  readonly migrationsDirectory: string;
  /** Folders of the sticks that are plugged in now. */
  readonly sticks: () => readonly string[];
  readonly pinCost?: Argon2Cost;
}
