import { DEFAULT_ELECTION_DATE } from '../../fixtures/election/mock-procedure.ts';
import { drawFamily, drawName } from '../../fixtures/election/names.ts';
import { generateMinutiaeOnly } from '../../fixtures/fingerprints/generated-minutiae.ts';
import { SENSOR_HEIGHT, SENSOR_WIDTH } from '../../fixtures/fingerprints/impression.ts';
import { createRandom } from '../../fixtures/random.ts';
import type { Sex } from '../../src/domain/voter.ts';
import { encodeIso2005, ISO_ANGLE_UNIT } from '../../src/fingerprint/codecs/iso-19794-2-2005.ts';
import { recordFromTemplate } from '../../src/fingerprint/codecs/minutiae-record.ts';
import type { RegisterStation, SourceTemplate, SourceVoter } from '../../src/register/register-source.ts';

/** Records are bytes to a package: so many different ones are drawn, and given to voter after voter. */
const TEMPLATE_POOL = 400;

export const FIRST_STATION = 1001;

export interface SyntheticVoters {
  readonly stations: number;
  readonly votersPerStation: number;
  readonly photo?: (index: number) => Uint8Array;
}

/** The stations that the voters belong to. */
export function syntheticStations(stations: number): RegisterStation[] {
  return Array.from({ length: stations }, (_, index) => {
    const number = FIRST_STATION + index;
    const name = { ky: `${number}-участок`, ru: `Участок № ${number}`, en: `Station ${number}` };
    return { number, districtNumber: 1 + (index % 30), name, address: `Сары-Өзөн айылы, ${number}-мектеп` };
  });
}

/** Voters of many stations as a national register holds them, two fingers each; deterministic. */
export function* syntheticVoters({
  stations,
  votersPerStation,
  photo,
}: SyntheticVoters): Generator<SourceVoter> {
  const random = createRandom('national register');
  const pool = templatePool();
  /** Those who were born on one day are told apart by the last five digits. */
  const serials = new Map<string, number>();
  let index = 0;
  for (let station = 0; station < stations; station += 1) {
    for (let listed = 0; listed < votersPerStation; listed += 1) {
      const sex: Sex = random.next() < 0.52 ? 'female' : 'male';
      const birthDate = drawBirthDate(random.integer(73 * 365));
      const [year = '', month = '', day = ''] = birthDate.split('-');
      const prefix = `${sex === 'female' ? 1 : 2}${day}${month}${year}`;
      const born = serials.get(prefix) ?? 0;
      serials.set(prefix, born + 1);
      const house = Math.floor(listed / 3);
      yield {
        voter: {
          id: index.toString(16).padStart(32, '0'),
          listNumber: listed + 1,
          personalNumber: prefix + String(born).padStart(5, '0'),
          name: drawName(drawFamily(random), sex, random),
          birthDate,
          sex,
          address: `Сары-Өзөн айылы, Достук көчөсү ${house + 1}`,
          stationNumber: FIRST_STATION + station,
          districtNumber: 1 + (station % 30),
          standing: 'active',
          ballotStyles: ['president'],
          documents: [
            { kind: 'id-card', number: documentNumber(index), expires: '2031-05-05', current: true },
          ],
          hasFingerprints: true,
          changes: [],
        },
        photo: photo?.(index) ?? null,
        templates: [2, 7].map((position, finger) => ({
          ...(pool[(2 * index + finger) % TEMPLATE_POOL] as SourceTemplate),
          position,
        })),
      };
      index += 1;
    }
  }
}

function templatePool(): SourceTemplate[] {
  return Array.from({ length: TEMPLATE_POOL }, (_, index) => {
    const minutiae = generateMinutiaeOnly(`pool-${index}`, 2);
    const template = { width: SENSOR_WIDTH, height: SENSOR_HEIGHT, minutiae };
    const record = recordFromTemplate(template, { position: 2, quality: 75 }, ISO_ANGLE_UNIT);
    return { position: 2, source: 'generated', record: encodeIso2005(record) };
  });
}

/** Of age on election day, and not older than 91. */
function drawBirthDate(daysBefore: number): string {
  const latest = Date.parse(`${Number(DEFAULT_ELECTION_DATE.slice(0, 4)) - 18}-01-01T00:00:00Z`);
  return new Date(latest - daysBefore * 86_400_000).toISOString().slice(0, 10);
}

function documentNumber(index: number): string {
  const letter = String.fromCharCode(65 + Math.floor(index / 10_000_000));
  return `I${letter}${String(index % 10_000_000).padStart(7, '0')}`;
}
