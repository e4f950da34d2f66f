/** A command APDU taken apart (ISO/IEC 7816-4, 5.2). */
export interface CommandParts {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  /** The most that may be answered: 256 and 65536 where the command says 0; null when nothing is expected. */
  readonly expected: number | null;
  readonly extended: boolean;
}

/** Null for bytes that are no command. */
export function parseCommand(command: Uint8Array): CommandParts | null {
  const header = command.slice(0, 4);
  const body = command.subarray(4);
  if (header.length < 4) return null;
  const none = new Uint8Array();
  if (body.length === 0) return { header, data: none, expected: null, extended: false };
  const [first = 0, high = 0, low = 0] = body;
  if (body.length === 1) return { header, data: none, expected: first || 256, extended: false };
  if (first !== 0) {
    const data = body.slice(1, 1 + first);
    const rest = body.subarray(1 + first);
    if (data.length !== first || rest.length > 1) return null;
    return { header, data, expected: rest.length === 0 ? null : rest[0] || 256, extended: false };
  }
  const length = (high << 8) | low;
  if (body.length < 3) return null;
  if (body.length === 3) return { header, data: none, expected: length || 65_536, extended: true };
  const data = body.slice(3, 3 + length);
  const rest = body.subarray(3 + length);
  if (length === 0 || data.length !== length || (rest.length !== 0 && rest.length !== 2)) return null;
  const expected = rest.length === 0 ? null : ((rest[0] ?? 0) << 8) | (rest[1] ?? 0) || 65_536;
  return { header, data, expected, extended: true };
}

/** The short form of a command; null when it does not fit one. */
export function encodeShort({ header, data, expected }: CommandParts): Uint8Array | null {
  if (data.length > 255 || (expected ?? 0) > 256) return null;
  const body = data.length === 0 ? [] : [data.length, ...data];
  return Uint8Array.of(...header, ...body, ...(expected === null ? [] : [expected & 0xff]));
}

/** What a card says to a command of a length that it does not know: also for one that the reader can't carry. */
export const WRONG_LENGTH = Uint8Array.of(0x67, 0x00);
