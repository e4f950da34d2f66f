import { connect as connectTcp, createServer as createRelay, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { unwrap } from '../../domain/result.ts';
import type { ClaimOutcome } from './rights.ts';
import { LanesBench, type RunningLane, until } from './testing/lanes-bench.ts';
import { createLaneCertificate } from './transport/lane-certificate.ts';
import { addressCode, readAddresses } from './transport/reachable-addresses.ts';

let bench: LanesBench;
afterEach(() => bench.dispose());

async function startAll(count: number): Promise<RunningLane[]> {
  bench = await LanesBench.provision(count);
  const running: RunningLane[] = [];
  for (let lane = 1; lane <= count; lane += 1) running.push(await bench.start(lane));
  await until('everybody to own', () =>
    running.every(({ lanes }) => lanes.node.standing.name() === 'owning'),
  );
  return running;
}

function claim({ lanes }: RunningLane, voter: string): Promise<ClaimOutcome> {
  return new Promise((resolve) => lanes.node.claim(voter, resolve));
}

/** Two lanes that dialled each other at once hang up once more: who is not heard then is asked again once they meet. */
async function claimOnceHeard(claimant: RunningLane, voter: string): Promise<ClaimOutcome> {
  for (;;) {
    const outcome = await claim(claimant, voter);
    if (outcome === 'held' || outcome.why !== 'unreachable') return outcome;
    await until('them to meet', () => claimant.lanes.node.isUp(outcome.lane));
  }
}

describe('lanes over mutual TLS, with encrypted databases', () => {
  it('give rights, copy each other’s logs and refuse a second identification', async () => {
    const [one, two, three] = (await startAll(3)) as [RunningLane, RunningLane, RunningLane];
    expect(await claimOnceHeard(one, 'v2-a')).toBe('held');
    const [event] = one.record([{ type: 'identified', voter: 'v2-a', handover: 'h1' }]);
    await new Promise<void>((resolve) =>
      one.lanes.node.secondCopy.when({ epoch: event?.epoch ?? 0, seq: event?.seq ?? 0 }, resolve),
    );
    await until('the others to know', () =>
      [two, three].every(({ lanes }) => lanes.node.state.identifications.isIdentified('v2-a')),
    );
    expect(await claim(two, 'v2-a')).toEqual({ why: 'identified', lane: 1 });
  });

  it('listen elsewhere where somebody has their port, and are found by the address that they show', async () => {
    bench = await LanesBench.provision(2);
    const taken = createRelay();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = (taken.address() as { port: number }).port;
    const one = await bench.start(1, { listen: { host: '127.0.0.1', port } });
    expect(one.port).not.toBe(port);
    const two = await bench.start(2);
    for (const address of readAddresses(addressCode(one.lanes.addresses())) ?? []) two.lanes.found(address);
    await until('them to meet', () => two.lanes.node.isUp(1));
    taken.close();
  });

  it('hear nothing while the network cable is out, and each other again when it is back', async () => {
    const [one, two] = (await startAll(2)) as [RunningLane, RunningLane];
    two.lanes.setPlugged(false);
    await until('the cut to be noticed', () => !one.lanes.node.isUp(2) && !two.lanes.node.isUp(1));
    expect(await claim(one, 'v2-a')).toEqual({ why: 'unreachable', lane: 2 });
    two.lanes.setPlugged(true);
    await until('them to meet', () => one.lanes.node.isUp(2) && two.lanes.node.isUp(1));
    expect(await claimOnceHeard(one, 'v2-b')).toBe('held');
  });

  it('know after a restart what they knew, from their own databases', async () => {
    const [one, two] = (await startAll(2)) as [RunningLane, RunningLane];
    expect(await claimOnceHeard(one, 'v2-a')).toBe('held');
    one.record([{ type: 'identified', voter: 'v2-a', handover: 'h1' }]);
    await until('the copy', () => two.lanes.node.state.identifications.isIdentified('v2-a'));
    await one.stop();
    await two.stop();
    const again = await bench.start(2);
    expect(again.lanes.node.state.identifications.isIdentified('v2-a')).toBe(true);
    expect(again.lanes.node.standing.missing()).toEqual([1]);
    await bench.start(1);
    await until('both to own', () => again.lanes.node.standing.name() === 'owning');
  });

  it('catch up after a cut', async () => {
    const [one, two] = (await startAll(2)) as [RunningLane, RunningLane];
    await two.stop();
    for (let index = 0; index < 40; index += 1)
      one.record(
        Array.from({ length: 20 }, (_, inner) => ({
          type: 'identified' as const,
          voter: `v1-${index}-${inner}`,
          handover: `h${index}-${inner}`,
        })),
      );
    const back = await bench.start(2);
    await until('everything to be there', () =>
      back.lanes.node.state.identifications.isIdentified('v1-39-19'),
    );
  });
});

describe('the own log', () => {
  it('is handed on to whoever lacks it, and no longer once its private parts are erased', async () => {
    const [{ lanes, ledger, record }] = (await startAll(1)) as [RunningLane];
    record([{ type: 'identified', voter: 'v1-a', handover: 'h1' }]);
    const { log } = lanes.node.state.ports;
    const head = assertDefined(log.ownHead() ?? undefined, 'a head');
    const after = head.seq - 1;
    expect(log.rangeAfter(head, after)).not.toBeNull();
    unwrap(ledger.erase('private'));
    expect(log.rangeAfter(head, after)).toBeNull();
  });
});

describe('strangers on the local network', () => {
  it('are not spoken to without a certificate, or with one that the roster lacks', async () => {
    const [one] = (await startAll(2)) as [RunningLane, RunningLane];
    const stranger = await createLaneCertificate();
    for (const credentials of [{}, { cert: stranger.certificatePem, key: stranger.keyPem }]) {
      const heard = await talkTo(one.port, credentials);
      expect(heard).toBe('');
    }
    await until('the other lane to be heard as before', () => one.lanes.node.isUp(2));
  });

  it('are refused where an old version of TLS is all they speak', async () => {
    const [one] = (await startAll(2)) as [RunningLane, RunningLane];
    expect(await talkTo(one.port, { maxVersion: 'TLSv1.2' })).toBe('');
  });
});

function talkTo(port: number, options: object): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
    socket.on('data', (data) => {
      heard += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });
}

