import { AskingLimit, type AskingRule } from '../../domain/asking-limit.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { verifySignature } from '../../ledger/device-key.ts';
import type { VisitorFile } from '../../register/visitors/visitor-file.ts';
import { releaseOf } from '../../register/visitors/visitor-keys.ts';
import { sealTo } from '../../store/age-sealing.ts';
import type { Clock } from '../../store/clock.ts';
import type { StoreError } from '../../store/store-error.ts';
import {
  questionText,
  type VisitorAnswer,
  type VisitorQuestion,
  type VisitorRefusal,
} from '../../sync/visitors/visitor-protocol.ts';
import type { CollectorReads, RegisteredDevice } from '../collector-store.ts';
import type { VisitorJournal } from './visitor-journal.ts';

/** As many visitors in a row as a queue may bring to one table; afterwards one more in twenty seconds. */
export const VISITORS_OF_A_LANE: AskingRule = { inARow: 10, everyMs: 20_000 };

export interface VisitorDeskOptions {
  readonly file: VisitorFile;
  readonly releaseKey: Uint8Array;
  readonly store: Pick<CollectorReads, 'device'>;
  readonly journal: VisitorJournal;
  readonly clock: Clock;
  readonly mock: boolean;
}

/**
 * Gives out sealed records, one at a time, to lanes that sign for them. It can open none; it knows of a question who
 * asked, when, and for which district, and that is on its disk before the answer leaves.
 */
export class VisitorDesk {
  readonly #options: VisitorDeskOptions;
  readonly #limits = new Map<string, AskingLimit>();

  constructor(options: VisitorDeskOptions) {
    this.#options = options;
  }

  async answer(device: string, question: VisitorQuestion): Promise<Result<VisitorAnswer, StoreError>> {
    const { file, releaseKey, store, journal, clock } = this.#options;
    const state = await store.device(device);
    if (!state.ok) return state;
    if (state.value === null) return refused('unknown-device');
    const { registration } = state.value;
    const refusal = this.#refusal(registration, question);
    if (refusal !== null) return refused(refusal);
    if (!journal.isNew(question.id)) return refused('asked-before');
    if (!this.#limitOf(device).take(clock.monotonicMs())) return ok({ status: 'busy' });
    const asking = file.districtOf(Number(registration.station));
    const found = file.find(question.locator);
    const outcome = outcomeOf(asking, found?.district ?? null);
    const { station } = registration;
    const recorded = journal.record({ id: question.id, device, station, outcome, atMs: clock.wallMs() });
    if (!recorded) return err({ code: 'disk-full' });
    if (outcome === 'nobody' || found === null) return ok({ status: 'nobody' });
    if (outcome !== 'found') return refused(outcome);
    const release = releaseOf(releaseKey, question.locator);
    const sealed = await sealTo([question.recipient], Buffer.concat([release, found.sealed]));
    return ok({ status: 'found', sealed: Buffer.from(sealed).toString('base64') });
  }

  #refusal(registration: RegisteredDevice, question: VisitorQuestion): VisitorRefusal | null {
    const { header } = this.#options.file;
    const { publicKey, election } = registration;
    if (!verifySignature(publicKey, questionText(registration, question), question.signature))
      return 'bad-signature';
    return election === header.electionId && header.mock === this.#options.mock ? null : 'other-election';
  }

  #limitOf(device: string): AskingLimit {
    const known = this.#limits.get(device) ?? new AskingLimit(VISITORS_OF_A_LANE);
    this.#limits.set(device, known);
    return known;
  }
}

function outcomeOf(
  asking: number | null,
  home: number | null,
): 'found' | 'nobody' | 'not-allowed' | 'own-district' {
  if (asking === null) return 'not-allowed';
  if (home === null) return 'nobody';
  return home === asking ? 'own-district' : 'found';
}

function refused(code: VisitorRefusal): Result<VisitorAnswer, never> {
  return ok({ status: 'refused', code });
}
