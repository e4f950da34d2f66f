import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readDocument } from '../../src/documents/chip/read-document.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import type { CardTransport } from '../../src/domain/devices.ts';
import { ok, unwrap } from '../../src/domain/result.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from './emulated-passport.ts';
import { playVirtualCard } from './virtual-card.ts';

/** The reader's end, as vpcd has it. */
class VirtualReader {
  readonly #server: Server = createServer((socket) => {
    socket.setNoDelay(true);
    this.#sockets.push(socket);
  });
  readonly #sockets: Socket[] = [];

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get socket(): Socket {
    return assertDefined(this.#sockets[0], 'a card in the reader');
  }

  /** In pieces of three bytes, as a network may deliver them. */
  send(message: Uint8Array): void {
    const whole = Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
    for (let at = 0; at < whole.length; at += 3) this.socket.write(whole.subarray(at, at + 3));
  }

  receive(): Promise<Uint8Array> {
    return new Promise((resolve) => {
      let bytes = Buffer.alloc(0);
      const take = (more: Buffer) => {
        bytes = Buffer.concat([bytes, more]);
        if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
        this.socket.off('data', take);
        resolve(Uint8Array.from(bytes.subarray(2)));
      };
      this.socket.on('data', take);
    });
  }

  async ask(message: Uint8Array): Promise<Uint8Array> {
    const answer = this.receive();
    this.send(message);
    return answer;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

describe('a passport in a virtual reader', () => {
  let reader: VirtualReader;
  let port: number;
  beforeEach(async () => {
    reader = new VirtualReader();
    port = await reader.listen();
  });
  afterEach(() => reader.close());

  test('is powered up, told apart from the one before, read and taken out', async () => {
    const { document, trusted } = await createEmulatedPassport(
      assertDefined(PASSPORT_KINDS.pace, 'pace'),
      3000,
    );
    const end = new AbortController();
    const { promise: ready, resolve: laid } = Promise.withResolvers<void>();
    const options = { host: '127.0.0.1', port, signal: end.signal, onLaid: laid };
    const played = playVirtualCard(() => document.connect(), options);
    await ready;
    expect(Buffer.from(await reader.ask(Uint8Array.of(4))).toString('hex')).toBe('3b80800101');
    // Nothing is powered up yet.
    expect(await reader.ask(Uint8Array.of(0, 0x84, 0, 0, 8))).toEqual(Uint8Array.of(0x6f, 0));
    reader.send(Uint8Array.of(1));
    const card: CardTransport = {
      answerToReset: new Uint8Array(0),
      transmit: async (command) => ok(await reader.ask(command)),
    };
    const read = await readDocument(
      card,
      { can: '271828' },
      { today: '2026-11-22', trustedCertificates: [trusted] },
    );
    expect(unwrap(read)).toMatchObject({
      authenticity: { outcome: 'genuine' },
      zone: { surname: 'EMULATED' },
    });
    reader.send(Uint8Array.of(2));
    // A reset ends the session.
    expect((await reader.ask(Uint8Array.of(0x0c, 0xb0, 0, 0, 0))).length).toBe(2);
    end.abort();
    expect(await played).toEqual(ok());
  });

  test('where there is none, or one that goes, says so', async () => {
    const { signal } = new AbortController();
    const nothing: CardTransport = {
      answerToReset: new Uint8Array(0),
      transmit: () => Promise.reject(new Error('unused')),
    };
    const played = playVirtualCard(() => nothing, {
      host: '127.0.0.1',
      port,
      signal,
      onLaid: () => setImmediate(() => reader.close()),
    });
    expect(await played).toEqual({ ok: false, error: 'reader-gone' });
    expect(await playVirtualCard(() => nothing, { host: '127.0.0.1', port, signal })).toEqual({
      ok: false,
      error: 'no-virtual-reader',
    });
  });
});
