import { err, ok, type Result } from '../../domain/result.ts';
import type { EnrolledTemplate, Voter } from '../../domain/voter.ts';
import { openTemplate, sealTemplate } from '../../register/template-seal.ts';
import type { VisitorRecord } from '../../register/visitors/visitor-record.ts';
import { randomKey } from '../../store/keys.ts';
import {
  type AdmittedVisitor,
  personOf,
  type VisitorParticipation,
  type VisitorSource,
  voterFrom,
} from './admitted-visitor.ts';

interface KnownVisitor extends VisitorParticipation {
  readonly source: VisitorSource;
  readonly voter: Voter;
  /** Null once the visit is over, and after a restart: what was not kept. */
  readonly present: PresentVisitor | null;
}

interface PresentVisitor {
  readonly photo: Uint8Array | null;
  readonly sealed: readonly { readonly position: number; readonly record: Uint8Array }[];
}

/**
 * Voters of other stations, as far as this table has to know them: whoever is at the desk with everything of theirs,
 * whoever was here by name and ballots. Templates lie in memory sealed, under a key of this run, and no longer than
 * the visit.
 */
export class VisitorBook {
  readonly #known = new Map<string, KnownVisitor>();
  readonly #key = randomKey();
  readonly #electionId: string;

  constructor(electionId: string) {
    this.#electionId = electionId;
  }

  /** Who was admitted before this start. */
  restore(visitors: Iterable<AdmittedVisitor>): void {
    for (const visitor of visitors) {
      const { id, source, token, claim } = visitor;
      this.#known.set(id, {
        ...{ source, voter: voterFrom(visitor), present: null },
        ...(token === undefined ? {} : { token }),
        ...(claim === undefined ? {} : { claim }),
      });
    }
  }

  /** Somebody whose record came from the centre. Takes the templates: they are wiped here. */
  bringRecord(id: string, { voter, photo, templates, token }: VisitorRecord): Voter {
    const sealed = templates.map(({ position, record }) => ({
      position,
      record: sealTemplate(this.#key, record, this.#place(id, position)),
    }));
    for (const { record } of templates) record.fill(0);
    const here: Voter = { ...voterFrom({ id, person: personOf(voter) }), ...documentsOf(voter) };
    this.#known.set(id, {
      ...{ source: 'centre', voter: here, present: { photo, sealed } },
      ...(token === null ? {} : { token }),
    });
    return here;
  }

  /** Somebody of whom only the document is here. */
  bringChip(id: string, voter: Voter, participation: VisitorParticipation, face: Uint8Array): Voter {
    const here: Voter = { ...voterFrom({ id, person: personOf(voter) }), ...documentsOf(voter) };
    this.#known.set(id, {
      ...{ source: 'chip', voter: here, present: { photo: face, sealed: [] } },
      ...participation,
    });
    return here;
  }

  /** The visit is over: what nobody needs any more goes. */
  leave(id: string): void {
    const known = this.#known.get(id);
    if (known?.present == null) return;
    for (const { record } of known.present.sealed) record.fill(0);
    this.#known.set(id, { ...known, voter: { ...known.voter, documents: [] }, present: null });
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  source(id: string): VisitorSource | null {
    return this.#known.get(id)?.source ?? null;
  }

  /** Whether this visitor's record is here now, so that the visit can go on. */
  isPresent(id: string): boolean {
    return this.#known.get(id)?.present != null;
  }

  voter(id: string): Voter | null {
    return this.#known.get(id)?.voter ?? null;
  }

  /** What is put on record of somebody whose visit begins. */
  admitted(id: string): AdmittedVisitor | null {
    const known = this.#known.get(id);
    if (known === undefined) return null;
    return { id, source: known.source, person: personOf(known.voter), ...this.participation(id) };
  }

  photo(id: string): Uint8Array | null {
    return this.#known.get(id)?.present?.photo ?? null;
  }

  templatePositions(id: string): number[] {
    return this.#known.get(id)?.present?.sealed.map(({ position }) => position) ?? [];
  }

  openTemplates(id: string, position?: number): Result<EnrolledTemplate[], 'template-damaged'> {
    const opened: EnrolledTemplate[] = [];
    for (const { position: finger, record } of this.#known.get(id)?.present?.sealed ?? []) {
      if (position !== undefined && finger !== position) continue;
      const template = openTemplate(this.#key, record, this.#place(id, finger));
      if (!template.ok) return err('template-damaged');
      opened.push({ position: finger, record: template.value });
    }
    return ok(opened);
  }

  participation(id: string): VisitorParticipation {
    const { token, claim } = this.#known.get(id) ?? {};
    return { ...(token === undefined ? {} : { token }), ...(claim === undefined ? {} : { claim }) };
  }

  close(): void {
    for (const id of this.#known.keys()) this.leave(id);
    this.#key.fill(0);
  }

  #place(id: string, position: number): Parameters<typeof sealTemplate>[2] {
    return { electionId: this.#electionId, voterId: id, position };
  }
}

function documentsOf({
  documents,
  changes,
  standing,
}: Voter): Pick<Voter, 'documents' | 'changes' | 'standing'> {
  return { documents, changes, standing };
}
