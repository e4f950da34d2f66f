import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { fullName, type Voter, type VoterDocument, type VoterStanding } from '../../domain/voter.ts';
import type { RowProblem } from '../register-error.ts';
import type { RegisterStation } from '../register-source.ts';

/**
 * A voter as NIST SP 1500-102 (Voter Records Interchange, version 1) has one in JSON: a `VRI.VoterRecord`. What the
 * standard has no place for stands under its `other` types; the table is in docs/register.md. Photos, templates and
 * a station's names in other languages don't travel this way.
 */
const external = z.looseObject({
  Type: z.string(),
  OtherType: z.string().optional(),
  Value: z.string().max(300),
});

const address = z.looseObject({ GeneralAddress: z.string().max(1000).optional() });

const reportingUnit = z.looseObject({
  Type: z.string(),
  OtherType: z.string().optional(),
  Name: z.string().max(300).optional(),
  ExternalIdentifier: z.array(external).max(20).optional(),
  Location: z.looseObject({ Address: address.optional() }).optional(),
});

export const voterRecordSchema = z.looseObject({
  '@type': z.literal('VRI.VoterRecord'),
  District: z.array(reportingUnit).max(50).optional(),
  PollingLocation: reportingUnit.optional(),
  VoterStatus: z.string().optional(),
  OtherStatus: z.string().optional(),
  Voter: z.looseObject({
    Name: z.looseObject({
      FirstName: z.string().max(1000).optional(),
      LastName: z.string().max(1000).optional(),
      MiddleName: z.array(z.string().max(1000)).max(10).optional(),
    }),
    DateOfBirth: z.string().max(40).optional(),
    Gender: z.string().max(40).optional(),
    ResidenceAddress: address,
    VoterId: z
      .array(
        z.looseObject({
          Type: z.string(),
          OtherType: z.string().max(300).optional(),
          StringValue: z.string().max(300).optional(),
        }),
      )
      .max(50)
      .optional(),
    VoterClassification: z
      .array(
        z.looseObject({ Type: z.string(), OtherType: z.string().max(300).optional(), Assertion: z.string() }),
      )
      .max(50)
      .optional(),
  }),
});
export type VoterRecord = z.infer<typeof voterRecordSchema>;

const PERSONAL_NUMBER = 'KG-PIN';
const RECORD_ID = 'TIZME-ID';
const LIST_NUMBER = 'LIST-NUMBER';
/** What a voter has one of. */
const ONE_EACH = [
  ['personalNumber', PERSONAL_NUMBER],
  ['id', RECORD_ID],
  ['listNumber', LIST_NUMBER],
] as const;
const STATION = 'KG-STATION';
const DISTRICT = 'KG-DISTRICT';
const DOCUMENT_TYPES: Readonly<Record<VoterDocument['kind'], string>> = {
  'id-card': 'KG-ID-CARD',
  passport: 'KG-PASSPORT',
};
const BALLOT_STYLE = 'ballot style ';
const CHANGE = 'since the last list ';
const FINGERPRINTS = 'fingerprints';

/** @param station where the register knows it: its name and address go along. */
export function toVoterRecord(voter: Voter, station: RegisterStation | null): VoterRecord {
  const { name, stationNumber, districtNumber } = voter;
  return {
    '@type': 'VRI.VoterRecord',
    District: [
      {
        '@type': 'VRI.ReportingUnit',
        Type: 'other',
        OtherType: 'electoral district',
        ExternalIdentifier: [externalIdentifier(DISTRICT, districtNumber)],
      },
    ],
    PollingLocation: {
      '@type': 'VRI.ReportingUnit',
      Type: 'polling-place',
      ...(station === null
        ? {}
        : {
            Name: station.name.ru,
            Location: { '@type': 'VRI.Location', Address: generalAddress(station.address) },
          }),
      ExternalIdentifier: [externalIdentifier(STATION, stationNumber)],
    },
    ...(voter.standing === 'active'
      ? { VoterStatus: 'active' }
      : { VoterStatus: 'other', OtherStatus: voter.standing }),
    Voter: {
      '@type': 'VRI.Voter',
      Name: {
        '@type': 'VRI.Name',
        ...(name.surname === null ? {} : { LastName: name.surname }),
        FirstName: name.given,
        ...(name.patronymic === null ? {} : { MiddleName: [name.patronymic] }),
        FullName: fullName(name),
      },
      DateOfBirth: voter.birthDate,
      Gender: voter.sex,
      ResidenceAddress: generalAddress(voter.address),
      VoterId: [
        voterId(PERSONAL_NUMBER, voter.personalNumber),
        voterId(RECORD_ID, voter.id),
        voterId(LIST_NUMBER, String(voter.listNumber)),
        ...voter.documents.map(({ kind, number, expires, current }) =>
          voterId(`${DOCUMENT_TYPES[kind]} to ${expires}${current ? '' : ', replaced'}`, number),
        ),
      ],
      VoterClassification: [
        ...voter.ballotStyles.map((style) => classification(`${BALLOT_STYLE}${style}`, 'yes')),
        classification(FINGERPRINTS, voter.hasFingerprints ? 'yes' : 'no'),
        ...voter.changes.map((change) => classification(`${CHANGE}${change}`, 'yes')),
      ],
    },
  };
}

