import type { ChipProtocols } from '../../fixtures/documents/chip-protocols.ts';
import { createEmulatedDocument, type EmulatedDocument } from '../../fixtures/documents/emulated-document.ts';
import { encodeSyntheticFace } from '../../fixtures/documents/synthetic-face.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { buildMrz } from '../../src/documents/mrz/build.ts';
import { unwrap } from '../../src/domain/result.ts';

const AES = 'aes-128';
const CAN = '271828';
const NOBODY = { seed: 'emulated passport', sex: 'female', age: 36, clothes: 0 } as const;

export interface PassportKind {
  readonly protocols: ChipProtocols;
  readonly face: 'jpeg' | 'jpeg-2000';
  readonly faceFormat: '19794-5' | '39794-5';
}

/** The ways in which the emulated passport opens and proves itself, by the names of the command line. */
export const PASSPORT_KINDS: Readonly<Record<string, PassportKind>> = {
  bac: { protocols: { activeAuthentication: 'rsa' }, face: 'jpeg', faceFormat: '19794-5' },
  pace: {
    protocols: {
      pace: { mapping: 'generic', domain: { curve: 'brainpoolP256r1' }, cipher: AES, can: CAN },
      chipAuthentication: { domain: { curve: 'brainpoolP256r1' }, cipher: AES },
    },
    face: 'jpeg-2000',
    faceFormat: '19794-5',
  },
  'pace-im': {
    protocols: {
      pace: { mapping: 'integrated', domain: { curve: 'secp256r1' }, cipher: AES, can: CAN },
      activeAuthentication: 'ecdsa',
    },
    face: 'jpeg',
    faceFormat: '39794-5',
  },
  'pace-cam': {
    protocols: {
      pace: { mapping: 'chip-authentication', domain: { curve: 'secp256r1' }, cipher: AES, can: CAN },
    },
    face: 'jpeg-2000',
    faceFormat: '39794-5',
  },
};

export interface EmulatedPassport {
  readonly document: EmulatedDocument;
  /** The certificate that makes it genuine. */
  readonly trusted: Uint8Array;
}

/** A synthetic passport of nobody, whose face fills so many bytes: zeros follow the picture's end. */
export async function createEmulatedPassport(
  kind: PassportKind,
  faceBytes = 20_000,
): Promise<EmulatedPassport> {
  const authority = createTestAuthority('tizme emulated passport');
  const picture =
    kind.face === 'jpeg' ? drawPortrait(NOBODY) : await encodeSyntheticFace({ width: 336, height: 432 });
  const face = new Uint8Array(Math.max(faceBytes, picture.length));
  face.set(picture);
  const document = createEmulatedDocument({
    mrz: unwrap(
      buildMrz({
        format: 'TD3',
        documentCode: 'PE',
        issuingState: 'KGZ',
        documentNumber: 'PE0000000',
        nationality: 'KGZ',
        birthDate: '1990-01-01',
        sex: 'female',
        expiryDate: '2034-12-31',
        surname: 'EMULATED',
        givenNames: 'PASSPORT',
        optionalData1: '10101199000000',
      }),
    ),
    surname: 'Эмуляция',
    givenNames: 'Паспорт',
    personalNumber: '10101199000000',
    birthDate: '1990-01-01',
    face,
    faceFormat: kind.faceFormat,
    authority,
    protocols: kind.protocols,
  });
  return { document, trusted: authority.certificate };
}
