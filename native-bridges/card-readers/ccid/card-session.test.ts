import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/domain/result.ts';
import { apduCard, fastCard, t0Card, t1Card } from '../../simulated/usb/emulated-cards.ts';
import { application, opened, READ_BINARY, SELECT } from './testing/opened-reader.ts';

describe('what is agreed on between reader and card', () => {
  test('a reader of little messages is sent none that is longer: in blocks over T=1, and 6700 where it can’t be parted', async () => {
    const data = Uint8Array.from({ length: 150 }, (_, index) => 255 - index);
    const command = Uint8Array.of(0, 0x88, 0, 0, 150, ...data, 0);
    for (const largestMessage of [32, 64, 100, 128, 263]) {
      const limits = { features: 0x10030, maxMessageLength: largestMessage };
      const units = await opened(limits, { largestMessage });
      units.emulator.insert(t1Card(application));
      const card = unwrap(await units.reader.connect());
      expect([...unwrap(await card.transmit(command))]).toEqual([...data, 0x90, 0]);
      expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
    }
    for (const [features, make] of [
      [0x10030, () => t0Card(application)],
      [0x20042, () => apduCard(application)],
    ] as const) {
      const { emulator, reader } = await opened({ features, maxMessageLength: 128 }, { largestMessage: 128 });
      emulator.insert(make());
      const card = unwrap(await reader.connect());
      expect(unwrap(await card.transmit(command))).toEqual(Uint8Array.of(0x67, 0));
      const shorter = unwrap(
        await card.transmit(Uint8Array.of(0, 0x88, 0, 0, 100, ...data.slice(0, 100), 0)),
      );
      expect([...shorter]).toEqual([...data.slice(0, 100), 0x90, 0]);
    }
  });

  test.each([
    ['T=0', () => t0Card(application, 90)],
    ['T=1', () => t1Card(application)],
  ])(
    'a card that offers a speed works at it over %s, and one that does not take it at the default',
    async (_name, make) => {
      for (const [takesIt, expected] of [
        [true, 0x13],
        [false, 0x11],
      ] as const) {
        const { emulator, reader } = await opened({ features: 0x10000 });
        emulator.insert(fastCard(make(), 0x13, takesIt));
        const card = unwrap(await reader.connect());
        expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
        expect(emulator.parameters?.[0]).toBe(expected);
      }
    },
  );

  test('a reader that names its speeds is asked for them, and keeps to them', async () => {
    for (const [dataRates, expected] of [
      [[10_752, 43_010], 0x13],
      [[10_752, 86_021], 0x11],
    ] as const) {
      const { emulator, reader } = await opened({ features: 0x10000 }, { dataRates });
      emulator.insert(fastCard(t1Card(application), 0x13));
      const card = unwrap(await reader.connect());
      expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
      expect(emulator.parameters?.[0]).toBe(expected);
    }
  });
});

describe('commands to a card', () => {
  test.each([
    ['TPDU with T=0', 0x10000, () => t0Card(application, 90)],
    ['TPDU with T=1', 0x10000, () => t1Card(application)],
    ['short APDU', 0x200ba, () => apduCard(application)],
    ['extended APDU', 0x404ba, () => apduCard(application)],
  ])('answer over %s', async (_name, features, card) => {
    const { emulator, reader } = await opened({ features });
    emulator.insert(card());
    const connected = unwrap(await reader.connect());
    expect(unwrap(await connected.transmit(SELECT))).toEqual(Uint8Array.of(0x90, 0));
    const read = unwrap(await connected.transmit(READ_BINARY));
    expect([...read]).toEqual([...Array.from({ length: 200 }, (_, index) => index), 0x90, 0]);
    const data = Uint8Array.from({ length: 150 }, (_, index) => 255 - index);
    const echoed = unwrap(await connected.transmit(Uint8Array.of(0, 0x88, 0, 0, 150, ...data, 0)));
    expect([...echoed]).toEqual([...data, 0x90, 0]);
  });

  test('a long command and a long answer go in parts over an extended reader', async () => {
    const { emulator, reader } = await opened();
    const answer = Uint8Array.from({ length: 2_000 }, (_, index) => index & 0xff);
    let seen = new Uint8Array();
    emulator.insert(
      apduCard((command) => {
        seen = Uint8Array.from(command);
        return Uint8Array.of(...answer, 0x90, 0);
      }),
    );
    const card = unwrap(await reader.connect());
    const command = Uint8Array.of(0, 0xd6, 0, 0, 0, 4, 0, ...new Uint8Array(1_024).fill(7), 0, 0);
    expect([...unwrap(await card.transmit(command))]).toEqual([...answer, 0x90, 0]);
    expect(seen).toEqual(command);
  });

  test('a command without a short form is answered wrong length by readers that carry short ones', async () => {
    const { emulator, reader } = await opened({ features: 0x200ba });
    emulator.insert(apduCard(application));
    const card = unwrap(await reader.connect());
    const extended = Uint8Array.of(0, 0xb0, 0, 0, 0, 0x10, 0);
    expect(unwrap(await card.transmit(extended))).toEqual(Uint8Array.of(0x67, 0));
  });

  test('voltages are tried in turn, and a card that stays mute is no-answer', async () => {
    const { emulator, reader } = await opened({ features: 0x40000 });
    emulator.insert(apduCard(application, [3]));
    expect((await reader.connect()).ok).toBe(true);
    emulator.insert(apduCard(application, []));
    expect(await reader.connect()).toEqual({ ok: false, error: { code: 'no-answer' } });
  });

  test('time extensions are waited for, and answers with an old number are dropped', async () => {
    const { emulator, reader } = await opened();
    emulator.insert(apduCard(application));
    const card = unwrap(await reader.connect());
    emulator.faults.timeExtensions = 5;
    emulator.faults.staleAnswers = 3;
    expect(unwrap(await card.transmit(SELECT))).toEqual(Uint8Array.of(0x90, 0));
  });

  test('damaged blocks and a card that asks for time do not change what T=1 carries', async () => {
    for (let damaged = 0; damaged <= 3; damaged += 1) {
      const { emulator, reader } = await opened({ features: 0x10000 });
      const inserted = t1Card(application);
      emulator.insert(inserted);
      const card = unwrap(await reader.connect());
      inserted.faults.damaged = damaged;
      inserted.faults.waiting = 1;
      expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
    }
  });

  test('whatever an answer to reset, a block or a reader says, there is an answer or a clear error', async () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        bytes,
        fc.constantFrom(0x10000, 0x200ba, 0x404ba),
        async (atr, answer, features) => {
          const { emulator, reader } = await opened({ features });
          emulator.insert({ ...apduCard(() => answer), answerToReset: atr });
          const connected = await reader.connect();
          if (!connected.ok) return;
          const result = await connected.value.transmit(READ_BINARY);
          if (!result.ok) expect(['bad-data', 'card-lost']).toContain(result.error.code);
        },
      ),
      { numRuns: 150, seed: 4 },
    );
  });
});
