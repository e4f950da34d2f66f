import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/domain/result.ts';
import { apduCard } from '../../simulated/usb/emulated-cards.ts';
import { application, opened, SELECT } from './testing/opened-reader.ts';

describe('slots of a reader', () => {
  test('a reader with several slots reads the card that came last; one that states too many is not taken at its word', async () => {
    const { timer, emulator, reader } = await opened({ slots: 3 }, { slots: 2 });
    const named = (name: number) => apduCard(() => Uint8Array.of(name, 0x90, 0));
    const read = async () => unwrap(await unwrap(await reader.connect()).transmit(SELECT))[0];
    emulator.insert(named(1), 0);
    await timer.advance(600);
    expect(await read()).toBe(1);
    emulator.insert(named(2), 1);
    await timer.advance(600);
    expect(await read()).toBe(2);
    emulator.remove(1);
    await timer.advance(600);
    expect(await read()).toBe(1);
  });
});

describe('cards in a reader', () => {
  test('an answer that is lost is aborted, and the next command works', async () => {
    const { timer, emulator, reader } = await opened();
    emulator.insert(apduCard(application));
    const card = unwrap(await reader.connect());
    emulator.faults.lostAnswers = 1;
    const lost = card.transmit(SELECT);
    await timer.advance(6_000);
    expect(await lost).toEqual({ ok: false, error: { code: 'no-answer' } });
    expect(emulator.aborts).toBe(1);
    expect(unwrap(await card.transmit(SELECT))).toEqual(Uint8Array.of(0x90, 0));
  });

  test('cards that come and go are told of by asking, and a lost card ends its connection', async () => {
    const { timer, emulator, reader } = await opened();
    const seen: boolean[] = [];
    reader.onCard((present) => seen.push(present));
    expect(await reader.connect()).toEqual({ ok: false, error: { code: 'card-lost' } });
    emulator.insert(apduCard(application));
    await timer.advance(300);
    const card = unwrap(await reader.connect());
    emulator.remove();
    expect(await card.transmit(SELECT)).toEqual({ ok: false, error: { code: 'card-lost' } });
    await timer.advance(300);
    expect(seen).toEqual([true, false]);
  });

  test('a look at the empty slot from before the card came does not take its connection away', async () => {
    const { timer, emulator, reader } = await opened();
    const receive = emulator.receive.bind(emulator);
    const connecting = Promise.withResolvers<Awaited<ReturnType<typeof reader.connect>>>();
    emulator.receive = (endpoint, message) => {
      const taken = receive(endpoint, message);
      emulator.receive = receive;
      // The answer "no card" is on its way when the card is pushed in and powered up.
      emulator.insert(apduCard(application));
      connecting.resolve(reader.connect());
      return taken;
    };
    await timer.advance(300);
    const card = unwrap(await connecting.promise);
    expect(unwrap(await card.transmit(SELECT))).toEqual(Uint8Array.of(0x90, 0));
  });

  test('pulled out, everything is absent at once', async () => {
    const { emulator, usb, reader } = await opened();
    emulator.insert(apduCard(application));
    const card = unwrap(await reader.connect());
    emulator.faults.lostAnswers = 1;
    const pending = card.transmit(SELECT);
    await usb.close();
    expect(await pending).toEqual({ ok: false, error: { code: 'absent' } });
    expect(reader.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
  });
});
