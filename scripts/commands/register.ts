import type { Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { INDEX_USAGE, runIndex } from '../register/build-index.ts';
import { APPLY_USAGE, DELTA_USAGE, runApply, runDelta } from '../register/change-list.ts';
import { EXPORT_USAGE, runExport } from '../register/export-register.ts';
import { LOOKUP_USAGE, runLookup, runSearch, SEARCH_USAGE } from '../register/find-voters.ts';
import { IMPORT_USAGE, runImport } from '../register/import-register.ts';
import type { ActionError } from '../register/options.ts';
import { refuseCommand, refuseUsage } from '../usage.ts';

interface Action {
  readonly usage: readonly string[];
  readonly run: (args: readonly string[], io: CommandIo) => Result<number, ActionError>;
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['import', { usage: IMPORT_USAGE, run: runImport }],
  ['search', { usage: SEARCH_USAGE, run: runSearch }],
  ['lookup', { usage: LOOKUP_USAGE, run: runLookup }],
  ['export', { usage: EXPORT_USAGE, run: runExport }],
  ['index', { usage: INDEX_USAGE, run: runIndex }],
  ['apply', { usage: APPLY_USAGE, run: runApply }],
  ['delta', { usage: DELTA_USAGE, run: runDelta }],
]);

/**
 * `tizme register`: an encrypted register made of a list of voters, asked, and written out again.
 * @returns the exit code, 0 only on success
 */
export async function runRegister(args: readonly string[], io: CommandIo): Promise<number> {
  const [name = '', ...rest] = args;
  const action = ACTIONS.get(name);
  if (action === undefined) {
    if (name !== '--help') return refuseCommand('register', name, [...ACTIONS.keys()], io);
    for (const line of [...ACTIONS.values()].flatMap(({ usage }) => [...usage, ''])) io.out(line);
    return 0;
  }
  if (rest.includes('--help')) {
    for (const line of action.usage) io.out(line);
    return 0;
  }
  const done = action.run(rest, io);
  if (done.ok) return done.value;
  if (typeof done.error !== 'string') return refuseUsage(`register ${name}`, done.error.wrongUsage, io);
  io.progress(`tizme register ${name}: ${done.error}`);
  return 1;
}