/** The voter of a record, or what is missing in it. What only a comparison can tell is left to the import. */
export function fromVoterRecord(record: VoterRecord): Voter | RowProblem {
  const { Voter: voter, VoterStatus: status, OtherStatus: other } = record;
  const ids = voter.VoterId ?? [];
  const idOf = (type: string): string | undefined =>
    ids.find(({ OtherType }) => OtherType === type)?.StringValue;
  for (const [field, type] of ONE_EACH) {
    if (ids.filter(({ OtherType }) => OtherType === type).length > 1) return { field, reason: 'repeated' };
  }
  const personalNumber = idOf(PERSONAL_NUMBER);
  if (personalNumber === undefined) return { field: 'personalNumber', reason: 'empty' };
  const listNumber = wholeNumber(idOf(LIST_NUMBER));
  if (listNumber === null) return { field: 'listNumber', reason: 'bad-number' };
  const stationNumber = wholeNumber(identifierOf(record.PollingLocation, STATION));
  if (stationNumber === null) return { field: 'stationNumber', reason: 'bad-number' };
  const districts = record.District ?? [];
  const district = districts.map((unit) => identifierOf(unit, DISTRICT)).find((value) => value !== undefined);
  const districtNumber = wholeNumber(district);
  if (districtNumber === null) return { field: 'districtNumber', reason: 'bad-number' };
  const { Gender: sex, DateOfBirth: birthDate = '' } = voter;
  if (sex !== 'female' && sex !== 'male') return { field: 'sex', reason: 'unknown-word' };
  const standing = standingOf(status, other);
  if (standing === null) return { field: 'standing', reason: 'unknown-word' };
  const documents = documentsOf(ids);
  if (documents === null) return { field: 'documents', reason: 'unknown-word' };
  const classes = (voter.VoterClassification ?? []).filter(({ Type }) => Type === 'other');
  const changes = named(classes, CHANGE);
  if (!changes.every(isChange)) return { field: 'changes', reason: 'unknown-word' };
  const { LastName = '', FirstName = '', MiddleName = [] } = voter.Name;
  return {
    id: idOf(RECORD_ID) ?? randomBytes(16).toString('hex'),
    listNumber,
    personalNumber,
    name: {
      surname: LastName === '' ? null : LastName,
      given: FirstName,
      patronymic: MiddleName.length === 0 ? null : MiddleName.join(' '),
    },
    birthDate,
    sex,
    address: voter.ResidenceAddress.GeneralAddress ?? '',
    stationNumber,
    districtNumber,
    standing,
    ballotStyles: named(classes, BALLOT_STYLE),
    documents,
    hasFingerprints: !classes.some(
      ({ OtherType, Assertion }) => OtherType === FINGERPRINTS && Assertion === 'no',
    ),
    changes,
  };
}

/** The station that a record names, or null where it says too little. */
export function stationOfRecord({
  PollingLocation: place,
  District: districts = [],
}: VoterRecord): RegisterStation | null {
  const number = wholeNumber(identifierOf(place, STATION));
  const district = districts.map((unit) => identifierOf(unit, DISTRICT)).find((value) => value !== undefined);
  const districtNumber = wholeNumber(district);
  const placeName = place?.Name;
  const placeAddress = place?.Location?.Address?.GeneralAddress;
  if (number === null || districtNumber === null || !placeName || !placeAddress) return null;
  return {
    number,
    districtNumber,
    name: { ky: placeName, ru: placeName, en: placeName },
    address: placeAddress,
  };
}

