import { runAction } from '../action.ts';
import type { CommandIo } from '../command-io.ts';
import { admitAction } from '../provision/action-admit.ts';
import { deltaAction } from '../provision/action-delta.ts';
import { eraseAction } from '../provision/action-erase.ts';
import { pinAction } from '../provision/action-pin.ts';
import { updateAction } from '../provision/action-update.ts';
import { enrolAction, labelsAction, laneAction, spareAction } from '../provision/actions.ts';

const ACTIONS = [
  enrolAction,
  laneAction,
  spareAction,
  admitAction,
  labelsAction,
  deltaAction,
  updateAction,
  pinAction,
  eraseAction,
];

/**
 * `tizme provision`: from a blank laptop to lane k of station n.
 * @returns the exit code, 0 only on success
 */
export function runProvision(args: readonly string[], io: CommandIo): Promise<number> {
  return runAction('provision', ACTIONS, args, io);
}
