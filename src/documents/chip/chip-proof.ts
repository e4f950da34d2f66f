import { ok, type Result } from '../../domain/result.ts';
import { authenticateActively, parseDataGroup15 } from './active-authentication.ts';
import { agreementWith, authenticateChip, chooseChipAuthentication } from './chip-authentication.ts';
import type { ChipError } from './chip-error.ts';
import { atStep, type ChipReader } from './chip-reader.ts';
import { CHIP_FILES } from './data-groups.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import type { OpenedChip } from './open-chip.ts';
import { provesChipKey } from './pace.ts';
import { type Authenticity, authenticateSignedData, type SigningContext } from './passive-authentication.ts';
import { parseSecurityInfos, type SecurityInfos } from './security-infos.ts';
import { parseSignedData } from './signed-data.ts';
import { readOnlyTlv } from './tlv.ts';

export type ChipProofMethod = 'pace-cam' | 'chip-authentication' | 'active-authentication';

/** Whether the chip is the one that the issuer made, and not one onto which its files were copied. */
export type ChipProof =
  | {
      /**
       * The chip has the private key; `genuine` if the public key is the issuer's word, `consistent-issuer-not-trusted` if
       * nobody vouches for that, and `altered` where the chip does not have it.
       */
      readonly outcome: 'genuine' | 'consistent-issuer-not-trusted' | 'altered';
      readonly method: ChipProofMethod;
    }
  | {
      readonly outcome: 'not-checked';
      /** `refused`: the chip has a key for it, and does not answer. */
      readonly reason: 'not-offered' | 'unsupported-algorithm' | 'refused' | 'key-not-signed';
    };

/** What a method found, before it is known whether the key is the issuer's. */
export type KeyProof =
  | { readonly method: ChipProofMethod; readonly holds: boolean }
  | Extract<ChipProof, { outcome: 'not-checked' }>;

const notChecked = (reason: Extract<ChipProof, { outcome: 'not-checked' }>['reason']) =>
  ({ outcome: 'not-checked', reason }) as const;

/** Reads DG14, the options of a chip (ICAO 9303-10, 4.7.14). */
export function parseDataGroup14(file: Uint8Array): SecurityInfos | null {
  const outer = readOnlyTlv(file, CHIP_FILES.DG14.tag);
  return outer.ok ? parseSecurityInfos(outer.value.value) : null;
}

/** Whether the signed options promise PACE with chip authentication mapping, by which the chip proves itself. */
export function announcesChipMapping({ pace, unsupported }: SecurityInfos): boolean {
  return (
    pace.some(({ mapping }) => mapping === 'chip-authentication') ||
    unsupported.some((protocol) => protocol.startsWith(OBJECT_IDENTIFIERS.paceChipMapping))
  );
}

/** PACE with chip authentication mapping has its key in EF.CardSecurity, which is signed for itself. */
export function checkChipMapping(
  { chipProof, cardSecurity }: OpenedChip,
  trusted: readonly Uint8Array[],
  context: SigningContext,
): ChipProof | null {
  if (chipProof === null || cardSecurity === null) return null;
  const method = 'pace-cam';
  if (chipProof === 'malformed') return { outcome: 'altered', method };
  const signedData = parseSignedData(cardSecurity, OBJECT_IDENTIFIERS.chipSecurityObject);
  if (!signedData.ok) return { outcome: 'altered', method };
  const authenticity = authenticateSignedData(signedData.value, trusted, context);
  const keys = parseSecurityInfos(signedData.value.content)?.chipPublicKeys ?? [];
  const proven = keys.some(({ key }) => {
    const element = agreementWith(key)?.element;
    return element !== undefined && provesChipKey(chipProof, element);
  });
  return judge({ method, holds: proven }, authenticity);
}

/**
 * Chip authentication by DG14: what follows goes on under the new keys. A chip that cannot answer under them is known
 * by its next answer, which is asked for here.
 */
