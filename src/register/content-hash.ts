import { createHash, hash } from 'node:crypto';
import type { Voter } from '../domain/voter.ts';
import type { RegisterIdentity, RegisterStation, TemplateSource } from './register-source.ts';

export interface TemplateDigest {
  readonly position: number;
  readonly source: TemplateSource;
  readonly sha256: Uint8Array;
}

/** Characters that are hashed at once. */
const PIECE = 1 << 16;

/**
 * SHA-256 over a register's canonical rows: one JSON array a line, first what it is and its stations, then voters in
 * the order of their lists, each with its documents and the hashes of its photo and templates. The same content
 * gives the same hash in every file, whatever its keys; the national index is keyed, and has a hash of its own.
 */
export class ContentHash {
  readonly #hash = createHash('sha256');
  #piece = '';

  constructor(info: RegisterIdentity) {
    const { ky, ru, en } = info.stationName;
    this.#line([
      'tizme register v1',
      info.electionId,
      info.mock,
      info.stationNumber,
      info.districtNumber,
      ky,
      ru,
      en,
    ]);
  }

  addStation({ number, districtNumber, name, address }: RegisterStation): void {
    this.#line(['station', number, districtNumber, name.ky, name.ru, name.en, address]);
  }

  add(voter: Voter, photoSha256: Uint8Array | null, templates: readonly TemplateDigest[]): void {
    this.#line([
      voter.listNumber,
      voter.id,
      voter.personalNumber,
      voter.name.surname,
      voter.name.given,
      voter.name.patronymic,
      voter.birthDate,
      voter.sex,
      voter.address,
      voter.stationNumber,
      voter.districtNumber,
      voter.standing,
      voter.ballotStyles,
      voter.changes,
      voter.hasFingerprints,
      voter.documents.map((document) => [document.kind, document.number, document.expires, document.current]),
      photoSha256 === null ? null : hexadecimal(photoSha256),
      templates
        .toSorted((a, b) => a.position - b.position)
        .map(({ position, source, sha256 }) => [position, source, hexadecimal(sha256)]),
    ]);
  }

  /** 64 hexadecimal digits; ends the hash. */
  digest(): string {
    return this.#hash.update(this.#piece).digest('hex');
  }

  #line(fields: readonly unknown[]): void {
    this.#piece += `${JSON.stringify(fields)}\n`;
    if (this.#piece.length < PIECE) return;
    this.#hash.update(this.#piece);
    this.#piece = '';
  }
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', bytes, 'buffer'));
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
