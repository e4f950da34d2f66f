import type { Result } from '../domain/result.ts';
import type { CallParameters } from './api/calls.ts';
import type { StationError } from './api/errors.ts';
import type { BecomingView } from './api/spare-view.ts';

/** A laptop that belongs to no station yet: what it can become, from a table that lives, over the network. */
export interface BlankLaptop {
  view(): BecomingView;
  onChange(listener: () => void): void;
  /** It is one, and people have had a moment to read so. */
  whenTable(listener: () => void): void;
  /** Looks for tables that let a spare in, and for sticks. */
  look(): void;
  /** Knocks at a table; everything else is told by the view. */
  become(options: {
    readonly address: string;
    readonly stick: string | null;
  }): Result<undefined, StationError>;
  /** Whether the table shows the digits that stand here. */
  compare(same: boolean): Result<undefined, StationError>;
  /** Ends what is under way, and begins again; what was recorded at the table stays. */
  cancel(): void;
}

export type BlankCall = 'lookForTables' | 'becomeTable' | 'compareTable' | 'cancelBecoming';

const BLANK_CALLS: ReadonlySet<string> = new Set<BlankCall>([
  'lookForTables',
  'becomeTable',
  'compareTable',
  'cancelBecoming',
]);

export function isBlankCall(name: string): name is BlankCall {
  return BLANK_CALLS.has(name);
}

export function callBlankLaptop(
  laptop: BlankLaptop,
  name: BlankCall,
  parameters: unknown,
): Result<undefined, StationError> {
  const done: Result<undefined, StationError> = { ok: true, value: undefined };
  switch (name) {
    case 'lookForTables':
      laptop.look();
      return done;
    case 'becomeTable':
      return laptop.become(parameters as CallParameters<'becomeTable'>);
    case 'compareTable':
      return laptop.compare((parameters as CallParameters<'compareTable'>).same);
    case 'cancelBecoming':
      laptop.cancel();
      return done;
  }
}
