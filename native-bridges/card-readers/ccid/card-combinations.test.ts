import { describe, expect, test } from 'vitest';
import { err, ok, unwrap } from '../../../src/domain/result.ts';
import type { EmulatedCard } from '../../simulated/usb/ccid-emulator.ts';
import { apduCard, t0Card, t1Card } from '../../simulated/usb/emulated-cards.ts';
import type { CcidDescriptor } from './descriptor.ts';
import { application, opened, READ_BINARY, SELECT } from './testing/opened-reader.ts';

/** An answer to reset with its check byte (ISO/IEC 7816-3, 8.2.5). */
function checked(...bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(
    ...bytes,
    bytes.slice(1).reduce((sum, byte) => sum ^ byte, 0),
  );
}

/** T=1 alone, as the ID card has it; T=0 alone; T=0 first and T=1 as well. */
const ONLY_T1 = checked(0x3b, 0x80, 0x81, 0x31, 0x28, 0x45);
const ONLY_T0 = Uint8Array.of(0x3b, 0x00);
const BOTH = checked(0x3b, 0x80, 0x80, 0x31, 0x28, 0x45);

const T1 = (answerToReset: Uint8Array = ONLY_T1) => named(t1Card(application), answerToReset);
const T0 = (answerToReset: Uint8Array = ONLY_T0) => named(t0Card(application), answerToReset);
const APDU = (answerToReset: Uint8Array = ONLY_T1) => named(apduCard(application), answerToReset);

/** The same card under another answer to reset; it takes PPS, whatever is asked. */
function named(card: EmulatedCard, answerToReset: Uint8Array): EmulatedCard {
  return {
    ...card,
    answerToReset,
    transmit: async (unit) => (unit[0] === 0xff ? ok(unit) : card.transmit(unit)),
  };
}

/** A reader that carries no answer longer than it states: the card is cut off. */
function within(card: EmulatedCard, longest: number): EmulatedCard {
  return {
    ...card,
    transmit: async (unit) => {
      const answer = await card.transmit(unit);
      return answer.ok && answer.value.length > longest ? err({ code: 'no-answer' }) : answer;
    },
  };
}

interface Combination {
  readonly what: string;
  readonly reader: Partial<CcidDescriptor>;
  readonly card: EmulatedCard;
  /** The message that the reader takes at most, where it means what it states. */
  readonly strict?: boolean;
  readonly slots?: number;
  readonly dataRates?: readonly number[];
  /** Protocol data of SetParameters; null for none sent; left out where it does not matter. */
  readonly parameters?: readonly number[] | null;
}

