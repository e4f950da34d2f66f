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
  readonly maxInformationFieldSize: number;
  readonly features: number;
  readonly maxMessageLength: number;
}

export const CCID_CLASS = 0x0b;
const DESCRIPTOR_TYPE = 0x21;
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
    if (classDescriptors[at + 1] === DESCRIPTOR_TYPE && length >= DESCRIPTOR_BYTES) break;
    at += length;
  }
  const view = new DataView(classDescriptors.buffer, classDescriptors.byteOffset + at, DESCRIPTOR_BYTES);
  return {
    slots: view.getUint8(4) + 1,
    voltages: view.getUint8(5) & 0b111,
    protocols: view.getUint32(6, true) & 0b11,
    defaultClock: view.getUint32(10, true),
    maxDataRate: view.getUint32(23, true),
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
  /** The most that one message carries beside its header. */
  readonly maxPayload: number;
}

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
  // A short APDU of 261 bytes fits what every reader has to take.
  const maxPayload = Math.max(reader.maxMessageLength, HEADER_BYTES + 261) - HEADER_BYTES;
  return {
    level,
    powerSelects: has(FEATURE.voltage) || named.length === 0 ? [0] : named,
    protocols: protocols.length === 0 ? [0, 1] : protocols,
    negotiatesItself: has(FEATURE.negotiation) || has(FEATURE.pps),
    setsParametersItself: has(FEATURE.parametersFromAtr) || has(FEATURE.negotiation),
    offersFieldSizeItself: has(FEATURE.informationFieldSize),
    maxPayload,
  };
}
