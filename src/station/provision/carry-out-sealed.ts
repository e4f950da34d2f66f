import { err, ok, type Result } from '../../domain/result.ts';
import { type ChangeFileFault, openChanges } from '../../packages/changes/change-file.ts';
import { openChangeTokens } from '../../packages/changes/change-token.ts';
import { type AppliedDelta, applyDelta, type DeltaError } from '../../register/deltas/apply-delta.ts';
import { type Authority, openSignedDelta } from '../../register/deltas/signed-delta.ts';
import type { WritableStore } from '../../store/store.ts';

export interface CarriedOut {
  readonly applied: AppliedDelta;
  /** The signed delta, as it was inside. */
  readonly signed: string;
  /** In all, those that were overtaken with them. */
  readonly changes: number;
}

/** One file of signed changes, opened, verified, and carried out on a list: whole or not at all. */
export async function carryOutSealed(options: {
  readonly store: WritableStore;
  readonly file: Uint8Array;
  readonly authority: Authority;
  readonly packageKey: string;
  readonly templateKey: Uint8Array;
}): Promise<Result<CarriedOut, DeltaError | { readonly code: ChangeFileFault }>> {
  const { store, file, authority, packageKey, templateKey } = options;
  const opened = await openChanges(file, packageKey);
  if (!opened.ok) return err({ code: opened.error });
  const signed = openSignedDelta(opened.value, authority);
  if (!signed.ok) return signed;
  const tokens = await openChangeTokens(signed.value.delta, packageKey);
  if (!tokens.ok) {
    const problem = { field: 'participation', reason: 'token-unopened' } as const;
    return err({ code: 'change-refused', change: tokens.error.change, problem });
  }
  const applied = applyDelta({ store, file: opened.value, templateKey, authority, tokens: tokens.value });
  if (!applied.ok) return applied;
  return ok({
    applied: applied.value,
    signed: opened.value,
    changes: signed.value.delta.changes.length,
  });
}