describe('a lane of the roster that is not what it should be', () => {
  it('is refused with another election, or another version of the program', async () => {
    bench = await LanesBench.provision(3);
    const one = await bench.start(1);
    await bench.start(2, { election: 'mock-2027' });
    await bench.start(3, { version: '2' });
    // The people at the table are told which of the two it is; whoever shows no lane's key is told nothing.
    await until('both to be told apart', () => one.lanes.misfit(2) !== null && one.lanes.misfit(3) !== null);
    expect([one.lanes.misfit(2), one.lanes.misfit(3)]).toEqual(['election', 'version']);
    expect([one.lanes.node.isUp(2), one.lanes.node.isUp(3)]).toEqual([false, false]);
    expect(one.lanes.node.standing.missing()).toEqual([2, 3]);
  });

  it('can’t be taken over while it is on, whatever two people say, and can once it is off', async () => {
    bench = await LanesBench.provision(2);
    const people = ['chair', 'secretary'];
    const one = await bench.start(1);
    const two = await bench.start(2, { version: '2' });
    unwrap(one.lanes.node.resume(people));
    await until('it to answer', () => one.lanes.misfit(2) === 'version' && one.lanes.answers(2));
    expect(one.lanes.node.takeOver(2, people)).toEqual({ ok: false, error: 'lane-is-here' });
    expect(one.lanes.node.state.custody.takeOvers()).toEqual([]);
    await two.stop();
    await until('it to be silent', () => !one.lanes.answers(2));
    unwrap(one.lanes.node.takeOver(2, people));
  });
});

describe('somebody between two lanes who alters what passes', () => {
  it('gets nothing through: the connection ends, and the lanes connect again', async () => {
    bench = await LanesBench.provision(2);
    const one = await bench.start(1);
    const two = await bench.start(2);
    await until('both to own', () => two.lanes.node.standing.name() === 'owning');
    await two.stop();
    let alter = false;
    const relay = await startRelay(one.port, (piece) => {
      if (!alter || piece.length < 60) return piece;
      const altered = Buffer.from(piece);
      const at = piece.length - 20;
      altered[at] = (altered[at] ?? 0) ^ 1;
      alter = false;
      return altered;
    });
    const back = await bench.start(2);
    back.lanes.found(`127.0.0.1:${relay.port}`);
    await until('both to own again', () => back.lanes.node.standing.name() === 'owning');
    alter = true;
    one.record([{ type: 'identified', voter: 'v1-a', handover: 'h1' }]);
    await until('the event all the same', () => back.lanes.node.state.identifications.isIdentified('v1-a'));
    relay.close();
    expect(unwrap(back.ledger.events(null, 100)).length).toBeLessThan(5);
  });
});

async function startRelay(
  target: number,
  pass: (piece: Buffer) => Buffer,
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createRelay((socket) => {
    const onward = connectTcp({ port: target, host: '127.0.0.1' });
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(from);
      from.on('data', (piece) => to.write(pass(piece)));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