const READ_OF_RECORD = ['@type', ...Object.keys(voterRecordSchema.shape)];
const READ_OF_VOTER = ['@type', ...Object.keys(voterRecordSchema.shape.Voter.shape)];
/** The full name is put together from its parts. */
const READ_OF_NAME = ['@type', 'FullName', ...Object.keys(voterRecordSchema.shape.Voter.shape.Name.shape)];
const LONGEST_WHAT = 80;

/**
 * What a record says that no register here keeps, by its kind: `VoterId KG-TAX`, `Voter.ContactMethod`. Names of kinds
 * alone, nothing of what stands in them.
 */
export function unreadParts(record: VoterRecord): string[] {
  const { VoterId: ids = [], VoterClassification: classes = [], Name: name } = record.Voter;
  const known = [PERSONAL_NUMBER, RECORD_ID, LIST_NUMBER];
  const beyond = (object: object, read: readonly string[], prefix: string): string[] =>
    Object.keys(object)
      .filter((key) => !read.includes(key))
      .map((key) => `${prefix}${key}`);
  const parts = [
    ...beyond(record, READ_OF_RECORD, ''),
    ...beyond(record.Voter, READ_OF_VOTER, 'Voter.'),
    ...beyond(name, READ_OF_NAME, 'Voter.Name.'),
    ...ids
      .map(({ Type, OtherType }) => OtherType ?? Type)
      .filter((type) => !known.includes(type) && !isDocumentType(type))
      .map((type) => `VoterId ${type}`),
    ...classes
      .filter(({ Type, OtherType = '' }) => Type !== 'other' || !isOwnClassification(OtherType))
      .map(({ Type, OtherType }) => `VoterClassification ${OtherType ?? Type}`),
  ];
  return [...new Set(parts.map((part) => part.slice(0, LONGEST_WHAT)))];
}

function isDocumentType(type: string): boolean {
  return Object.values(DOCUMENT_TYPES).some((known) => type.startsWith(known));
}

function isOwnClassification(type: string): boolean {
  return type === FINGERPRINTS || type.startsWith(BALLOT_STYLE) || type.startsWith(CHANGE);
}

type Classification = NonNullable<VoterRecord['Voter']['VoterClassification']>[number];

function named(classes: readonly Classification[], beginning: string): string[] {
  return classes.flatMap(({ OtherType = '', Assertion }) =>
    Assertion === 'yes' && OtherType.startsWith(beginning) ? [OtherType.slice(beginning.length)] : [],
  );
}

function isChange(change: string): change is Voter['changes'][number] {
  return change === 'new-name' || change === 'new-document';
}

function standingOf(status: string | undefined, other: string | undefined): VoterStanding | null {
  if (status === undefined || status === 'active') return 'active';
  if (status === 'inactive') return 'struck-off';
  if (status !== 'other') return null;
  return other === 'struck-off' || other === 'moved' || other === 'voted-at-home' ? other : null;
}

const DOCUMENT = /^(KG-ID-CARD|KG-PASSPORT) to (\S+?)(, replaced)?$/;

function documentsOf(ids: NonNullable<VoterRecord['Voter']['VoterId']>): VoterDocument[] | null {
  const documents: VoterDocument[] = [];
  for (const { OtherType = '', StringValue: number = '' } of ids) {
    if (!isDocumentType(OtherType)) continue;
    const [, type, expires, replaced] = DOCUMENT.exec(OtherType) ?? [];
    if (type === undefined || expires === undefined) return null;
    const kind = type === DOCUMENT_TYPES.passport ? 'passport' : 'id-card';
    documents.push({ kind, number, expires, current: replaced === undefined });
  }
  return documents;
}

function identifierOf(unit: VoterRecord['PollingLocation'], type: string): string | undefined {
  return unit?.ExternalIdentifier?.find(({ OtherType }) => OtherType === type)?.Value;
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}

function externalIdentifier(type: string, value: number): z.infer<typeof external> {
  return { '@type': 'VRI.ExternalIdentifier', Type: 'other', OtherType: type, Value: String(value) };
}

function voterId(type: string, value: string): NonNullable<VoterRecord['Voter']['VoterId']>[number] {
  return { '@type': 'VRI.VoterId', Type: 'other', OtherType: type, StringValue: value };
}

function classification(type: string, assertion: 'yes' | 'no'): Classification {
  return { '@type': 'VRI.VoterClassification', Type: 'other', OtherType: type, Assertion: assertion };
}

/** The one address of FGDC's standard that takes a line as it is. */
function generalAddress(text: string): z.infer<typeof address> {
  return { '@type': 'addr.GeneralAddressClass_type', GeneralAddress: text };
}
