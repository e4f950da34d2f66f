import { beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../../fixtures/random.ts';
import { tenureOf } from '../../../../src/domain/lanes/tenure.ts';
import { err, unwrap } from '../../../../src/domain/result.ts';
import { EventQueue } from './event-queue.ts';
import { WorldHistory } from './history.ts';
import { realSealing } from './sealing.ts';
import { SimulatedLaptop } from './simulated-laptop.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SOUND } from './variants.ts';

const TWO = ['chair', 'member'];
let queue: EventQueue;
let network: SimulatedNetwork;
let one: SimulatedLaptop;
let two: SimulatedLaptop;
let three: SimulatedLaptop;
/** A further machine of a lane, with its own copy of a disk. */
let addLaptop: (lane: number) => SimulatedLaptop;

/** Voters v1, v2 and v3 belong to the lane of their number. */
beforeEach(() => {
  queue = new EventQueue();
  const random = createRandom('scenario');
  network = new SimulatedNetwork(queue, random);
  const around = {
    ...{ queue, network, history: new WorldHistory(), lanes: [1, 2, 3], sealing: realSealing() },
    ...{ random: random.next, variant: SOUND, onWritten: () => {} },
    homeOf: (voter: string) => Number(voter.slice(1, 2)),
  };
  addLaptop = (lane) => new SimulatedLaptop(lane, around, false);
  [one, two, three] = [addLaptop(1), addLaptop(2), addLaptop(3)];
  for (const laptop of [one, two, three]) laptop.start();
  const connect = (): void => {
    network.connect();
    queue.after(250, connect);
  };
  connect();
  pass(2_000);
});

function pass(milliseconds: number): void {
  queue.runUntil(queue.now + milliseconds);
}

function isolate(laptop: SimulatedLaptop): void {
  for (const other of [1, 2, 3]) if (other !== laptop.lane) network.cut(laptop.lane, other, false);
}

function claimAt(laptop: SimulatedLaptop, voter: string): unknown {
  let outcome: unknown = 'no answer';
  laptop.node.claim(voter, (result) => {
    outcome = result;
  });
  pass(2_000);
  return outcome;
}

/** Returns whether it was confirmed within two seconds. */
function identifyAt(laptop: SimulatedLaptop, voter: string): boolean {
  expect(laptop.node.rights.refusalNow(voter)).toBe(null);
  const { origin } = unwrap(
    laptop.record({ type: 'identified', voter, handover: `${voter}-${laptop.lane}` }),
  );
  let confirmed = false;
  laptop.node.secondCopy.when(origin, () => {
    confirmed = true;
  });
  laptop.node.rights.release(voter);
  pass(2_000);
  return confirmed;
}

describe('lanes that are connected', () => {
  it('own their voters once each has heard every other', () => {
    for (const laptop of [one, two, three]) expect(laptop.node.standing.name()).toBe('owning');
  });

  it('give a voter’s right to the table where the voter stands, and refuse it everywhere else after', () => {
    expect(claimAt(one, 'v2')).toBe('held');
    expect(claimAt(two, 'v2')).toEqual({ why: 'at-desk', lane: 1 });
    expect(identifyAt(one, 'v2')).toBe(true);
    expect(claimAt(two, 'v2')).toEqual({ why: 'identified', lane: 1 });
    expect(claimAt(three, 'v2')).toEqual({ why: 'identified', lane: 1 });
  });

  it('give the right back when the voter walks away', () => {
    expect(claimAt(one, 'v2')).toBe('held');
    one.node.rights.release('v2');
    pass(500);
    expect(two.node.state.holds('v2')).toBe(true);
  });

  it('do not take over a lane that answers, whatever two people attest', () => {
    expect(one.node.takeOver(2, TWO)).toEqual({ ok: false, error: 'lane-is-here' });
  });
});

describe('a lane that has just started', () => {
  it('does not wait for what another told it of and then lost with its disk, before anybody had a copy', () => {
    isolate(three);
    pass(500);
    expect(claimAt(three, 'v3')).toBe('held');
    expect(identifyAt(three, 'v3')).toBe(false);
    one.kill();
    one.start();
    network.healAll();
    // Lane 3 has said how far its log goes; its disk is gone before the log itself is on its way.
    while (one.node.standing.missing().includes(3)) pass(1);
    three.kill();
    expect(three.restore(three.disk.events().length - 1)).toHaveLength(1);
    pass(3_000);
    expect(one.node.standing.hasEvidence()).toBe(false);
    three.start();
    pass(3_000);
    expect(one.node.standing.hasEvidence()).toBe(true);
    expect(claimAt(one, 'v1')).toBe('held');
  });

  it('waits for its own lost acts all the same, whoever had them', () => {
    expect(claimAt(one, 'v1')).toBe('held');
    expect(identifyAt(one, 'v1')).toBe(true);
    const length = one.disk.events().length;
    isolate(one);
    pass(500);
    one.kill();
    one.restore(length - 1);
    one.start();
    network.healAll();
    while (one.node.standing.missing().length > 0) pass(1);
    // Both that had it start anew before they have sent it.
    for (const other of [two, three]) {
      other.kill();
      other.start();
    }
    pass(3_000);
    expect(one.node.standing.name()).toBe('older-copy');
    expect(claimAt(one, 'v1')).toEqual({ why: 'identified', lane: 1 });
  });
});

describe('a lane that is cut off', () => {
  beforeEach(() => {
    isolate(one);
    pass(500);
  });

  it('says which table owns a voter, and takes the right by the code that is read aloud there', () => {
    expect(claimAt(one, 'v2')).toEqual({ why: 'unreachable', lane: 2 });
    const code = unwrap(two.node.rights.giveByCode('v2', 1));
    expect(one.node.rights.takeByCode('v2', 2, `${code}9`)).toEqual({ ok: false, error: 'wrong-code' });
    expect(unwrap(two.node.rights.giveByCode('v2', 1))).toBe(code);
    unwrap(one.node.rights.takeByCode('v2', 2, code));
    expect(claimAt(one, 'v2')).toBe('held');
    expect(two.node.state.holds('v2')).toBe(false);
    expect(claimAt(three, 'v2')).toEqual({ why: 'unreachable', lane: 1 });
  });

  it('gives no right away by a code behind an undo that only its own disk has', () => {
    expect(claimAt(one, 'v1')).toBe('held');
    expect(identifyAt(one, 'v1')).toBe(false);
    unwrap(one.node.goAlone(TWO));
    const { origin } = unwrap(one.record({ type: 'undone', handover: 'v1-1' }));
    // The two people who let it go on alone answer for this table, and it may identify the voter again.
    expect(one.node.rights.giveByCode('v1', 2)).toEqual({
      ok: false,
      error: { why: 'undo-not-copied', lane: 1 },
    });
    expect(claimAt(one, 'v1')).toBe('held');
    one.node.rights.release('v1');

    // Another table knows of the undo: whoever identifies the voter there leaves one identification.
    network.heal(1, 3);
    pass(3_000);
    expect(one.node.secondCopy.isCopied(origin)).toBe(true);
    network.cut(1, 3, false);
    pass(500);
    const code = unwrap(one.node.rights.giveByCode('v1', 2));
    unwrap(two.node.rights.takeByCode('v1', 1, code));
    expect(claimAt(two, 'v1')).toBe('held');
    expect(identifyAt(two, 'v1')).toBe(true);
    network.healAll();
    pass(3_000);
    for (const { node } of [one, two, three]) expect(node.matters()).toEqual([]);
  });

  it('confirms nothing that only its own disk has, until it is connected or two people say so', () => {
    expect(claimAt(one, 'v1')).toBe('held');
    expect(identifyAt(one, 'v1')).toBe(false);
    unwrap(one.node.goAlone(TWO));
    expect(claimAt(one, 'v1a')).toBe('held');
    expect(identifyAt(one, 'v1a')).toBe(true);
    network.healAll();
    pass(3_000);
    expect(one.node.secondCopy.isAlone()).toBe(false);
    expect(two.node.state.identifications.isIdentified('v1')).toBe(true);
  });

  it('identifies a voter of another lane by two people’s override, which is raised if it collides', () => {
    unwrap(one.node.override('v2', TWO));
    expect(identifyAt(one, 'v2')).toBe(false);
    expect(claimAt(two, 'v2')).toBe('held');
    expect(identifyAt(two, 'v2')).toBe(true);
    network.healAll();
    pass(3_000);
    for (const { node } of [one, two, three])
      expect(node.matters()).toMatchObject([{ kind: 'collision', voter: 'v2', settled: false }]);
    unwrap(three.node.settle(three.node.matters()[0]?.name ?? '', TWO));
    pass(500);
    for (const { node } of [one, two, three]) expect(node.matters()).toMatchObject([{ settled: true }]);
  });
});

describe('a lane that was taken over', () => {
  beforeEach(() => {
    one.kill();
    pass(500);
    unwrap(two.node.takeOver(1, TWO));
    pass(500);
  });

  it('owns nothing of what it owned when it returns', () => {
    expect(claimAt(two, 'v1')).toBe('held');
    expect(identifyAt(two, 'v1')).toBe(true);
    one.start();
    pass(3_000);
    expect(one.node.state.holds('v1b')).toBe(false);
    expect(claimAt(one, 'v1')).toEqual({ why: 'identified', lane: 2 });
    // Like any other lane it asks for the voter before its desk.
    expect(claimAt(one, 'v1b')).toBe('held');
    expect(two.node.state.custody.isAcknowledged({ from: 1000 as never, to: 2000 as never })).toBe(true);
  });

  it('gets no right by a code either, before it has learnt of the fence', () => {
    isolate(one);
    one.start();
    expect(two.node.rights.giveByCode('v2', 1)).toEqual({ ok: false, error: { why: 'not-owning', lane: 1 } });
    expect(claimAt(two, 'v2')).toBe('held');
  });

  it('is stopped in the moment of the decision when it had only been cut off', () => {
    one.start();
    pass(3_000);
    isolate(three);
    pass(500);
    expect(claimAt(three, 'v3')).toBe('held');
    unwrap(two.node.takeOver(3, TWO));
    network.healAll();
    pass(2_000);
    expect(three.node.rights.refusalNow('v3')).toEqual({ why: 'unreachable', lane: 2 });
  });
});

describe('a disk that was put back from an image', () => {
  it('owns nothing until two people decide, has its lost acts back from the others, and is raised', () => {
    const image = one.disk.entries.length;
    expect(claimAt(one, 'v1')).toBe('held');
    expect(identifyAt(one, 'v1')).toBe(true);
    one.kill();
    expect(one.restore(image)).toHaveLength(1);
    one.start();
    pass(3_000);
    expect(one.node.standing.name()).toBe('older-copy');
    expect(claimAt(one, 'v1c')).toEqual({ why: 'not-owning', lane: 1 });
    expect(claimAt(two, 'v1c')).toEqual({ why: 'not-owning', lane: 1 });
    expect(two.node.matters()).toMatchObject([{ kind: 'older-copy', lane: 1 }]);

    unwrap(one.node.resume(TWO));
    expect(claimAt(one, 'v1')).toEqual({ why: 'identified', lane: 1 });
    expect(claimAt(one, 'v1c')).toBe('held');
    expect(identifyAt(one, 'v1c')).toBe(true);
    one.kill();
    one.start();
    pass(3_000);
    expect(one.node.standing.name()).toBe('owning');
  });

  it.each(['before anybody decides', 'only after two people decided'])(
    'gives no number twice where it refuses to begin a new epoch at first, and takes it %s',
    (when) => {
      const image = one.disk.entries.length;
      expect(claimAt(one, 'v1')).toBe('held');
      expect(identifyAt(one, 'v1')).toBe(true);
      one.kill();
      one.restore(image);
      one.start();
      const begin = one.log.beginEpoch;
      one.log.beginEpoch = () => err('disk-failed');
      pass(3_000);
      expect(one.node.standing.name()).toBe('older-copy');
      // Not a word under the number of the lost identification.
      expect(one.log.ownHead()?.seq ?? 0).toBe(0);
      one.log.beginEpoch = begin;
      if (when === 'before anybody decides') {
        pass(2_000);
        expect(two.node.matters()).toMatchObject([{ kind: 'older-copy', lane: 1, settled: false }]);
      }
      unwrap(one.node.resume(TWO));
      pass(3_000);
      for (const { node } of [one, two, three])
        expect(node.matters()).toMatchObject([{ kind: 'older-copy', lane: 1, settled: false }]);
      expect(claimAt(one, 'v1c')).toBe('held');
      // After the next start it is no older copy that has not been decided about.
      one.kill();
      one.start();
      pass(3_000);
      expect(one.node.standing.name()).toBe('owning');
    },
  );

  it('is raised once more when it is put back once more, though two people had settled the first time', () => {
    for (const voter of ['v1', 'v1a']) {
      const image = one.disk.entries.length;
      expect(claimAt(one, voter)).toBe('held');
      expect(identifyAt(one, voter)).toBe(true);
      one.kill();
      one.restore(image);
      one.start();
      pass(3_000);
      const open = two.node.matters().filter(({ settled }) => !settled);
      expect(open).toMatchObject([{ kind: 'older-copy', lane: 1 }]);
      unwrap(two.node.settle(open[0]?.name ?? '', TWO));
      pass(500);
      unwrap(one.node.resume(TWO));
      pass(2_000);
    }
    for (const { node } of [one, two, three])
      expect(node.matters()).toMatchObject([{ settled: true }, { settled: true }]);
  });
});

describe('a disk that was copied', () => {
  const open = ({ node }: SimulatedLaptop) => node.matters().filter(({ settled }) => !settled);

  it('is raised again while both machines go on, whatever two people settled, and not once one is off', () => {
    const copy = addLaptop(1);
    copy.disk = one.disk.image(one.disk.entries.length);
    copy.start();
    pass(5_000);
    const first = open(two).find(({ kind }) => kind === 'clone');
    expect(first).toMatchObject({ lane: 1 });
    // Settled, though nobody has switched the second machine off.
    unwrap(two.node.settle(first?.name ?? '', TWO));
    pass(10_000);
    const second = open(two).find(({ kind }) => kind === 'clone');
    expect(second?.name).not.toBe(first?.name);
    for (const laptop of [one, three]) expect(open(laptop)).toContainEqual(second);

    copy.kill();
    network.remove(copy);
    pass(5_000);
    unwrap(two.node.settle(second?.name ?? '', TWO));
    pass(1_000);
    // The one that stays comes back, from a cut and from a start: that is no second machine.
    isolate(one);
    pass(5_000);
    network.healAll();
    pass(5_000);
    one.kill();
    one.start();
    pass(5_000);
    for (const laptop of [one, two, three])
      expect(open(laptop).filter(({ kind }) => kind === 'clone')).toEqual([]);
  });
});

describe('a lane that starts and can’t hear every other', () => {
  it('owns nothing until two people decide', () => {
    isolate(one);
    one.kill();
    one.start();
    pass(3_000);
    expect(claimAt(one, 'v1')).toEqual({ why: 'not-owning', lane: 1 });
    expect(one.node.standing.missing()).toEqual([2, 3]);
    unwrap(one.node.resume(TWO));
    expect(claimAt(one, 'v1')).toBe('held');
  });
});

describe('a lane that says what is another’s to say', () => {
  const [first, second, third] = [tenureOf(1, 0), tenureOf(2, 0), tenureOf(3, 0)];
  const holders = (voter: string) => [one, two, three].map(({ node }) => node.state.holding(voter).holder);

  it('gets nobody’s voter: not given to it, nor to an accomplice', () => {
    const given = { type: 'right-given', by: 'network', voter: 'v2', version: 1, from: second } as const;
    unwrap(three.record({ ...given, to: third }));
    unwrap(three.record({ ...given, to: first }));
    unwrap(one.record({ type: 'right-taken', voter: 'v2', version: 1, from: second, to: third }));
    pass(3_000);
    expect(holders('v2')).toEqual([second, second, second]);
    // It never moved: whoever was taken in would by now have given it back.
    for (const { node } of [one, two, three]) expect(node.state.holding('v2').version).toBe(0);
    expect(claimAt(two, 'v2')).toBe('held');
  });

  it('takes nobody over for a third, nor with one person’s word, nor with one person named twice', () => {
    unwrap(three.record({ type: 'taken-over', from: second, to: first, people: TWO }));
    unwrap(three.record({ type: 'taken-over', from: second, to: third, people: ['chair'] }));
    unwrap(three.record({ type: 'taken-over', from: second, to: third, people: ['chair', 'chair'] }));
    pass(3_000);
    expect(holders('v2')).toEqual([second, second, second]);
    expect(claimAt(two, 'v2')).toBe('held');
  });

  it('settles nothing with one person’s word', () => {
    unwrap(two.record({ type: 'copy-seen', lane: 1, kind: 'clone' }));
    unwrap(three.record({ type: 'settled', matter: 'clone:1', people: ['chair', 'chair'] }));
    pass(3_000);
    for (const { node } of [one, two, three])
      expect(node.matters()).toMatchObject([{ name: 'clone:1', settled: false }]);
    unwrap(three.record({ type: 'settled', matter: 'clone:1', people: TWO }));
    pass(3_000);
    for (const { node } of [one, two, three]) expect(node.matters()).toMatchObject([{ settled: true }]);
  });

  it('acknowledges no fence of another lane, which goes on in the tenure it had', () => {
    unwrap(three.record({ type: 'fence-acknowledged', ended: second, by: third, log: [] }));
    pass(3_000);
    expect([one, two, three].map(({ node }) => node.state.custody.tenure(2))).toEqual([
      second,
      second,
      second,
    ]);
    expect(claimAt(two, 'v2')).toBe('held');
  });

  it('undoes no identification of another table', () => {
    expect(claimAt(two, 'v2')).toBe('held');
    expect(identifyAt(two, 'v2')).toBe(true);
    unwrap(three.record({ type: 'undone', handover: 'v2-2' }));
    pass(3_000);
    for (const laptop of [one, two, three])
      expect(claimAt(laptop, 'v2')).toEqual({ why: 'identified', lane: 2 });
    // Its own table can.
    unwrap(two.record({ type: 'undone', handover: 'v2-2' }));
    pass(3_000);
    expect(claimAt(two, 'v2')).toBe('held');
  });
});