/** Readers and cards that only just fit, as USB CCID 1.1, 5.1 and ISO/IEC 7816-3, 8 allow them. */
const WORKS: readonly Combination[] = [
  {
    what: 'units, nothing by itself, T=1',
    reader: { features: 0x10000 },
    card: T1(),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'units, nothing by itself, T=0',
    reader: { features: 0x10000 },
    card: T0(),
    parameters: [0x11, 0, 0, 10, 0],
  },
  { what: 'units, parameters by itself, T=1', reader: { features: 0x10002 }, card: T1(), parameters: null },
  {
    what: 'units, T=1 only, card of both: PPS, and the reader is told',
    reader: { features: 0x10002, protocols: 2 },
    card: T1(BOTH),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  { what: 'units, T=0 only, card of both', reader: { features: 0x10000, protocols: 1 }, card: T0(BOTH) },
  {
    what: 'units, messages of one packet, T=1',
    reader: { features: 0x10000, maxMessageLength: 64 },
    card: T1(),
    strict: true,
  },
  {
    what: 'units, fields of one byte',
    reader: { features: 0x10000, maxInformationFieldSize: 1 },
    card: T1(),
  },
  {
    what: 'units, messages of 4 GB',
    reader: { features: 0x10000, maxMessageLength: 0xffff_ffff },
    card: T1(),
  },
  {
    what: 'units, no length, no field, no protocol, no voltage',
    reader: { features: 0x10000, maxMessageLength: 0, maxInformationFieldSize: 0, protocols: 0, voltages: 0 },
    card: T1(),
  },
  {
    what: 'units, one speed named, which the card does not offer',
    reader: { features: 0x10000 },
    dataRates: [9_600],
    card: T1(checked(0x3b, 0x90, 0x96, 0x81, 0x31, 0x28, 0x45)),
  },
  {
    what: 'units, no clock and no rate stated',
    reader: { features: 0x10000, defaultClock: 0, maxDataRate: 0 },
    card: T1(checked(0x3b, 0x90, 0x18, 0x81, 0x31, 0x28, 0x45)),
  },
  {
    what: 'units, 1.8 V only',
    reader: { features: 0x10000, voltages: 4 },
    card: { ...T1(), powerSelects: [3] },
  },
  {
    what: 'units, a card that only 5 V wakes, 3 V tried',
    reader: { features: 0x10000, voltages: 3 },
    card: { ...T1(), powerSelects: [2] },
  },
  { what: 'units, ICCD, no PPS', reader: { features: 0x10840 }, card: T1(), parameters: null },
  { what: 'units, field size by itself', reader: { features: 0x104ba }, card: T1() },
  {
    what: 'short commands, messages of half a command',
    reader: { features: 0x200ba, maxMessageLength: 220 },
    card: APDU(),
    strict: true,
  },
  {
    what: 'short commands, T=0, answers fetched by us',
    reader: { features: 0x200ba, protocols: 1 },
    card: T0(),
  },
  {
    what: 'short commands, no negotiation, card of both, T=1 only',
    reader: { features: 0x20002, protocols: 2 },
    card: APDU(BOTH),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  { what: 'short commands, ICCD', reader: { features: 0x20840, protocols: 2, voltages: 1 }, card: APDU() },
  {
    what: 'extended, T=0 stated only, card of T=1 that it took',
    reader: { features: 0x404ba, protocols: 1 },
    card: APDU(),
  },
  {
    what: 'extended, messages of one packet stated',
    reader: { features: 0x404ba, maxMessageLength: 64 },
    card: APDU(),
  },
  { what: 'extended, T=0 card', reader: { features: 0x40042 }, card: T0() },
  { what: 'extended, every feature bit there is', reader: { features: 0xffff_ffff }, card: APDU() },
  {
    what: 'extended, 255 slots stated, one there',
    reader: { features: 0x404ba, slots: 256 },
    slots: 1,
    card: APDU(),
  },
  { what: 'extended, ICCD, 64 KB', reader: { features: 0x40840, maxMessageLength: 65_556 }, card: APDU() },
];

/** Answers to reset that are odd and hold, or that don't and do no harm. */
const ANSWERS: readonly Combination[] = [
  {
    what: 'TA1 of the default',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x90, 0x11, 0x81, 0x31, 0x28, 0x45)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'TA1 of a speed that the reader has',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x90, 0x13, 0x81, 0x31, 0x28, 0x45)),
    parameters: [0x13, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'TA1 of a speed that nobody has',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x90, 0xff, 0x81, 0x31, 0x28, 0x45)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'TC1 of 255',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0xc0, 0xff, 0x81, 0x31, 0x28, 0x45)),
    parameters: [0x11, 0x10, 255, 0x45, 0, 40, 0],
  },
  {
    what: 'TC1 of 255 over T=0',
    reader: { features: 0x10000 },
    card: T0(Uint8Array.of(0x3b, 0x40, 0xff)),
    parameters: [0x11, 0, 255, 10, 0],
  },
  {
    what: 'TB1 and TB2 of the programming voltage',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0xa0, 0x25, 0xa1, 0x32, 0x31, 0x28, 0x45)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'TC2, the waiting integer of T=0',
    reader: { features: 0x10000 },
    card: T0(Uint8Array.of(0x3b, 0x80, 0x40, 0x14)),
    parameters: [0x11, 0, 0, 0x14, 0],
  },
  {
    what: 'T=15 after T=1, whose clock and classes are not fields',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x80, 0x81, 0xb1, 0x28, 0x45, 0x1f, 0xc7)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'T=15 after T=0, with its check byte',
    reader: { features: 0x10000 },
    card: T0(checked(0x3b, 0x80, 0x80, 0x1f, 0x03)),
    parameters: [0x11, 0, 0, 10, 0],
  },
  {
    what: 'specific mode (TA2) of T=1: no PPS',
    reader: { features: 0x10000 },
    card: t1WithoutPps(checked(0x3b, 0x90, 0x13, 0x91, 0x01, 0x31, 0x28, 0x45)),
    parameters: [0x13, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'specific mode of the default speed, whatever TA1 says',
    reader: { features: 0x10000 },
    card: t1WithoutPps(checked(0x3b, 0x90, 0x18, 0x91, 0x11, 0x31, 0x28, 0x45)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'T=1 without a size of fields',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x80, 0x01)),
    parameters: [0x11, 0x10, 0, 0x4d, 0, 32, 0],
  },
  {
    what: 'a second size of fields, for another T=1',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x80, 0x81, 0xb1, 0x28, 0x45, 0x11, 0xfe)),
    parameters: [0x11, 0x10, 0, 0x45, 0, 40, 0],
  },
  {
    what: 'inverse convention',
    reader: { features: 0x10000 },
    card: T0(Uint8Array.of(0x3f, 0x00)),
    parameters: [0x11, 2, 0, 10, 0],
  },
  { what: 'bytes behind its end', reader: { features: 0x10000 }, card: T1(Uint8Array.of(...ONLY_T1, 0, 0)) },
  {
    what: 'all fifteen historical bytes',
    reader: { features: 0x10000 },
    card: T1(checked(0x3b, 0x8f, 0x81, 0x31, 0x28, 0x45, ...new Array<number>(15).fill(0x41))),
  },
  {
    what: 'a wrong check byte behind a reader that settles everything itself',
    reader: { features: 0x404ba },
    card: APDU(Uint8Array.of(...ONLY_T1.slice(0, -1), 0x99)),
  },
  {
    what: 'no check byte behind a reader that settles everything itself',
    reader: { features: 0x204ba },
    card: APDU(ONLY_T1.slice(0, -1)),
  },
];

