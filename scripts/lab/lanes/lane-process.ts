import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { throwIllegalValue } from '../../../src/domain/assert.ts';
import { unwrap } from '../../../src/domain/result.ts';
import type { ClaimOutcome } from '../../../src/sync/lanes/rights.ts';
import { type BenchLane, startBenchLane, until } from '../../../src/sync/lanes/testing/lanes-bench.ts';
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
  /** Identifies them in one commit, without asking anybody. */
  | { readonly type: 'record'; readonly id: number; readonly voters: readonly string[] }
  /** Answered once the lane knows that each of them was identified, here or elsewhere. */
  | { readonly type: 'await'; readonly id: number; readonly voters: readonly string[] }
  | { readonly type: 'report'; readonly id: number };

export type FromLane =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'done'; readonly id: number }
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

function record(voters: readonly string[]): void {
  const facts = voters.map((voter) => ({ type: 'identified' as const, voter, handover: randomUUID() }));
  lane.lanes.committed(unwrap(lane.commit(facts)), facts);
}

function report(id: number): void {
  const identified: [string, string][] = [];
  for (const { fact } of node.state.ports.log.facts())
    if (fact.type === 'identified') identified.push([fact.voter, fact.handover]);
  const heads = node.state.ports.log
    .heads()
    .map(({ hash }) => hash)
    .toSorted();
  const standing = node.standing.name();
  say({ type: 'report', id, standing, identified, matters: node.matters().length, heads });
}

async function obey(message: ToLane): Promise<void> {
  const { id } = message;
  switch (message.type) {
    case 'visit':
      return visit(id, message.voter);
    case 'record':
      record(message.voters);
      return say({ type: 'done', id });
    case 'await': {
      const { identifications } = node.state;
      await until('them to be known', () => message.voters.every((one) => identifications.isIdentified(one)));
      return say({ type: 'done', id });
    }
    case 'report':
      return report(id);
    default:
      return throwIllegalValue(message);
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => void obey(JSON.parse(line) as ToLane))
  .on('close', () => process.exit(0));
say({ type: 'ready', port: lane.port });
