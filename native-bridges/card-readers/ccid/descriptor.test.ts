import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXTENDED_READER } from '../../simulated/usb/ccid-emulator.ts';
import {
  type CcidDescriptor,
  encodeCcidDescriptor,
  parseCcidDescriptor,
  planFor,
  speedFor,
} from './descriptor.ts';

/**
 * dwFeatures, bVoltageSupport, dwProtocols, then what USB CCID 1.1, 5.1 says of them: the level, the voltages to be
 * tried, and what the reader does itself (P parameters, V voltage, N negotiation with the card, I field size).
 */
const READERS = `
0x40000 7 3 extended-apdu 1 2 3 -
0x40000 1 3 extended-apdu 1     -
0x40000 6 3 extended-apdu 2 3   -
0x40002 7 1 extended-apdu 1 2 3 P
0x40002 1 1 extended-apdu 1     P
0x40002 6 1 extended-apdu 2 3   P
0x40008 7 2 extended-apdu 0     V
0x40008 1 2 extended-apdu 0     V
0x40008 6 2 extended-apdu 0     V
0x4000a 7 3 extended-apdu 0     PV
0x4000a 1 3 extended-apdu 0     PV
0x4000a 6 3 extended-apdu 0     PV
0x40040 7 3 extended-apdu 1 2 3 NP
0x40040 1 3 extended-apdu 1     NP
0x40040 6 3 extended-apdu 2 3   NP
0x40080 7 3 extended-apdu 1 2 3 N
0x40080 1 3 extended-apdu 1     N
0x40080 6 3 extended-apdu 2 3   N
0x400ba 7 3 extended-apdu 0     NPV
0x400ba 1 3 extended-apdu 0     NPV
0x400ba 6 3 extended-apdu 0     NPV
0x404ba 7 3 extended-apdu 0     NPVI
0x404ba 1 3 extended-apdu 0     NPVI
0x404ba 6 3 extended-apdu 0     NPVI
0x20000 7 3 short-apdu    1 2 3 -
0x20000 1 3 short-apdu    1     -
0x20000 6 3 short-apdu    2 3   -
0x20002 7 1 short-apdu    1 2 3 P
0x20002 1 1 short-apdu    1     P
0x20002 6 1 short-apdu    2 3   P
0x20008 7 2 short-apdu    0     V
0x20008 1 2 short-apdu    0     V
0x20008 6 2 short-apdu    0     V
0x2000a 7 3 short-apdu    0     PV
0x2000a 1 3 short-apdu    0     PV
0x2000a 6 3 short-apdu    0     PV
0x20040 7 3 short-apdu    1 2 3 NP
0x20040 1 3 short-apdu    1     NP
0x20040 6 3 short-apdu    2 3   NP
0x20080 7 3 short-apdu    1 2 3 N
0x20080 1 3 short-apdu    1     N
0x20080 6 3 short-apdu    2 3   N
0x200ba 7 3 short-apdu    0     NPV
0x200ba 1 3 short-apdu    0     NPV
0x200ba 6 3 short-apdu    0     NPV
0x204ba 7 3 short-apdu    0     NPVI
0x204ba 1 3 short-apdu    0     NPVI
0x204ba 6 3 short-apdu    0     NPVI
0x10000 7 3 tpdu          1 2 3 -
0x10000 1 3 tpdu          1     -
0x10000 6 3 tpdu          2 3   -
0x10002 7 1 tpdu          1 2 3 P
0x10002 1 1 tpdu          1     P
0x10002 6 1 tpdu          2 3   P
0x10008 7 2 tpdu          0     V
0x10008 1 2 tpdu          0     V
0x10008 6 2 tpdu          0     V
0x1000a 7 3 tpdu          0     PV
0x1000a 1 3 tpdu          0     PV
0x1000a 6 3 tpdu          0     PV
0x10040 7 3 tpdu          1 2 3 NP
0x10040 1 3 tpdu          1     NP
0x10040 6 3 tpdu          2 3   NP
0x10080 7 3 tpdu          1 2 3 N
0x10080 1 3 tpdu          1     N
0x10080 6 3 tpdu          2 3   N
0x100ba 7 3 tpdu          0     NPV
0x100ba 1 3 tpdu          0     NPV
0x100ba 6 3 tpdu          0     NPV
0x104ba 7 3 tpdu          0     NPVI
0x104ba 1 3 tpdu          0     NPVI
0x104ba 6 3 tpdu          0     NPVI
0x00000 7 3 null          1 2 3 -
0x00002 7 1 null          1 2 3 P
0x00008 7 2 null          0     V
0x0000a 7 3 null          0     PV
0x00040 7 3 null          1 2 3 NP
0x00080 7 3 null          1 2 3 N
0x000ba 7 3 null          0     NPV
0x004ba 7 3 null          0     NPVI
`
  .trim()
  .split('\n')
  .map((row) => {
    const [features = '', voltages = '', protocols = '', level = '', ...rest] = row.trim().split(/ +/);
    return {
      features,
      voltages,
      protocols,
      level,
      powers: rest.slice(0, -1).join(' '),
      does: rest.at(-1) ?? '',
    };
  });

