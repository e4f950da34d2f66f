import { connect as connectTcp } from 'node:net';
import { createRandom, type Random } from '../../fixtures/random.ts';
import { deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import type { LaneMessage } from '../../src/sync/lanes/lane-message.ts';
import { LedgerLog } from '../../src/sync/lanes/station-log/ledger-log.ts';
import type { StationRange } from '../../src/sync/lanes/station-log/station-range.ts';
import type { LanesBench, RunningLane } from '../../src/sync/lanes/testing/lanes-bench.ts';
import { decodeFrame, encodeFrame } from '../../src/sync/lanes/transport/lane-frame.ts';

export interface AttackResult {
  readonly sent: number;
  readonly refused: number;
  /** Events, facts or heads of the attacked lane that are not as they were. */
  readonly changes: number;
}

/** So many come from outside, over connections of their own; the others as from a lane whose TLS key was stolen. */
const FROM_OUTSIDE = 500;
/** The end of lane 2's log from which genuine ranges are taken. */
const RECENT = 40;
const LENGTH_BYTES = 4;

/**
 * Sends a lane what it must not believe: bytes from strangers, and, as from a lane of the roster, genuine messages
 * that were altered, cut, put in another order, or sent again.
 */
export async function attackLane(
  bench: LanesBench,
  count: number,
  progress: (done: number) => void,
): Promise<AttackResult> {
  const victim = await bench.restart(1);
  const source = await bench.restart(2);
  const genuine = genuineFrames(bench, source);
  const random = createRandom('hostile');
  const before = stateOf(victim);
  let refused = 0;
  const outside = Math.min(FROM_OUTSIDE, count);
  for (let index = 0; index < outside; index += 1) {
    const bytes = random.integer(2) === 0 ? randomBytes(random, 300) : random.pick(genuine);
    if (await isHungUpOn(victim.port, bytes)) refused += 1;
  }
  for (let index = outside; index < count; index += 1) {
    if (isRefusedFromInside(victim, hostile(random, genuine))) refused += 1;
    if (index % 1000 === 0) progress(index);
  }
  const after = stateOf(victim);
  return { sent: count, refused, changes: before === after ? 0 : 1 };
}

/** What lane 2 really says: ranges of its log, acknowledgements, answers. */
function genuineFrames(bench: LanesBench, { ledger, store }: RunningLane): Uint8Array[] {
  const { device, ledgerSeed } = bench.kit(2);
  const { publicKey } = deviceKeyFromSeed(ledgerSeed);
  const log = new LedgerLog({
    ...{ lane: 2, ledger, store },
    devices: new Map([[2, { device, publicKey }]]),
    record: () => ({ ok: false, error: 'disk-failed' }),
    factOf: () => null,
  });
  const head = log.ownHead();
  const messages: LaneMessage<StationRange>[] = [];
  // Short ranges: a hundred thousand are verified down to the last commitment.
  for (let seq = Math.max(0, (head?.seq ?? 0) - RECENT); head !== null && seq < head.seq; ) {
    const range = log.rangeAfter(head, seq);
    if (range === null) break;
    messages.push({ type: 'events', range });
    seq += 5;
  }
  if (head !== null) messages.push({ type: 'stored', head });
  messages.push(
    { type: 'answer', request: 1, voter: 'v1-0', answer: { outcome: 'given' } },
    { type: 'answer', request: 2, voter: 'v2-0', answer: { outcome: 'ask-lane', lane: 2 } },
  );
  return messages.map(encodeFrame);
}

function hostile(random: Random, genuine: readonly Uint8Array[]): Uint8Array {
  const bytes = Uint8Array.from(random.pick(genuine));
  switch (random.integer(5)) {
    case 0:
      // Forged: some bits are others.
      for (let flips = 1 + random.integer(3); flips > 0; flips -= 1) {
        const at = LENGTH_BYTES + random.integer(bytes.length - LENGTH_BYTES);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      }
      return bytes;
    case 1:
      return bytes.subarray(0, LENGTH_BYTES + random.integer(bytes.length - LENGTH_BYTES));
    case 2:
      return reordered(random, bytes);
    case 3:
      // Spliced: the beginning of one, the end of another.
      return spliced(random, bytes, random.pick(genuine));
    default:
      // Replayed as it was.
      return bytes;
  }
}

function reordered(random: Random, bytes: Uint8Array): Uint8Array {
  const frame = decodeFrame(bytes.subarray(LENGTH_BYTES));
  if (!frame.ok || frame.value.type !== 'events') return bytes.toReversed();
  const { range } = frame.value;
  const records = random.shuffle(range.records);
  return encodeFrame({ type: 'events', range: { ...range, records } });
}

function spliced(random: Random, one: Uint8Array, other: Uint8Array): Uint8Array {
  const cut = LENGTH_BYTES + random.integer(one.length - LENGTH_BYTES);
  return Uint8Array.from([...one.subarray(0, cut), ...other.subarray(Math.min(cut, other.length))]);
}

/** As from lane 2, past TLS. Refused: not a message at all, or one that leaves everything as it was. */
function isRefusedFromInside({ lanes, ledger }: RunningLane, bytes: Uint8Array): boolean {
  const frame = decodeFrame(bytes.subarray(LENGTH_BYTES));
  if (!frame.ok || frame.value.type === 'lane') return true;
  const { node } = lanes;
  const before = `${ledger.head()?.seq} ${node.state.ports.log.heads().length} ${headHashes(lanes)}`;
  node.linkUp(2);
  if (frame.value.type === 'cosign' || frame.value.type === 'cosigned')
    lanes.witnesses.receive(2, frame.value);
  else node.receive(2, frame.value);
  return before === `${ledger.head()?.seq} ${node.state.ports.log.heads().length} ${headHashes(lanes)}`;
}

function headHashes({ node }: RunningLane['lanes']): string {
  return node.state.ports.log
    .heads()
    .map(({ hash }) => hash)
    .join();
}

function stateOf({ lanes, store, ledger }: RunningLane): string {
  const rows = store.get<{ n: number }>('SELECT count(*) AS n FROM lane_event');
  const { node } = lanes;
  return [rows?.n, ledger.head()?.seq, headHashes(lanes), JSON.stringify(node.matters())].join(' ');
}

function randomBytes(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: 1 + random.integer(most) }, () => random.integer(256));
}

function isHungUpOn(port: number, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1' }, () => {
      socket.write(bytes);
      socket.end();
    });
    let heard = 0;
    socket.on('data', (data) => {
      // A TLS alert has seven bytes, and says nothing.
      heard += data.length;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard <= 7));
  });
}
