import type { ChipProtocols } from '../../fixtures/documents/chip-protocols.ts';
import { createEmulatedDocument, type EmulatedDocument } from '../../fixtures/documents/emulated-document.ts';
import { createTestAuthority } from '../../fixtures/documents/test-authority.ts';
import { buildMrz } from '../../src/documents/mrz/build.ts';
import { unwrap } from '../../src/domain/result.ts';

const AES = 'aes-128';
const CAN = '271828';

/** The ways in which the emulated passport opens and proves itself, by the names of the command line. */
export const PASSPORT_KINDS: Readonly<Record<string, ChipProtocols>> = {
  bac: { activeAuthentication: 'rsa' },
  pace: {
    pace: { mapping: 'generic', domain: { curve: 'brainpoolP256r1' }, cipher: AES, can: CAN },
    chipAuthentication: { domain: { curve: 'brainpoolP256r1' }, cipher: AES },
  },
  'pace-im': {
    pace: { mapping: 'integrated', domain: { curve: 'secp256r1' }, cipher: AES, can: CAN },
    activeAuthentication: 'ecdsa',
  },
  'pace-cam': {
    pace: { mapping: 'chip-authentication', domain: { curve: 'secp256r1' }, cipher: AES, can: CAN },
  },
};

export interface EmulatedPassport {
  readonly document: EmulatedDocument;
  /** The certificate that makes it genuine. */
  readonly trusted: Uint8Array;
}

/** A synthetic passport of nobody, whose face is a JPEG of so many bytes that only its size is read of. */
export function createEmulatedPassport(protocols: ChipProtocols, faceBytes = 20_000): EmulatedPassport {
  const authority = createTestAuthority('tizme emulated passport');
  const head = [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0x02, 0x13, 0x01, 0x9d, 1, 1, 0x11, 0];
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
    faceJpeg: Uint8Array.from({ length: faceBytes }, (_, i) => head[i] ?? (i * 31) % 251),
    authority,
    protocols,
  });
  return { document, trusted: authority.certificate };
}