/**
 * Readers that USB CCID 1.1, 5.1 allows, or that exist and stretch it: dwFeatures, bVoltageSupport, dwProtocols, dwMaxIFSD,
 * dwMaxCCIDMessageLength; then the level, what is powered up with, the protocols, the field and the most bytes of a message.
 */
const ODD_READERS = `
0x00010130 7   3  254   64    tpdu          123 01 254 54    smallest message of a full-speed reader
0x00010030 1   1  254   128   tpdu          1   0  254 118   T=0 only, half a command a message
0x00010030 2   2  32    256   tpdu          2   1  32  246   T=1 only, 3 V only, small fields
0x00010030 7   3  254   263   tpdu          123 01 254 261   two bytes less stated than carried
0x000100b2 7   3  254   271   tpdu          123 01 254 261   PPS by itself, parameters by itself, voltage not
0x00010230 3   3  254   271   tpdu          12  01 254 261   other addresses in T=1 blocks
0x00010330 5   3  254   271   tpdu          13  01 254 261   no 3 V, clock may be stopped
0x00010840 7   3  254   271   tpdu          123 01 254 261   a card with a plug of its own (ICCD)
0x0001003c 0   3  254   271   tpdu          0   01 254 261   voltage by itself, none named
0x00020840 1   2  254   271   short-apdu    1   1  254 261   ICCD, short commands
0x00020042 7   3  254   128   short-apdu    123 01 254 118   short commands that do not fit whole
0x001205b2 7   3  254   271   short-apdu    123 01 254 261   may wake the computer
0x000200b8 4   3  1     271   short-apdu    0   01 1   261   smallest field
0x000202f2 7   3  255   2048  short-apdu    123 01 254 2038  field of 255, which no block has
0x00040840 7   3  254   512   extended-apdu 123 01 254 502   ICCD, extended
0x00040040 7   3  254   64    extended-apdu 123 01 254 261   extended, but less stated than a short command
0x000404be 7   2  65535 1034  extended-apdu 0   1  254 1024  contactless, fields as large as messages
0x00040080 6   1  0     65556 extended-apdu 23  0  254 65546 extended, T=0 only, largest message
0x00070000 7   3  254   271   extended-apdu 123 01 254 261   every level at once
0x00140040 248 48 254   271   extended-apdu 0   01 254 261   reserved voltages and protocols only
`
  .trim()
  .split('\n')
  .map((row) => {
    const cells = row.trim().split(/ +/);
    const [features, voltages, protocols, field, message, level, powers = '', uses = ''] = cells;
    const [fieldSize, maxPayload, ...what] = cells.slice(8);
    return {
      what: what.join(' '),
      reader: {
        ...EXTENDED_READER,
        features: Number(features),
        voltages: Number(voltages),
        protocols: Number(protocols),
        maxInformationFieldSize: Number(field),
        maxMessageLength: Number(message),
      },
      plan: {
        level,
        powerSelects: [...powers].map(Number),
        protocols: [...uses].map(Number),
        fieldSize: Number(fieldSize),
        maxPayload: Number(maxPayload),
      },
    };
  });

describe('what a reader can do', () => {
  test('the table has the combinations of at least sixty readers', () => {
    expect(READERS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(READERS)('$features, voltages $voltages: $level, does itself: $does', (row) => {
    const bytes = encodeCcidDescriptor({
      ...EXTENDED_READER,
      features: Number(row.features),
      voltages: Number(row.voltages),
      protocols: Number(row.protocols),
    });
    const descriptor = parseCcidDescriptor(Uint8Array.of(...[9, 4, 0, 0, 2, 0x0b, 0, 0, 0], ...bytes));
    const plan = descriptor === null ? null : planFor(descriptor);
    if (row.level === 'null') {
      expect(plan).toBeNull();
      return;
    }
    expect(plan).toEqual({
      level: row.level,
      powerSelects: row.powers.split(' ').map(Number),
      protocols: [0, 1].filter((protocol) => (Number(row.protocols) & (1 << protocol)) !== 0),
      negotiatesItself: row.does.includes('N'),
      setsParametersItself: row.does.includes('P'),
      offersFieldSizeItself: row.does.includes('I'),
      maxPayload: 261,
      fieldSize: 254,
      speed: { clock: 4_000, maxDataRate: 307_200, only: null },
    });
  });

  test('no descriptor of any bytes breaks the parser', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const descriptor = parseCcidDescriptor(bytes);
        if (descriptor !== null) expect(planFor(descriptor)?.maxPayload ?? 261).toBeGreaterThanOrEqual(261);
      }),
    );
  });
});

