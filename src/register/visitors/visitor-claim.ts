import { ok, type Result } from '../../domain/result.ts';
import { openSealed, sealTo } from '../../store/age-sealing.ts';
import { LOCATOR_BYTES } from './visitor-keys.ts';

/**
 * Says to the centre, and to nobody else, who was identified here without a record: where that record would be. A
 * number derived from the document would tell as much to whoever holds the centre's database and one laptop; this is
 * sealed anew each time under a key that isn't in that database, and two of one person have nothing in common.
 */
export type VisitorClaim = string & { readonly __brand: 'visitor-claim' };

const START = Buffer.from('tizme visitor claim v1\0', 'latin1');
/** Of an age file around 39 bytes, in base64. */
const LONGEST_CLAIM = 600;

/** @param recipient The centre's (`age1...`), from the national index. */
export async function sealClaim(recipient: string, locator: Uint8Array): Promise<VisitorClaim> {
  const sealed = await sealTo([recipient], Buffer.concat([START, locator]));
  return Buffer.from(sealed).toString('base64') as VisitorClaim;
}

export function isVisitorClaim(text: string): text is VisitorClaim {
  return text.length <= LONGEST_CLAIM && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** The locator in a claim. */
export async function openClaim(
  identity: string,
  claim: VisitorClaim,
): Promise<Result<Uint8Array, 'claim-unreadable'>> {
  const opened = await openSealed(identity, new Uint8Array(Buffer.from(claim, 'base64')));
  const plain = opened.ok ? Buffer.from(opened.value) : Buffer.alloc(0);
  const isWhole =
    plain.length === START.length + LOCATOR_BYTES && plain.subarray(0, START.length).equals(START);
  return isWhole
    ? ok(new Uint8Array(plain.subarray(START.length)))
    : { ok: false, error: 'claim-unreadable' };
}
