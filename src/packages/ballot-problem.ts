import { knowsBallots, type Procedure } from '../domain/procedure.ts';
import type { Voter } from '../domain/voter.ts';
import type { RowProblem } from '../register/register-error.ts';

/** A ballot that no station could give, for the procedure names none like it; or null. */
export function ballotProblem({ ballotStyles }: Voter, procedure: Procedure): RowProblem | null {
  return knowsBallots(procedure, ballotStyles) ? null : { field: 'ballotStyles', reason: 'unknown-ballot' };
}
