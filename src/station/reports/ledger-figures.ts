import type { LedgerFigures } from '../../domain/reconciliation.ts';
import type { StationContext } from '../context.ts';
import { paperFigures } from '../paper-mode/paper-doubles.ts';

/** The ledger's side of the reconciliation: the desk's figures, and beside them what went on paper. */
export function ledgerFigures(
  context: Pick<StationContext, 'projection' | 'procedure' | 'lanes'>,
): LedgerFigures {
  return { ...context.projection.figures(context.procedure), onPaper: paperFigures(context) };
}