describe('oddities of readers', () => {
  const odd = (changes: Partial<CcidDescriptor>) => planFor({ ...EXTENDED_READER, ...changes });

  test.each(ODD_READERS)('$what', ({ reader, plan }) => {
    const bytes = encodeCcidDescriptor(reader);
    // What is stated beyond the bits that mean something is on the wire as well.
    bytes[5] = reader.voltages;
    bytes[6] = reader.protocols;
    const descriptor = parseCcidDescriptor(bytes);
    expect(descriptor === null ? null : planFor(descriptor)).toMatchObject(plan);
  });

  test.each([
    ['states no size of fields', { maxInformationFieldSize: 0 }, { fieldSize: 254 }],
    ['states a field that no block has', { maxInformationFieldSize: 4_096 }, { fieldSize: 254 }],
    ['takes small fields only', { maxInformationFieldSize: 32 }, { fieldSize: 32 }],
    ['gives 1.8 V and nothing else', { features: 0x10000, voltages: 4 }, { powerSelects: [3] }],
    ['names no voltage', { features: 0x10000, voltages: 0 }, { powerSelects: [0] }],
    ['names no protocol', { protocols: 0 }, { protocols: [0, 1] }],
    ['states no length of messages', { maxMessageLength: 0 }, { maxPayload: 261 }],
    [
      'states a length for short commands at the extended level',
      { maxMessageLength: 271 },
      { maxPayload: 261 },
    ],
    ['states a length that nothing has', { maxMessageLength: 0xffff_ffff }, { maxPayload: 65_546 }],
    ['claims two levels', { features: 0x60000 }, { level: 'extended-apdu' }],
    ['claims units and short commands', { features: 0x30000 }, { level: 'short-apdu' }],
  ] as const)('one that %s', (_what, changes, expected) => {
    expect(odd(changes)).toMatchObject(expected);
  });

  test('the descriptor may stand behind an endpoint, among others, or under the number of a maker’s own', () => {
    const bytes = encodeCcidDescriptor(EXTENDED_READER);
    const own = Uint8Array.from(bytes, (byte, at) => (at === 1 ? 0xff : byte));
    for (const around of [
      [...bytes],
      [7, 5, 0x81, 2, 64, 0, 0, ...bytes, 3, 0x24, 0],
      [9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0, ...bytes],
      [...own],
    ])
      expect(parseCcidDescriptor(Uint8Array.from(around))).toEqual({ ...EXTENDED_READER, dataRates: 0 });
    expect(parseCcidDescriptor(bytes.subarray(0, 53))).toBeNull();
  });

  /** TA1, clock in kHz, largest rate, named rates or none: the speed that is agreed on (ISO/IEC 7816-3, tables 7 and 8). */
  test.each([
    [0x18, 4_000, 344_086, null, 0x18],
    [0x18, 4_000, 307_200, null, 0x18],
    [0x18, 4_000, 115_200, null, 0x11],
    [0x96, 4_000, 250_000, null, 0x96],
    [0x97, 4_000, 250_000, null, 0x11],
    [0x13, 3_571, 38_400, [9_600, 38_400], 0x13],
    [0x13, 3_571, 38_400, [9_600, 19_200], 0x11],
    [0x13, 3_571, 38_400, [], 0x11],
    [0x11, 4_000, 344_086, null, 0x11],
    [0x10, 4_000, 344_086, null, 0x11],
    [0x7f, 4_000, 344_086, null, 0x11],
    [0x31, 4_000, 344_086, null, 0x11],
    [null, 4_000, 344_086, null, 0x11],
  ])('TA1 %s at %s kHz, up to %s, of %s: %s', (offered, clock, maxDataRate, only, agreed) => {
    expect(speedFor({ clock, maxDataRate, only }, offered)).toBe(agreed);
  });
});
