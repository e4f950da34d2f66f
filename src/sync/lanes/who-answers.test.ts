import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { LanesBench, until } from './testing/lanes-bench.ts';

const benches: LanesBench[] = [];
const servers = new Set<Server>();
const sockets = new Set<Socket>();

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

/** A program on the network that is no table; `greet` is all that it says. */
async function otherProgram(greet: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    greet(socket);
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return `127.0.0.1:${port}`;
}

describe('an address that somebody typed', () => {
  it('is told from a wrong one: a table of another station, a program that is no table, and one that says nothing', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    const elsewhere = await (await provision(2)).start(1);
    const addresses = [
      `127.0.0.1:${elsewhere.port}`,
      await otherProgram((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      await otherProgram(() => {}),
    ];
    for (const address of addresses) one.lanes.found(address);
    for (const address of addresses)
      await until(`who answers at ${address}`, () => one.lanes.answerAt(address) === 'stranger');
    // Nobody of them has changed anything: the table that is there is met as ever.
    const two = await bench.start(2);
    one.lanes.found(`127.0.0.1:${two.port}`);
    await until('the real one', () => one.lanes.answerAt(`127.0.0.1:${two.port}`) === 'table');
    expect(one.lanes.node.isUp(2)).toBe(true);
    expect([...one.lanes.node.matters(), ...elsewhere.lanes.node.matters()]).toEqual([]);
  });

  it('of this very laptop is known for that, and raises no alarm of a copied disk, however often it is typed', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    await bench.start(2);
    await until('the tables to know each other', () => one.lanes.node.standing.name() === 'owning');
    const own = `127.0.0.1:${one.port}`;
    for (let again = 0; again < 20; again += 1) {
      one.lanes.found(own);
      await until('the laptop to meet itself', () => one.lanes.answerAt(own) === 'itself');
    }
    expect(one.lanes.node.matters()).toEqual([]);
    expect(one.lanes.node.standing.name()).toBe('owning');
  });

  it('at which nobody answers says nothing, and becomes a table’s as soon as that is there', async () => {
    const bench = await provision(2);
    const one = await bench.start(1);
    const free = await otherProgram(() => {});
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    one.lanes.found(free);
    expect(one.lanes.answerAt(free)).toBe(null);
    const [, port = ''] = free.split(':');
    await bench.start(2, { listen: { host: '127.0.0.1', port: Number(port) } });
    await until('the table', () => one.lanes.answerAt(free) === 'table');
  });

  it('at which a table of another version, or of another election, answers, says which', async () => {
    const bench = await provision(3);
    const one = await bench.start(1);
    const two = await bench.start(2, { version: '2' });
    const three = await bench.start(3, { election: 'mock-2027' });
    const [older, other] = [`127.0.0.1:${two.port}`, `127.0.0.1:${three.port}`];
    await until('both', () => one.lanes.answerAt(older) !== null && one.lanes.answerAt(other) !== null);
    expect([one.lanes.answerAt(older), one.lanes.answerAt(other)]).toEqual(['version', 'election']);
  });
});
