import { type StationRegister, tokenOf } from '../adapters/station-register.ts';
import type { SettledRecords } from '../events.ts';

/**
 * What the centre is told when two people have looked into a voter's records: it compares tokens alone, and would go
 * on calling them open. Nothing for a voter whom it can't compare.
 */
export function settledRecords(
  register: Pick<StationRegister, 'participation' | 'visitors'>,
  voterId: string,
  settles: number,
): Partial<SettledRecords> {
  const { token } = tokenOf(register, voterId);
  return token === undefined ? {} : { settles, token };
}
