import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';

export interface Request {
  readonly texts: readonly string[];
  readonly out: string | null;
  readonly milliseconds: number | null;
  readonly settings: string | null;
  /** Keeps the calibration in the settings file. */
  readonly save: boolean;
  readonly json: boolean;
}

/** What a command found: words for people, and the same for a machine. */
export interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
  readonly good: boolean;
}

export type Command = (
  manager: DeviceManager,
  request: Request,
  io: CommandIo,
) => Promise<Result<Answer, string>>;

/** How long somebody is waited for. */
export const CAPTURE_SECONDS = 30;