function t1WithoutPps(answerToReset: Uint8Array): EmulatedCard {
  const card = t1Card(application);
  return {
    ...card,
    answerToReset,
    transmit: async (unit) => (unit[0] === 0xff ? err({ code: 'no-answer' }) : card.transmit(unit)),
  };
}

async function openedWith({ reader, card, strict = false, slots, dataRates = [] }: Combination) {
  const { maxMessageLength = 271 } = reader;
  const options = {
    dataRates,
    ...(strict ? { largestMessage: maxMessageLength } : {}),
    ...(slots === undefined ? {} : { slots }),
  };
  const plugged = await opened(reader, options);
  plugged.emulator.insert(strict ? within(card, maxMessageLength - 10) : card);
  return plugged;
}

describe('readers and cards that only just fit', () => {
  test.each([...WORKS, ...ANSWERS])('$what', async (combination) => {
    const { emulator, reader } = await openedWith(combination);
    const card = unwrap(await reader.connect());
    expect(unwrap(await card.transmit(SELECT))).toEqual(Uint8Array.of(0x90, 0));
    expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
    const data = Uint8Array.from({ length: 150 }, (_, index) => 255 - index);
    const echo = Uint8Array.of(0, 0x88, 0, 0, 150, ...data, 0);
    expect([...unwrap(await card.transmit(echo))]).toEqual([...data, 0x90, 0]);
    const { parameters } = combination;
    if (parameters === null) expect(emulator.parameters).toBeNull();
    else if (parameters !== undefined) expect([...(emulator.parameters ?? [])]).toEqual(parameters);
  });

  test('an answer to reset that came damaged is asked for once more', async () => {
    let times = 0;
    const { emulator, reader } = await opened({ features: 0x10000 });
    const whole = T1();
    emulator.insert({
      ...whole,
      get answerToReset() {
        times += 1;
        return times === 1 ? Uint8Array.of(0x3b, 0x80, 0x81) : ONLY_T1;
      },
    });
    const card = unwrap(await reader.connect());
    expect(unwrap(await card.transmit(READ_BINARY)).length).toBe(202);
    expect(times).toBe(2);
  });

  test('a small reader tells the card of fields that its messages carry', async () => {
    const { emulator, reader } = await opened({ features: 0x10000, maxMessageLength: 64 });
    const offered: number[] = [];
    const card = T1();
    const transmit: EmulatedCard['transmit'] = async (unit) => {
      if (unit[1] === 0xc1) offered.push(unit[3] ?? 0);
      return card.transmit(unit);
    };
    emulator.insert({ ...card, transmit });
    unwrap(await reader.connect());
    // 64 bytes less the header of the message (10), and of the block three bytes before and one behind.
    expect(offered).toEqual([50]);
  });
});

describe('readers and cards that do not fit', () => {
  test.each([
    [
      'a wrong check byte, where we speak T=1 ourselves',
      { features: 0x10000 },
      T1(Uint8Array.of(...ONLY_T1.slice(0, -1), 0x99)),
      'bad-data',
    ],
    ['an empty answer to reset', { features: 0x10000 }, T1(new Uint8Array()), 'bad-data'],
    ['an answer to reset of 40 bytes', { features: 0x10000 }, T1(new Uint8Array(40).fill(0x3b)), 'bad-data'],
    [
      'a chain of protocols without an end',
      { features: 0x10000 },
      T1(checked(0x3b, ...new Array<number>(31).fill(0x81))),
      'bad-data',
    ],
    ['T=14 alone', { features: 0x10000 }, T1(checked(0x3b, 0x80, 0x0e)), 'bad-data'],
    ['T=0 only, card of T=1 only', { features: 0x10000, protocols: 1 }, T1(), 'bad-data'],
    [
      'specific mode of a protocol that the reader has not',
      { features: 0x10000, protocols: 1 },
      T1(checked(0x3b, 0x80, 0x91, 0x01, 0x31, 0x28, 0x45)),
      'bad-data',
    ],
    [
      'a card of another voltage',
      { features: 0x10000, voltages: 1 },
      { ...T1(), powerSelects: [3] },
      'no-answer',
    ],
  ] as const)('%s', async (_what, descriptor, card, code) => {
    const { emulator, reader } = await opened(descriptor);
    emulator.insert(card);
    expect(await reader.connect()).toEqual({ ok: false, error: { code } });
    // The next card is read all the same.
    emulator.insert(descriptor.features === 0x10000 && 'protocols' in descriptor ? T0() : { ...T1() });
    expect((await reader.connect()).ok).toBe(true);
  });
});
