import { z } from 'zod';
import { isParticipationToken, type ParticipationToken } from '../domain/participation-token.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { SourceElsewhere, SourceVoter } from '../register/register-source.ts';
import { parseJson } from './commission.ts';

/**
 * The list of a station as parts of a package: one JSON array a line for each voter, and beside them the templates
 * and the photos, one after another in the order of the lines. Everything of it is personal data.
 */

export type PackageVoter = SourceVoter & { readonly participation: ParticipationToken };

export interface VoterParts {
  readonly voters: Uint8Array;
  readonly templates: Uint8Array;
  readonly photos: Uint8Array;
}

export class VoterPartsWriter {
  readonly #lines: string[] = [];
  readonly #templates: Uint8Array[] = [];
  readonly #photos: Uint8Array[] = [];

  add({ voter, photo, templates, participation }: PackageVoter): void {
    const { surname, given, patronymic } = voter.name;
    this.#lines.push(
      JSON.stringify([
        voter.listNumber,
        voter.id,
        voter.personalNumber,
        surname,
        given,
        patronymic,
        voter.birthDate,
        voter.sex,
        voter.address,
        voter.stationNumber,
        voter.districtNumber,
        voter.standing,
        voter.ballotStyles,
        voter.changes,
        voter.hasFingerprints,
        voter.documents.map(({ kind, number, expires, current }) => [kind, number, expires, current]),
        participation,
        photo === null ? null : photo.length,
        templates.map(({ position, source, record }) => [position, source, record.length]),
      ]),
    );
    for (const { record } of templates) this.#templates.push(record);
    if (photo !== null) this.#photos.push(photo);
  }

  finish(): VoterParts {
    const text = this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
    return {
      voters: Buffer.from(text, 'utf8'),
      templates: Buffer.concat(this.#templates),
      photos: Buffer.concat(this.#photos),
    };
  }
}

const text = z.string().max(1_000);
const lineSchema = z.tuple([
  z.int().min(1),
  text,
  text,
  text.nullable(),
  text,
  text.nullable(),
  text,
  z.enum(['female', 'male']),
  text,
  z.int(),
  z.int(),
  z.enum(['active', 'struck-off', 'moved', 'voted-at-home']),
  z.array(text).max(50),
  z.array(z.enum(['new-name', 'new-document'])).max(2),
  z.boolean(),
  z.array(z.tuple([z.enum(['id-card', 'passport']), text, text, z.boolean()])).max(50),
  z.string().refine(isParticipationToken),
  z.int().min(1).max(1_000_000).nullable(),
  z
    .array(
      z.tuple([
        z.int().min(0).max(10),
        z.enum(['enrolled', 'drawn', 'generated', 'scanned']),
        z.int().min(1).max(100_000),
      ]),
    )
    .max(10),
]);

type PartFault = 'voters' | 'templates' | 'photos' | 'elsewhere';

/** Every voter, or the part that doesn't add up. Records and photos are views into the parts. */
export function readVoterParts(parts: VoterParts): Result<PackageVoter[], PartFault> {
  const voters: PackageVoter[] = [];
  let templatesAt = 0;
  let photosAt = 0;
  const lines = linesOf(parts.voters);
  if (lines === null) return err('voters');
  for (const line of lines) {
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) return err('voters');
    const [listNumber, id, personalNumber, surname, given, patronymic, birthDate, sex, address, ...rest] =
      parsed.data;
    const [stationNumber, districtNumber, standing, ballotStyles, changes, hasFingerprints, ...more] = rest;
    const [documents, participation, photoBytes, templateSizes] = more;
    const templates = [];
    for (const [position, source, bytes] of templateSizes) {
      if (templatesAt + bytes > parts.templates.length) return err('templates');
      templates.push({
        position,
        source,
        record: parts.templates.subarray(templatesAt, templatesAt + bytes),
      });
      templatesAt += bytes;
    }
    let photo: Uint8Array | null = null;
    if (photoBytes !== null) {
      if (photosAt + photoBytes > parts.photos.length) return err('photos');
      photo = parts.photos.subarray(photosAt, photosAt + photoBytes);
      photosAt += photoBytes;
    }
    voters.push({
      voter: {
        ...{ id, listNumber, personalNumber, birthDate, sex, address, stationNumber, districtNumber },
        ...{ standing, ballotStyles, hasFingerprints, changes },
        name: { surname, given, patronymic },
        documents: documents.map(([kind, number, expires, current]) => ({ kind, number, expires, current })),
      },
      ...{ photo, templates, participation: participation as ParticipationToken },
    });
  }
  if (templatesAt !== parts.templates.length) return err('templates');
  return photosAt === parts.photos.length ? ok(voters) : err('photos');
}

/** Voters of other stations whom this laptop knows: in a mock election only, for the numbers stand here in clear. */
export function encodeElsewhere(entries: Iterable<SourceElsewhere>): Uint8Array {
  let lines = '';
  for (const entry of entries) {
    const { stationNumber, districtNumber, address, personalNumber, documentNumber, ballotStyles } = entry;
    const line = [stationNumber, districtNumber, address, personalNumber, documentNumber, ballotStyles];
    lines += `${JSON.stringify(line)}\n`;
  }
  return Buffer.from(lines, 'utf8');
}

const elsewhereSchema = z.tuple([z.int(), z.int(), text, text, text, z.array(text).max(50)]);

export function readElsewhere(part: Uint8Array): Result<SourceElsewhere[], PartFault> {
  const entries: SourceElsewhere[] = [];
  const lines = linesOf(part);
  if (lines === null) return err('elsewhere');
  for (const line of lines) {
    const parsed = elsewhereSchema.safeParse(parseJson(line));
    if (!parsed.success) return err('elsewhere');
    const [stationNumber, districtNumber, address, personalNumber, documentNumber, ballotStyles] =
      parsed.data;
    entries.push({ stationNumber, districtNumber, address, personalNumber, documentNumber, ballotStyles });
  }
  return ok(entries);
}

function linesOf(part: Uint8Array): string[] | null {
  if (part.length === 0) return [];
  try {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part);
    return decoded.endsWith('\n') ? decoded.slice(0, -1).split('\n') : null;
  } catch {
    return null;
  }
}
