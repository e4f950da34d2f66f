import type { LeftBehind } from './left-behind.ts';
import type { CheckResult, RoundsResult } from './run-checks.ts';

/** What the program inside the machine tells, one message a line. */
export type MachineMessage =
  | ({ readonly type: 'check' } & CheckResult)
  | ({ readonly type: 'rounds' } & RoundsResult)
  | ({ readonly type: 'left-behind' } & LeftBehind)
  /** One round was played: it goes on. */
  | { readonly type: 'played' }
  /** Everything was run to its end. */
  | { readonly type: 'done' };
