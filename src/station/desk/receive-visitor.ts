import { knowsBallots } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Voter } from '../../domain/voter.ts';
import { sealClaim } from '../../register/visitors/visitor-claim.ts';
import type { VisitorRecord } from '../../register/visitors/visitor-record.ts';
import { drawQuestionId } from '../../sync/visitors/ask-visitor.ts';
import type { StationError } from '../api/errors.ts';
import type { NotHere } from '../api/snapshot.ts';
import type { VisitorAnswerWord } from '../events.ts';
import type { DeskVisit } from './desk-visit.ts';
import type { FoundElsewhere } from './find-voter.ts';
import type { Visitor } from './voter-view.ts';

type Outcome = Result<undefined, StationError>;

/** The centre said no, or knows of nobody: the chip is not asked instead. */
const FINAL: readonly VisitorAnswerWord[] = ['nobody', 'not-allowed', 'own-district', 'other-election'];

/**
 * A voter of another station whom the rules let in: by the one record that the centre gives, else by the chip of the
 * document and the commission, who compare its face with the person.
 */
export class ReceiveVisitor {
  readonly #visit: DeskVisit;
  readonly #present: (visitor: Visitor) => Outcome;

  constructor(visit: DeskVisit, present: (visitor: Visitor) => Outcome) {
    this.#visit = visit;
    this.#present = present;
  }

  receive(found: FoundElsewhere): Outcome {
    const { chip, lookup } = found;
    if (chip?.verification === 'altered')
      return this.#visit.stopAnybody('document-altered', null, lookup, { chip: chip.verification });
    if (found.elsewhere === null) return this.#wasHere(found);
    this.#visit.go({ kind: 'reading-document', centre: true });
    const { stepId } = this.#visit.screen.step;
    void this.#bring(found).then((brought) => {
      // Somebody else stands at the desk by now.
      if (this.#visit.screen.step.stepId !== stepId) {
        this.#forget(found.id);
        return;
      }
      const outcome = brought.ok ? this.#present(brought.value) : this.#notHere(found, brought.error);
      if (!outcome.ok) this.#visit.context.problem(outcome.error.code);
    });
    return ok(undefined);
  }

  /** Came too late; unless the very same person stands here again, with an answer of their own. */
  #forget(id: string): void {
    const { atDesk, asking, context } = this.#visit;
    if (atDesk?.visitor.voter.id !== id && asking?.voter.id !== id) context.register.visitors.leave(id);
  }

  /** Identified at this table, or at another one: nothing has to be brought to say so. */
  #wasHere({ id, lookup, chip }: FoundElsewhere): Outcome {
    const { register, lanes } = this.#visit.context;
    const voter = register.byId(id);
    if (voter !== null)
      return this.#present({ voter, document: null, lookup, chip: chip?.verification ?? null, face: null });
    const lane = lanes.visitElsewhere(id)?.lane;
    return this.#visit.stopAnybody('already-identified', null, lookup, {
      chip: chip?.verification ?? null,
      ...(lane === undefined ? {} : { refusal: { why: 'identified', lane } }),
      subject: id,
    });
  }

  async #bring(found: FoundElsewhere): Promise<Result<Visitor, NotHere>> {
    const record = await this.#ask(found);
    if (!record.ok) return FINAL.includes(record.error) ? err('centre-refuses') : this.#byChip(found);
    const { register, procedure } = this.#visit.context;
    const { visitors } = register;
    if (!knowsBallots(procedure, record.value.voter.ballotStyles)) {
      for (const template of record.value.templates) template.record.fill(0);
      return err('other-ballots');
    }
    const voter = visitors.bringRecord(found.id, record.value);
    const document = voter.documents.find(({ number }) => number === found.documentNumber) ?? null;
    const { lookup, chip } = found;
    return ok({ voter, document, lookup, chip: chip?.verification ?? null, face: chip?.face ?? null });
  }

  /** On record before the question leaves, and again when its answer is there. */
  async #ask(found: FoundElsewhere): Promise<Result<VisitorRecord, VisitorAnswerWord>> {
    const { centre, register, journal } = this.#visit.context;
    const reference = register.visitorReference(found.personalNumber, found.documentNumber);
    if (centre === null || reference === null) return err('unreachable');
    const question = drawQuestionId();
    const asked = journal.record([{ type: 'visitor-asked', visitor: found.id, question }]);
    if (!asked.ok) return err('unreachable');
    const answer = await centre.ask(question, reference);
    const word = answer.ok ? 'record' : answer.error;
    const recorded = journal.record([{ type: 'visitor-answered', question, answer: word }]);
    if (answer.ok && !recorded.ok) return err('unreachable');
    if (word === 'record-damaged') this.#visit.context.problem('visitor-record-damaged');
    return answer;
  }

  /** The rung below: the commission looks from the face on the chip to the person. */
  async #byChip(found: FoundElsewhere): Promise<Result<Visitor, NotHere>> {
    const { register, procedure } = this.#visit.context;
    const { id, chip, elsewhere, lookup, personalNumber, documentNumber, ballotStyles } = found;
    const reference = register.visitorReference(personalNumber, documentNumber);
    if (chip?.verification !== 'genuine' || elsewhere === null) return err('no-centre-no-chip');
    if (chip.face === null || chip.holder === null) return err('no-face');
    if (register.claims === null || reference === null) return err('not-compared');
    if (!procedure.fallbackLadder.includes('commission')) return err('no-centre-no-chip');
    if (!knowsBallots(procedure, ballotStyles)) return err('other-ballots');
    const { name, birthDate, sex, expires } = chip.holder;
    const kind = found.zone.kind === 'passport' ? 'passport' : 'id-card';
    const document = { kind, number: documentNumber, expires, current: true } as const;
    const holder: Voter = {
      ...{ id, name, birthDate, sex, personalNumber, listNumber: 0, changes: [], documents: [document] },
      ...{ ...elsewhere, ballotStyles, standing: 'active', hasFingerprints: false },
    };
    const claim = await sealClaim(register.claims, reference.locator);
    const voter = register.visitors.bringChip(
      id,
      holder,
      { claim },
      new Uint8Array(Buffer.from(chip.face.base64, 'base64')),
    );
    return ok({ voter, document, lookup, chip: chip.verification, face: chip.face });
  }

  #notHere({ lookup, chip, elsewhere }: FoundElsewhere, notHere: NotHere): Outcome {
    return this.#visit.stopAnybody('wrong-station', null, lookup, {
      chip: chip?.verification ?? null,
      elsewhere,
      notHere,
    });
  }
}
