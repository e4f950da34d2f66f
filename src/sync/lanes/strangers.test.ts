import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { LanesBench, startBenchLane, until } from './testing/lanes-bench.ts';
import { LONGEST_INTRODUCTION } from './transport/lane-frame.ts';

const benches: LanesBench[] = [];
const sockets = new Set<Socket>();
const servers = new Set<Server>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  for (const bench of benches.splice(0)) await bench.dispose();
  sockets.clear();
  servers.clear();
});

async function provision(count: number): Promise<LanesBench> {
  const bench = await LanesBench.provision(count);
  benches.push(bench);
  return bench;
}

describe('a stranger on the local network', () => {
  it('does not learn from TLS how many tables there are, or who they are', async () => {
    const [few, many] = [await provision(2), await provision(12)];
    const one = await few.start(1);
    const two = await many.start(1);
    const difference = (await bytesOfGreeting(two.port)) - (await bytesOfGreeting(one.port));
    // Signatures differ by a few bytes; a name in the list of issuers has more than forty.
    expect(Math.abs(difference)).toBeLessThan(20);
  });

  it('keeps no table out by connections that say nothing, however many', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    await holdOpen(one.port, 300);
    const { certificate } = bench.kit(2);
    const credentials = { cert: certificate.certificatePem, key: certificate.keyPem };
    expect(await firstWord(one.port, credentials)).toContain('mock-2026');
  });

  it('is hung up on where a frame is said to be huge, though it has a certificate of the roster', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    const { certificate } = bench.kit(2);
    const socket = connectTls({
      ...{ port: one.port, host: '127.0.0.1', rejectUnauthorized: false },
      ...{ cert: certificate.certificatePem, key: certificate.keyPem },
    });
    sockets.add(socket);
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(LONGEST_INTRODUCTION + 1);
    socket.resume();
    socket.write(length);
    await closed;
    expect(one.lanes.node.isUp(2)).toBe(false);
  });

  it('who announces hundreds of tables has few of them dialled, and keeps no real one from being found', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    let dialled = 0;
    const decoy = createServer((socket) => {
      dialled += 1;
      sockets.add(socket);
      socket.on('error', () => {});
    });
    servers.add(decoy);
    await new Promise<void>((resolve) => decoy.listen(0, '0.0.0.0', resolve));
    const { port } = decoy.address() as { port: number };
    for (let index = 0; index < 500; index += 1)
      one.lanes.heard(`127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}:${port}`);
    const two = await bench.start(2);
    one.lanes.heard(`127.0.0.1:${two.port}`);
    await until('the real ones to meet', () => one.lanes.node.isUp(2) && two.lanes.node.isUp(1));
    expect(dialled).toBeLessThan(200);
  });
});

describe('a table that meets its own certificate', () => {
  it('is not frightened by somebody who announces an address and passes everything on to the table itself', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    for (const holdsBack of [false, true]) {
      const mirror = await mirrorOf(one.port, holdsBack);
      one.lanes.heard(`127.0.0.1:${mirror.port}`);
      await until('three meetings in the mirror to be over', () => mirror.closed() >= 3);
      expect(one.lanes.node.matters()).toEqual([]);
      expect(one.lanes.node.standing.name()).toBe('unproven');
      mirror.server.close();
    }
    // Its own address, as mDNS brings it back.
    one.lanes.heard(`127.0.0.1:${one.port}`);
    const two = await bench.start(2);
    await until('the tables to own', () => one.lanes.node.standing.name() === 'owning');
    expect([...one.lanes.node.matters(), ...two.lanes.node.matters()]).toEqual([]);
  });

  it('raises a second machine that has its key, whichever of the two dials', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    const clone = await startBenchLane({
      kit: bench.kit(1),
      roster: bench.roster(),
      file: join(bench.folder, 'clone.db'),
      listen: { host: '127.0.0.1', port: 0 },
    });
    one.lanes.heard(`127.0.0.1:${clone.port}`);
    const isOlder = ({ lanes }: Pick<typeof one, 'lanes'>) => lanes.node.standing.name() === 'older-copy';
    await until('both to know', () => isOlder(one) && isOlder(clone));
    await clone.lanes.stop();
    clone.store.close();
  });
});

/** Somebody's machine that passes on what it gets to a table; or holds back what a caller says after the greeting. */
async function mirrorOf(
  target: number,
  holdsBack: boolean,
): Promise<{ readonly server: Server; readonly port: number; closed(): number }> {
  let closed = 0;
  const server = createServer((caller) => {
    const onward = connectTcp({ port: target, host: '127.0.0.1' });
    let pieces = 0;
    caller.on('data', (piece) => {
      pieces += 1;
      if (!holdsBack || pieces === 1) onward.write(piece);
    });
    onward.on('data', (piece) => void caller.write(piece));
    for (const [end, other] of [
      [caller, onward],
      [onward, caller],
    ] as const) {
      sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => other.destroy());
    }
    caller.once('close', () => {
      closed += 1;
    });
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { server, port, closed: () => closed };
}

function bytesOfGreeting(port: number): Promise<number> {
  return new Promise((resolve) => {
    const raw = connectTcp({ port, host: '127.0.0.1' });
    const socket = connectTls({ socket: raw, rejectUnauthorized: false });
    sockets.add(socket);
    socket.once('secureConnect', () => resolve(raw.bytesRead));
    socket.on('error', () => {});
  });
}

/** From an address of its own, as another machine would. */
async function holdOpen(port: number, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () => {
      const socket = connectTcp({ port, host: '127.0.0.1', localAddress: '127.0.0.9' });
      sockets.add(socket);
      socket.on('error', () => {});
      return new Promise((resolve) => socket.once('connect', resolve));
    }),
  );
}

/** What is said first to whoever shows this certificate; empty where nothing is. */
function firstWord(port: number, credentials: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...credentials });
    sockets.add(socket);
    socket.once('data', (data) => resolve(data.toString('latin1')));
    socket.on('error', () => {});
    socket.once('close', () => resolve(''));
  });
}