export async function proveByChipAuthentication(
  { session, clock }: ChipReader,
  infos: SecurityInfos | null,
): Promise<Result<KeyProof, ChipError>> {
  const offer = infos === null ? null : chooseChipAuthentication(infos);
  if (offer === null) {
    const unknown = infos !== null && (infos.chipAuthentication.length > 0 || infos.unsupported.length > 0);
    return ok(notChecked(unknown ? 'unsupported-algorithm' : 'not-offered'));
  }
  clock.begin('chip-authentication');
  const done = await authenticateChip(session, offer);
  if (!done.ok) {
    return { ok: false, error: atStep(done.error, 'chip-authentication') };
  }
  if (done.value !== 'restarted') {
    clock.end();
    return ok(notChecked(done.value === 'refused' ? 'refused' : 'unsupported-algorithm'));
  }
  const probe = await session.readHead(CHIP_FILES.COM.identifier);
  clock.end();
  if (!probe.ok && probe.error.code === 'device') {
    return { ok: false, error: atStep(probe.error, 'chip-authentication') };
  }
  return ok({ method: 'chip-authentication', holds: probe.ok });
}

/** Active authentication by DG15. */
export async function proveByActiveAuthentication(
  { session, clock }: ChipReader,
  file: Uint8Array,
  infos: SecurityInfos | null,
): Promise<Result<KeyProof, ChipError>> {
  const key = parseDataGroup15(file);
  // What is not readable as a key is altered; passive authentication says so by its hash.
  if (!key.ok || key.value === 'unsupported') return ok(notChecked('unsupported-algorithm'));
  clock.begin('active-authentication');
  const done = await authenticateActively(session, key.value, infos?.activeAuthenticationHash ?? null);
  clock.end();
  if (!done.ok) {
    // An answer that was cut or mangled on its way is no signature by another key. The chip has been read, but not proven.
    if (done.error.code !== 'device' || done.error.problem.code === 'bad-data')
      return ok(notChecked('refused'));
    return { ok: false, error: atStep(done.error, 'active-authentication') };
  }
  if (done.value === 'refused') return ok(notChecked('refused'));
  return ok({ method: 'active-authentication', holds: done.value === 'genuine' });
}

/** A key proves as much as its signature does. */
export function judge(proof: KeyProof, keySigned: Authenticity): ChipProof {
  if ('outcome' in proof) return proof;
  const { method } = proof;
  if (!proof.holds || keySigned.outcome === 'altered') return { outcome: 'altered', method };
  if (keySigned.outcome === 'not-checked') return notChecked('key-not-signed');
  return { outcome: keySigned.outcome, method };
}

/**
 * What data and chip are worth together: as much as the weaker of both. Anybody can copy the files of a document onto
 * another chip, signatures and all, but not its private keys:
 *
 * - a chip that answers with another key than was signed is a copy, so the document is `altered`;
 * - one whose signed data say that it has a key, and that does not use it when asked, may be a copy or may be broken. Nobody
 *   can tell, so the document is `not-checked`, whatever its signatures say: as good as its printed zone;
 * - a document that was issued without such a key (or with one that this program does not compute with) can't be told from a copy
 *   by any reader. What is left is the word of its issuer, and `chipProof` says `not-checked` beside it.
 */
export function judgeDocument(data: Authenticity, chipProof: ChipProof): Authenticity {
  if (data.outcome === 'altered') return data;
  switch (chipProof.outcome) {
    case 'altered':
      return { outcome: 'altered', reason: 'chip', dataGroups: [] };
    case 'not-checked':
      return chipProof.reason === 'refused' && data.outcome !== 'not-checked'
        ? { outcome: 'not-checked', reason: 'chip-proof-refused' }
        : data;
    case 'consistent-issuer-not-trusted':
      return data.outcome === 'genuine'
        ? { outcome: 'consistent-issuer-not-trusted', reason: 'chip-key-not-trusted' }
        : data;
    case 'genuine':
      return data;
  }
}
