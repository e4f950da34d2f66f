/** The class descriptor of a CCID reader (USB CCID 1.1, 5.1), as far as a driver wants to know it. */
export interface CcidDescriptor {
  readonly slots: number;
  /** Bit 0: 5 V, bit 1: 3 V, bit 2: 1.8 V. */
  readonly voltages: number;
  /** Bit 0: T=0, bit 1: T=1. */
  readonly protocols: number;
  /** kHz. */
  readonly defaultClock: number;
  /** Bits a second. */
  readonly maxDataRate: number;
  /** bNumDataRatesSupported: so many can be asked for by GET_DATA_RATES; left out or 0 where any up to the largest will do. */
  readonly dataRates?: number;
  readonly maxInformationFieldSize: number;
  readonly features: number;
  readonly maxMessageLength: number;
}

export const CCID_CLASS = 0x0b;
const DESCRIPTOR_TYPE = 0x21;
/** Readers of a maker's own class show the same descriptor under the number of such ones. */
const DESCRIPTOR_TYPES: readonly number[] = [DESCRIPTOR_TYPE, 0xff];
const DESCRIPTOR_BYTES = 54;
const HEADER_BYTES = 10;

export const FEATURE = {
  parametersFromAtr: 0x02,
  voltage: 0x08,
  negotiation: 0x40,
  pps: 0x80,
  informationFieldSize: 0x400,
  tpdu: 0x10000,
  shortApdu: 0x20000,
  extendedApdu: 0x40000,
} as const;

/** Finds the class descriptor among those of an interface; null when there is none that is whole. */
export function parseCcidDescriptor(classDescriptors: Uint8Array): CcidDescriptor | null {
  let at = 0;
  for (;;) {
    const length = classDescriptors[at] ?? 0;
    if (length < 2 || at + length > classDescriptors.length) return null;
    const type = classDescriptors[at + 1] ?? 0;
    if (DESCRIPTOR_TYPES.includes(type) && length >= DESCRIPTOR_BYTES) break;
    at += length;
  }
  const view = new DataView(classDescriptors.buffer, classDescriptors.byteOffset + at, DESCRIPTOR_BYTES);
  return {
    slots: view.getUint8(4) + 1,
    voltages: view.getUint8(5) & 0b111,
    protocols: view.getUint32(6, true) & 0b11,
    defaultClock: view.getUint32(10, true),
    maxDataRate: view.getUint32(23, true),
    dataRates: view.getUint8(27),
    maxInformationFieldSize: view.getUint32(28, true),
    features: view.getUint32(40, true),
    maxMessageLength: view.getUint32(44, true),
  };
}

/** The other direction, for the emulator. */
export function encodeCcidDescriptor(reader: CcidDescriptor): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set([DESCRIPTOR_BYTES, DESCRIPTOR_TYPE, 0x10, 0x01, reader.slots - 1, reader.voltages]);
  view.setUint32(6, reader.protocols, true);
  view.setUint32(10, reader.defaultClock, true);
  view.setUint32(14, reader.defaultClock, true);
  view.setUint32(19, 10_752, true);
  view.setUint32(23, reader.maxDataRate, true);
  view.setUint8(27, reader.dataRates ?? 0);
  view.setUint32(28, reader.maxInformationFieldSize, true);
  view.setUint32(40, reader.features, true);
  view.setUint32(44, reader.maxMessageLength, true);
  view.setUint8(53, 1);
  return bytes;
}

/** How commands reach the card through a reader, decided from its descriptor alone. */
export interface ReaderPlan {
  readonly level: 'tpdu' | 'short-apdu' | 'extended-apdu';
  /** bPowerSelect, in the order to be tried: 0 automatic, 1: 5 V, 2: 3 V, 3: 1.8 V. */
  readonly powerSelects: readonly number[];
  readonly protocols: readonly (0 | 1)[];
  /** The reader negotiates protocol and speed with the card itself. */
  readonly negotiatesItself: boolean;
  /** The reader takes its parameters from the answer to reset itself. */
  readonly setsParametersItself: boolean;
  readonly offersFieldSizeItself: boolean;
  /** The largest information field of T=1 that the reader takes from a card, 1 to 254. */
  readonly fieldSize: number;
  /** How fast it speaks to a card. */
  readonly speed: ReaderSpeed;
  /** The most that one message carries beside its header. */
  readonly maxPayload: number;
}

