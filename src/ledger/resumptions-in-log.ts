import { type ResumptionCase, resumptionCase } from '../domain/lanes/resumption.ts';
import { decodeVouched } from './canonical.ts';
import type { ChainRecord, VerifiedEvent } from './verify-chain.ts';

/** Two people let the table go on, in this case, by this event. */
export interface Resumption {
  readonly case: ResumptionCase;
  readonly epoch: number;
  readonly seq: number;
}

/** Stands in the bytes of every such event: most events needn't be decoded for it. */
const WORD = Buffer.from('resumed');

/** @param records Those of the chain, in its order; a public log shows no private parts, and has none of these. */
export function findResumptions(
  chain: readonly VerifiedEvent[],
  records: readonly ChainRecord[],
): Resumption[] {
  return chain.flatMap(({ epoch, seq }, index) => {
    const bytes = records[index]?.private?.bytes;
    if (bytes === undefined) return [];
    const { buffer, byteOffset, length } = bytes;
    if (!Buffer.from(buffer, byteOffset, length).includes(WORD)) return [];
    const why = resumptionCase(decodeVouched(bytes));
    return why === null ? [] : [{ case: why, epoch, seq }];
  });
}
