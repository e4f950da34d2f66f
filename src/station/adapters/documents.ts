import type { FaceImage } from '../../documents/chip/dg2.ts';
import { type ChipDocument, readDocument } from '../../documents/chip/read-document.ts';
import { showFace } from '../../documents/face/face-pictures.ts';
import { parseMrz } from '../../documents/mrz/parse.ts';
import type { MachineReadableZone } from '../../documents/mrz/zone.ts';
import type { PersonalNumber } from '../../domain/personal-number.ts';
import { err, ok } from '../../domain/result.ts';
import type { IsoDate } from '../../domain/voter.ts';
import type { PhotoView } from '../api/snapshot.ts';
import type { ChipReading, DocumentHolder, DocumentReading, ZoneReading } from '../context.ts';

/**
 * Reading of documents in the words of the desk.
 * @param electionDate Decides centuries and validity, as a laptop whose clock stands in 1970 must not.
 * @param trusted Country certificates (DER).
 */
export function documentReading(
  electionDate: IsoDate,
  trusted: readonly Uint8Array[],
  facePatienceMilliseconds = FACE_PATIENCE_MILLISECONDS,
): DocumentReading {
  return {
    readZone(lines) {
      const zone = parseMrz(lines, { today: electionDate });
      return zone.ok ? ok(zoneReading(zone.value)) : err('mrz-invalid');
    },
    async readChip(transport, lines) {
      const zone = parseMrz(lines, { today: electionDate });
      if (!zone.ok) return err('card-problem');
      let photo: Promise<PhotoView | null> = Promise.resolve(null);
      const read = await readDocument(
        transport,
        { mrz: zone.value },
        {
          today: electionDate,
          trustedCertificates: trusted,
          // The card has more to say for a while; a face in JPEG 2000 takes as long to decode.
          onFace: (face) => {
            photo = facePhoto(face, facePatienceMilliseconds);
          },
        },
      );
      if (read.ok) return ok(await chipReading(read.value, photo));
      return err(read.error.code === 'card-lost' ? 'card-lost' : 'card-problem');
    },
  };
}

function zoneReading(zone: MachineReadableZone): ZoneReading {
  return {
    documentNumber: zone.documentNumber,
    personalNumber: digitsOf(zone.personalNumber),
    kind: kindOf(zone),
  };
}

/** Only documents of this country stand in its register; a foreign passport is none that the law accepts. */
function kindOf(zone: MachineReadableZone): ZoneReading['kind'] {
  if (zone.issuingState !== 'KGZ') return 'other';
  if (zone.format === 'TD1') return 'id-card';
  return zone.format === 'TD3' && zone.documentCode.startsWith('P') ? 'passport' : 'other';
}

async function chipReading(document: ChipDocument, photo: Promise<PhotoView | null>): Promise<ChipReading> {
  // A chip that names somebody else than the zone that opened it was put together from two documents.
  const contradicts = document.findings.some((finding) => CONTRADICTIONS.has(finding));
  const verification = contradicts ? 'altered' : document.authenticity.outcome;
  return {
    documentNumber: document.zone.documentNumber,
    personalNumber: digitsOf(document.details?.personalNumber ?? document.zone.personalNumber),
    verification,
    face: verification === 'genuine' ? await photo : null,
    holder: verification === 'genuine' ? holderOf(document) : null,
  };
}

/** Null where the chip doesn't say enough to put somebody on record by it. */
function holderOf({ zone, details }: ChipDocument): DocumentHolder | null {
  const birthDate = details?.birthDate ?? zone.birthDate;
  const { sex, expiryDate: expires } = zone;
  if (birthDate === null || expires === null || sex === 'unspecified') return null;
  const surname = details?.surname ?? zone.surname;
  const given = details?.givenNames ?? zone.givenNames;
  const name = { surname: surname === '' ? null : surname, given, patronymic: null };
  return { name, birthDate, sex, expires };
}

/** No face is worth more of a queue's time. */
const FACE_PATIENCE_MILLISECONDS = 3000;

/** A face that can't be shown is left away: the document itself is there to be looked at. */
async function facePhoto(face: FaceImage, patienceMilliseconds: number): Promise<PhotoView | null> {
  const picture = await showFace(face, { patienceMilliseconds });
  if (!picture.ok) return null;
  const { mediaType, bytes } = picture.value;
  return { mediaType, base64: Buffer.from(bytes).toString('base64') };
}

const CONTRADICTIONS: ReadonlySet<string> = new Set([
  'zone-differs-from-access',
  'personal-number-differs-from-zone',
  'birth-date-differs-from-zone',
]);

function digitsOf(number: PersonalNumber | null): string | null {
  return number?.digits ?? null;
}