export interface ReaderSpeed {
  /** kHz, at which a card is powered up. */
  readonly clock: number;
  /** Bits a second; the only ones where `only` names some. */
  readonly maxDataRate: number;
  readonly only: readonly number[] | null;
}

/** Clock cycles for each bit at the start: Fd over Dd (ISO/IEC 7816-3, 8.1). */
const DEFAULT_CYCLES = 372;
const LARGEST_FIELD = 254;
/** An extended command, and what it may be answered. */
const LARGEST_PAYLOAD = 65_546;
/** A short command. Readers that state two bytes less for it, which leaves out its last ones, carry it all the same. */
const SHORT_COMMAND = 261;
const ALMOST_SHORT_COMMAND = 253;
/** Below that nothing is carried: the length is not meant. */
const SMALLEST_PAYLOAD = 16;

/** Null for a reader that exchanges single characters, or none at all: those are not driven. */
export function planFor(reader: CcidDescriptor): ReaderPlan | null {
  const { features } = reader;
  const has = (bit: number) => (features & bit) !== 0;
  const level = has(FEATURE.extendedApdu)
    ? 'extended-apdu'
    : has(FEATURE.shortApdu)
      ? 'short-apdu'
      : has(FEATURE.tpdu)
        ? 'tpdu'
        : null;
  if (level === null) return null;
  const named = [1, 2, 3].filter((select) => (reader.voltages & (1 << (select - 1))) !== 0);
  const protocols = ([0, 1] as const).filter((protocol) => (reader.protocols & (1 << protocol)) !== 0);
  const { maxInformationFieldSize: field } = reader;
  return {
    level,
    powerSelects: has(FEATURE.voltage) || named.length === 0 ? [0] : named,
    protocols: protocols.length === 0 ? [0, 1] : protocols,
    negotiatesItself: has(FEATURE.negotiation) || has(FEATURE.pps),
    setsParametersItself: has(FEATURE.parametersFromAtr) || has(FEATURE.negotiation),
    offersFieldSizeItself: has(FEATURE.informationFieldSize),
    fieldSize: field >= 1 && field <= LARGEST_FIELD ? field : LARGEST_FIELD,
    speed: {
      clock: reader.defaultClock,
      maxDataRate: reader.maxDataRate,
      // Which ones it is asked when it is opened; until then it has the one of the start.
      only: (reader.dataRates ?? 0) === 0 ? null : [],
    },
    maxPayload: payloadOf(level, reader.maxMessageLength - HEADER_BYTES),
  };
}

/**
 * What a message carries, as far as what the reader states can be true: one of the extended level takes at least a short
 * command, one of another level may take as little as one packet (USB CCID 1.1, 5.1, dwMaxCCIDMessageLength).
 */
function payloadOf(level: ReaderPlan['level'], stated: number): number {
  const isLittle = stated >= SMALLEST_PAYLOAD && stated < ALMOST_SHORT_COMMAND;
  if (isLittle && level !== 'extended-apdu') return stated;
  return Math.min(Math.max(stated, SHORT_COMMAND), LARGEST_PAYLOAD);
}

/** TA1 as Fi and Di (ISO/IEC 7816-3, tables 7 and 8); 0 for what is reserved. */
const CLOCK_CYCLES = [372, 372, 558, 744, 1_116, 1_488, 1_860, 0, 0, 512, 768, 1_024, 1_536, 2_048, 0, 0];
const BIT_RATES = [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];
export const DEFAULT_SPEED = 0x11;
/** Data rates are rounded in descriptors. */
const TOLERANCE = 1.02;

/** The speed at which reader and card work: what the card offers in TA1 where the reader keeps up, else the default. */
export function speedFor({ clock, maxDataRate, only }: ReaderSpeed, offered: number | null): number {
  const cycles = CLOCK_CYCLES[(offered ?? DEFAULT_SPEED) >> 4] ?? 0;
  const bits = BIT_RATES[(offered ?? DEFAULT_SPEED) & 0x0f] ?? 0;
  if (offered === null || cycles === 0 || bits === 0) return DEFAULT_SPEED;
  const rate = (clock * 1_000 * bits) / cycles;
  const isFaster = bits / cycles > 1 / DEFAULT_CYCLES;
  const isKept =
    only === null
      ? rate <= maxDataRate * TOLERANCE
      : only.some((each) => rate <= each * TOLERANCE && rate >= each / TOLERANCE);
  return isFaster && isKept ? offered : DEFAULT_SPEED;
}
