import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
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

export interface Command {
  /** What is wrong with the command line, before any device is looked for. */
  readonly check: (request: Request) => Result<void, string>;
  readonly run: (manager: DeviceManager, request: Request, io: CommandIo) => Promise<Result<Answer, string>>;
}

/** Of a command that takes options alone. */
export function takesNoText({ texts }: Request): Result<void, string> {
  const [first] = texts;
  return first === undefined ? ok() : err(`it takes options alone, and "${first}" is none`);
}

/** How long somebody is waited for. */
export const CAPTURE_SECONDS = 30;
