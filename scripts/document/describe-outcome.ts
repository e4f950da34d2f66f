import type { ChipError } from '../../src/documents/chip/chip-error.ts';
import type { Authenticity } from '../../src/documents/chip/passive-authentication.ts';
import { throwIllegalValue } from '../../src/domain/assert.ts';

/** What an outcome means, for whoever has to do something about it. */
export function explainAuthenticity(authenticity: Authenticity): string {
  switch (authenticity.outcome) {
    case 'genuine':
      return 'signed by an authority that is trusted here, and unchanged since';
    case 'consistent-issuer-not-trusted':
      return NOT_TRUSTED[authenticity.reason];
    case 'altered':
      return ALTERED[authenticity.reason];
    case 'not-checked':
      return NOT_CHECKED[authenticity.reason];
    default:
      return throwIllegalValue(authenticity);
  }
}

type ReasonOf<Outcome extends Authenticity['outcome']> = Extract<
  Authenticity,
  { readonly outcome: Outcome; readonly reason: string }
>['reason'];

const NOT_TRUSTED: Readonly<Record<ReasonOf<'consistent-issuer-not-trusted'>, string>> = {
  'no-trusted-issuer':
    'unchanged since it was signed, but none of the certificates given with --trust vouches for the signer',
  'signer-outside-validity': 'unchanged, but signed or issued at a time when a certificate was not valid',
  'issuer-of-another-country': 'unchanged, but signed by another country than issued the document',
  'signer-revoked': 'unchanged, but the signer’s certificate was taken back by its own country',
  'chip-key-not-trusted': 'the data are genuine; the chip’s own key was signed by nobody who is trusted here',
};

const ALTERED: Readonly<Record<ReasonOf<'altered'>, string>> = {
  malformed: 'the security object cannot be read as one: it was changed, or is another kind of file',
  'data-group': 'the data groups named are not those that were signed',
  content: 'the list of hashes is not the one that was signed',
  signature: 'the signature does not hold',
  certificate: 'the signer’s certificate is not as it was issued, or not the one that the signature names',
  chip: 'the chip does not have the key that was signed with its data: it is a copy',
};

const NOT_CHECKED: Readonly<Record<ReasonOf<'not-checked'>, string>> = {
  'no-security-object': 'the chip gives no security object',
  'no-signer-certificate':
    'the signer’s certificate did not come along: lay it among the certificates of --trust',
  'unsupported-algorithm': 'signed by an algorithm or on a curve that this program does not compute',
  'chip-proof-refused': 'the chip should be able to prove that it is no copy, and did not',
};

/** Why a chip could not be read, and what to do next. */
export function explainChipError(error: ChipError): string {
  switch (error.code) {
    case 'card-lost':
      return 'the document left the reader: lay it down again, and leave it there until the end';
    case 'reader-failed':
      return `the reader failed (${error.problem}): plug it in again`;
    case 'not-a-travel-document':
      return 'a card, but none with the application of travel documents';
    case 'wrong-key':
      return 'the chip does not open with this zone or number: compare them with the document, letter by letter';
    case 'access-not-supported':
      return 'the chip wants another way in: give the zone (--mrz) where the number (--can) was given, or the other way round';
    case 'refused':
      return 'the chip refused a command in the middle of the reading: lay the document down anew';
    case 'bad-data':
      return 'the chip’s answer is not what the standard allows: lay the document down anew; if it stays so, the chip is damaged';
    default:
      return throwIllegalValue(error);
  }
}

/** The error as fields, with the status of the card in hexadecimal. */
export function chipErrorFields(error: ChipError): object {
  return 'status' in error ? { ...error, status: error.status.toString(16) } : error;
}
