import { runAction } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { buildAction, forgetAction } from '../package/action-build.ts';
import { changesAction } from '../package/action-changes.ts';
import { keysAction, signAction } from '../package/action-keys.ts';
import { lettersAction } from '../package/action-letters.ts';
import { diffAction, openAction, showAction } from '../package/action-open.ts';
import { visitorsAction } from '../package/action-visitors.ts';

const ACTIONS = [
  ...[keysAction, buildAction, visitorsAction, signAction],
  ...[showAction, openAction, diffAction, changesAction, lettersAction, forgetAction],
];

/**
 * `tizme package`: the sealed packages of an election, from the keys of the commission to their end.
 * @returns the exit code, 0 only on success
 */
export function runPackage(args: readonly string[], io: CommandIo): Promise<number> {
  return runAction('package', ACTIONS, args, io);
}
