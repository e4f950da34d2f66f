import { describe, expect, test } from 'vitest';
import type { ChipProtocols } from '../../../fixtures/documents/chip-protocols.ts';
import { createEmulatedDocument, type DocumentFault } from '../../../fixtures/documents/emulated-document.ts';
import { encodeSyntheticFace } from '../../../fixtures/documents/synthetic-face.ts';
import { createTestAuthority } from '../../../fixtures/documents/test-authority.ts';
import { buildMrz } from '../../documents/mrz/build.ts';
import { unwrap } from '../../domain/result.ts';
import { documentReading } from './documents.ts';

const authority = createTestAuthority('desk');
const ELECTION_DAY = '2026-11-22';
const FACE = await encodeSyntheticFace({ width: 64, height: 80 });
const MAPPING: ChipProtocols = {
  pace: { mapping: 'chip-authentication', domain: { curve: 'secp256r1' }, cipher: 'aes-128' },
};

function lay(protocols: ChipProtocols, faults: readonly DocumentFault[], personalNumber = '12905198400017') {
  const mrz = unwrap(
    buildMrz({
      format: 'TD1',
      documentCode: 'ID',
      issuingState: 'KGZ',
      documentNumber: 'ID0123458',
      nationality: 'KGZ',
      birthDate: '1984-05-29',
      sex: 'female',
      expiryDate: '2032-03-01',
      surname: 'OMURBEKOVA',
      givenNames: 'AIZHAN',
      optionalData1: '12905198400017',
    }),
  );
  const document = createEmulatedDocument({
    mrz,
    surname: 'Өмүрбекова',
    givenNames: 'Айжан',
    personalNumber,
    birthDate: '1984-05-29',
    face: FACE,
    authority,
    protocols,
  });
  document.setFaults(faults);
  return document;
}

async function read(document: ReturnType<typeof lay>, trusted = [authority.certificate]) {
  return unwrap(
    await documentReading(ELECTION_DAY, trusted, 300_000).readChip(document.connect(), document.mrz),
  );
}

describe('what the desk is told of a chip', () => {
  test('that is the issuer’s: who it is, and a face that its screen can show', async () => {
    const chip = await read(lay(MAPPING, []));
    expect(chip).toMatchObject({ personalNumber: '12905198400017', verification: 'genuine' });
    expect(chip.face?.mediaType).toBe('image/png');
    expect(
      Buffer.from(chip.face?.base64 ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test.each<[string, ChipProtocols, readonly DocumentFault[], string]>([
    ['files on another chip', { activeAuthentication: 'ecdsa' }, [{ kind: 'copied-chip' }], 'altered'],
    [
      'files on a chip that proves nothing',
      { activeAuthentication: 'rsa' },
      [{ kind: 'refuses-proof' }],
      'not-checked',
    ],
    ['files on a chip that opens the old way', MAPPING, [{ kind: 'hides-pace' }], 'not-checked'],
    ['files without their signature', {}, [{ kind: 'missing-file', file: 'SOD' }], 'not-checked'],
    ['a face that was changed', {}, [{ kind: 'altered-file', file: 'DG2', offset: 200 }], 'altered'],
  ])(
    'with %s: %#, and no face that could pass for the holder’s',
    async (_, protocols, faults, verification) => {
      expect(await read(lay(protocols, faults))).toMatchObject({ verification, face: null });
    },
  );

  test('of an issuer whom nobody provisioned, or whose details are somebody else’s', async () => {
    expect(await read(lay(MAPPING, []), [])).toMatchObject({
      verification: 'consistent-issuer-not-trusted',
      face: null,
    });
    expect(await read(lay({}, [], '12905198400018'))).toMatchObject({ verification: 'altered', face: null });
  });

  test('that holds no such document, or was taken away', async () => {
    const reading = documentReading(ELECTION_DAY, []);
    const outcome = async (faults: readonly DocumentFault[]) => {
      const document = lay({}, faults);
      return reading.readChip(document.connect(), document.mrz);
    };
    expect(await outcome([{ kind: 'not-a-travel-document' }])).toEqual({ ok: false, error: 'card-problem' });
    expect(await outcome([{ kind: 'card-lost', afterCommands: 20 }])).toEqual({
      ok: false,
      error: 'card-lost',
    });
  });
});
