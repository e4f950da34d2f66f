import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ClaimOutcome } from '../../../src/sync/lanes/rights.ts';
import { type BenchLane, startBenchLane } from '../../../src/sync/lanes/testing/lanes-bench.ts';
import type { LaneRoster } from '../../../src/sync/lanes/transport/lane-roster.ts';

/** What a lane's process is started with, as a file. */
export interface LaneProcessConfig {
  readonly kit: {
    readonly [Name in keyof BenchLane]: BenchLane[Name] extends Uint8Array ? string : BenchLane[Name];
  };
  readonly roster: LaneRoster;
  readonly file: string;
  readonly port: number;
  /** Look for the others by mDNS. */
  readonly multicast: boolean;
}

export type ToLane =
  | { readonly type: 'visit'; readonly id: number; readonly voter: string }
  | { readonly type: 'report'; readonly id: number };

export type FromLane =
  | { readonly type: 'ready' }
  | {
      readonly type: 'visited';
      readonly id: number;
      /** `newly-identified`, or why not: `identified` is the refusal of somebody who was identified before. */
      readonly outcome: 'newly-identified' | Exclude<ClaimOutcome, 'held'>['why'];
      /** Whether a screen would have said so. */
      readonly confirmed: boolean;
      readonly handover: string;
    }
  | {
      readonly type: 'report';
      readonly id: number;
      readonly standing: string;
      /** Voter and hand-over of every identification that is known here. */
      readonly identified: readonly (readonly [string, string])[];
      readonly matters: number;
      readonly heads: readonly string[];
    };

/** A voter waits so long for a second copy before the next one's turn; the act stays recorded. */
const COPY_PATIENCE_MS = 6_000;

const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LaneProcessConfig;
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const { kit } = config;
const lane = await startBenchLane({
  kit: {
    ...kit,
    ledgerSeed: fromHex(kit.ledgerSeed),
    codeSeed: fromHex(kit.codeSeed),
    databaseKey: fromHex(kit.databaseKey),
  },
  roster: config.roster,
  file: config.file,
  listen: { host: '0.0.0.0', port: config.port },
  multicast: config.multicast,
});
const { node } = lane.lanes;
const say = (message: FromLane): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

function visit(id: number, voter: string): void {
  const handover = randomUUID();
  const done = (outcome: Extract<FromLane, { type: 'visited' }>['outcome'], confirmed: boolean): void => {
    node.rights.release(voter);
    say({ type: 'visited', id, outcome, confirmed, handover });
  };
  node.claim(voter, (claimed) => {
    const refusal = claimed === 'held' ? node.rights.refusalNow(voter) : claimed;
    if (refusal !== null) {
      done(refusal.why, false);
      return;
    }
    const fact = { type: 'identified', voter, handover } as const;
    const committed = lane.commit([fact]);
    if (!committed.ok) {
      done('disk-failed', false);
      return;
    }
    lane.lanes.committed(committed.value, [fact]);
    const head = lane.ledger.head();
    if (head === null) return;
    let answered = false;
    const answer = (confirmed: boolean): void => {
      if (!answered) done('newly-identified', confirmed);
      answered = true;
    };
    const patience = setTimeout(() => answer(false), COPY_PATIENCE_MS);
    node.secondCopy.when(head, () => {
      clearTimeout(patience);
      answer(true);
    });
  });
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line) as ToLane;
    if (message.type === 'visit') {
      visit(message.id, message.voter);
      return;
    }
    const identified: [string, string][] = [];
    for (const { fact } of node.state.ports.log.facts())
      if (fact.type === 'identified') identified.push([fact.voter, fact.handover]);
    const heads = node.state.ports.log.heads().map(({ hash }) => hash);
    const { id } = message;
    const standing = node.standing.name();
    say({
      type: 'report',
      id,
      standing,
      identified,
      matters: node.matters().length,
      heads: heads.toSorted(),
    });
  })
  .on('close', () => process.exit(0));
say({ type: 'ready' });
