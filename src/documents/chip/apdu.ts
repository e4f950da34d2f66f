import { err, ok, type Result } from '../../domain/result.ts';
import { concatBytes } from './tlv.ts';

/** A command to a card (ISO/IEC 7816-4, 5.1). */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Bytes expected, 1 to 65536; left away when the answer has a status only. */
  readonly expected?: number;
}

export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 and SW2: 0x9000. */
  readonly status: number;
}

export const STATUS_OK = 0x9000;
/** End of file met before all the bytes asked for. */
export const STATUS_END_OF_FILE = 0x6282;
/** Wrong parameters: READ BINARY beyond the end of the file. */
export const STATUS_OUTSIDE_FILE = 0x6b00;
/** Lc or Le is not what the card, or its reader, takes. */
export const STATUS_WRONG_LENGTH = 0x6700;

const NOTHING = new Uint8Array(0);

/** Writes a command in the short form where it fits, else in the extended one. */
export function encodeCommand(command: CommandApdu): Uint8Array<ArrayBuffer> {
  const { cla, ins, p1, p2, data = NOTHING, expected } = command;
  const header = Uint8Array.of(cla, ins, p1, p2);
  const extended = data.length > 255 || (expected ?? 0) > 256;
  if (!extended) {
    const lc = data.length > 0 ? [data.length] : [];
    const le = expected === undefined ? [] : [expected & 0xff];
    return concatBytes(header, Uint8Array.from(lc), data, Uint8Array.from(le));
  }
  const lc = data.length > 0 ? [0, data.length >> 8, data.length & 0xff] : [];
  const leBytes = expected === undefined ? [] : [(expected >> 8) & 0xff, expected & 0xff];
  const le = data.length > 0 || expected === undefined ? leBytes : [0, ...leBytes];
  return concatBytes(header, Uint8Array.from(lc), data, Uint8Array.from(le));
}

/** The short form of an extended command with data, asking for 256 bytes; null when its data do not fit one. */
export function asShortCommand(extended: Uint8Array): Uint8Array | null {
  const length = ((extended[5] ?? 0) << 8) | (extended[6] ?? 0);
  const rest = extended.length - 7 - length;
  if (extended[4] !== 0 || length === 0 || length > 255 || (rest !== 0 && rest !== 2)) return null;
  const data = extended.subarray(7, 7 + length);
  const le = rest === 0 ? [] : [0];
  return concatBytes(extended.subarray(0, 4), Uint8Array.of(length), data, Uint8Array.from(le));
}

/** Splits an answer into data and status; refuses one too short to have a status. */
export function decodeResponse(answer: Uint8Array): Result<ResponseApdu, { readonly code: 'cut' }> {
  if (answer.length < 2) return err({ code: 'cut' });
  const end = answer.length - 2;
  return ok({ data: answer.subarray(0, end), status: ((answer[end] ?? 0) << 8) | (answer[end + 1] ?? 0) });
}
