import type { LookupMethod } from '../../domain/outcome.ts';
import type { Voter, VoterDocument } from '../../domain/voter.ts';
import { fullName } from '../../domain/voter.ts';
import type { VoterSummary } from '../../register/register-source.ts';
import type { StationRegister } from '../adapters/station-register.ts';
import type { PhotoView, VoterHit, VoterView } from '../api/snapshot.ts';
import type { ChipReading } from '../context.ts';

/** Who stands at the desk, and how the record was found. */
export interface Visitor {
  readonly voter: Voter;
  readonly document: VoterDocument | null;
  readonly lookup: LookupMethod;
  readonly chip: ChipReading['verification'] | null;
  /** Of a chip that is genuine. */
  readonly face: PhotoView | null;
}

export function voterView(visitor: Visitor, register: StationRegister): VoterView {
  const { voter, document, lookup, chip, face } = visitor;
  return {
    voterId: voter.id,
    name: voter.name,
    birthDate: voter.birthDate,
    sex: voter.sex,
    listNumber: voter.listNumber,
    visitor: visitorView(voter, register),
    address: voter.address,
    maskedDocument: document === null ? null : maskDocumentNumber(document.number),
    documentKind: document?.kind ?? null,
    photo: photoView(register.photo(voter.id)) ?? face,
    changes: voter.changes,
    lookup,
    chip,
  };
}

function visitorView(voter: Voter, { visitors }: StationRegister): VoterView['visitor'] {
  const source = visitors.source(voter.id);
  const { stationNumber, districtNumber } = voter;
  return source === null ? null : { stationNumber, districtNumber, source };
}

export function voterHit(voter: VoterSummary, ownStation: number): VoterHit {
  return {
    voterId: voter.id,
    name: fullName(voter.name),
    birthYear: Number(voter.birthDate.slice(0, 4)),
    address: voter.address,
    stationNumber: voter.stationNumber === ownStation ? null : voter.stationNumber,
    listNumber: voter.listNumber,
  };
}

/** `ID ••••• 567`: enough to tell two documents of one person apart, nothing that the queue could use. */
function maskDocumentNumber(number: string): string {
  return `${number.slice(0, 2)} ••••• ${number.slice(-3)}`;
}

const JPEG_START = [0xff, 0xd8];

export function photoView(bytes: Uint8Array | null): PhotoView | null {
  if (bytes === null) return null;
  const jpeg = bytes[0] === JPEG_START[0] && bytes[1] === JPEG_START[1];
  return { mediaType: jpeg ? 'image/jpeg' : 'image/png', base64: Buffer.from(bytes).toString('base64') };
}
