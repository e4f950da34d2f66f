import { err, ok, type Result } from '../../domain/result.ts';
import type { Timer } from '../../domain/timer.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { recordKeyOf, type VisitorReference } from '../../register/visitors/visitor-keys.ts';
import { openVisitorRecord, type VisitorRecord } from '../../register/visitors/visitor-record.ts';
import type { Fetch } from '../../sync/upload/collector-client.ts';
import { askVisitor, type NoRecord } from '../../sync/visitors/ask-visitor.ts';

/** The centre, as far as it has records of voters of other stations. */
export interface CentreRecords {
  /** One record, of one person. Under `id` the question is on record at both ends. */
  ask(id: string, reference: VisitorReference): Promise<Result<VisitorRecord, NoRecord | 'record-damaged'>>;
}

export interface CentreRecordsOptions {
  readonly ledger: Pick<Ledger, 'identity' | 'signQuestion'>;
  readonly collectorUrl: string;
  readonly timer: Timer;
  readonly fetch?: Fetch;
}

export function centreRecords({ ledger, collectorUrl, timer, fetch }: CentreRecordsOptions): CentreRecords {
  const { identity } = ledger;
  const options = {
    ...{ collectorUrl, identity, timer },
    sign: (bytes: Uint8Array) => ledger.signQuestion(bytes),
    fetch: fetch ?? ((url: string, request: RequestInit) => globalThis.fetch(url, request)),
  };
  return {
    async ask(id, { locator, half }) {
      const answer = await askVisitor(options, id, locator);
      if (!answer.ok) return answer;
      const { release, sealed } = answer.value;
      const key = recordKeyOf(half, release);
      const opened = openVisitorRecord(key, sealed, { electionId: identity.election, locator });
      key.fill(0);
      return opened.ok ? ok(opened.value) : err('record-damaged');
    },
  };
}
