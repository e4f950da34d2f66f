import { parseDataGroup15, verifyChallenge } from '../../src/documents/chip/active-authentication.ts';
import {
  type ChipProof,
  judge,
  judgeDocument,
  parseDataGroup14,
} from '../../src/documents/chip/chip-proof.ts';
import type { DataGroupName } from '../../src/documents/chip/data-groups.ts';
import { OBJECT_IDENTIFIERS } from '../../src/documents/chip/object-identifiers.ts';
import {
  authenticatePassively,
  authenticateSignedData,
  revocationOfSigners,
} from '../../src/documents/chip/passive-authentication.ts';
import { parseSecurityObject } from '../../src/documents/chip/security-object.ts';
import { parseSignedData } from '../../src/documents/chip/signed-data.ts';
import { describeSecurityObject } from '../../src/documents/chip/technical-description.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { explainAuthenticity } from './describe-outcome.ts';
import { describeFields } from './describe-zone.ts';
import type { Answer } from './read-chip.ts';
import type { TrustedCertificates } from './trust-folder.ts';

/** A challenge and what the chip answered to it, as a transcript of active authentication has them. */
export interface ChipAnswer {
  readonly challenge: Uint8Array;
  readonly answer: Uint8Array;
}

export interface FilesToVerify {
  readonly securityObject: Uint8Array;
  readonly dataGroups: ReadonlyMap<DataGroupName, Uint8Array>;
  readonly trusted: TrustedCertificates;
  readonly chipAnswer: ChipAnswer | null;
  readonly today: string;
}

/**
 * `tizme document verify`: passive authentication of files, and active authentication of an answer that came with them. Names what can't be
 * told from them, so that nobody takes it for told.
 */
export function verifyFiles(files: FilesToVerify): Result<Answer, string> {
  const { securityObject, dataGroups, trusted, chipAnswer, today } = files;
  const { certificates, revocationLists } = trusted;
  // The keys of chip authentication mapping are signed in the same way, and files of chips are easily mixed up.
  const cardSecurity = parseSignedData(securityObject, OBJECT_IDENTIFIERS.chipSecurityObject);
  if (cardSecurity.ok && dataGroups.size > 0)
    return err('this is EF.CardSecurity, which signs no data groups: --sod wants EF.SOD');
  const data = cardSecurity.ok
    ? authenticateSignedData(cardSecurity.value, certificates, { today, country: null, revocationLists })
    : authenticatePassively(securityObject, dataGroups, certificates, today, revocationLists);
  const held = chipAnswer === null ? ok(null) : checkAnswer(dataGroups, chipAnswer);
  if (!held.ok) return held;
  const chipProof: ChipProof | null =
    held.value === null ? null : judge({ method: 'active-authentication', holds: held.value }, data);
  const result = chipProof === null ? data : judgeDocument(data, chipProof);
  const listed = cardSecurity.ok ? cardSecurity : parseSecurityObject(securityObject);
  const described = describeSecurityObject(securityObject);
  const signed = described?.dataGroups ?? [];
  const rest = {
    checkedDataGroups: [...dataGroups.keys()],
    // Signed as well, but nobody gave their files.
    uncheckedDataGroups: signed.filter((name) => !dataGroups.has(name)),
    chipProof: chipProof ?? 'not-checked',
    revocation: listed.ok
      ? revocationOfSigners(listed.value, certificates, revocationLists, today)
      : 'not-checked',
  };
  return ok({
    lines: [
      ...describeFields({ ...result, ...rest }),
      explainAuthenticity(result),
      ...describeSigners(described),
      ...trusted.refused,
    ],
    json: { ...result, ...rest, securityObject: described, refusedLists: trusted.refused },
    good: result.outcome === 'genuine',
  });
}

/** Who signed, and which key of its country vouches for it: the certificate with that key is the one that is wanted. */
function describeSigners(described: ReturnType<typeof describeSecurityObject>): readonly string[] {
  return (described?.certificates ?? []).map(({ country, key, issuerKey, valid }) => {
    const years = valid.join(' to ');
    return `signer of ${country ?? 'an unnamed country'}, ${key}, ${years}; key of its issuer: ${issuerKey ?? 'not named'}`;
  });
}

function checkAnswer(
  dataGroups: FilesToVerify['dataGroups'],
  { challenge, answer }: ChipAnswer,
): Result<boolean, string> {
  const file = dataGroups.get('DG15');
  const key = file === undefined ? null : parseDataGroup15(file);
  if (key === null) return err('--answer wants the key that it was signed with: --dg 15=FILE');
  if (!key.ok || key.value === 'unsupported')
    return err('the key of DG15 is none that this program computes with');
  const options = dataGroups.get('DG14');
  const hash = options === undefined ? null : (parseDataGroup14(options)?.activeAuthenticationHash ?? null);
  return ok(verifyChallenge(key.value, hash, challenge, answer));
}
