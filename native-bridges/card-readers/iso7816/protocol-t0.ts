import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { encodeShort, parseCommand, WRONG_LENGTH } from './command.ts';

/** Carries one short command to the card and its answer back. */
export type Carry = (command: Uint8Array) => Promise<Result<Uint8Array, DeviceProblem>>;

/** `tpdu`: the reader carries T=0 units, whose last byte is either a length to come or one to go, never both. */
export type CarriedAs = 'tpdu' | 'apdu';

const MORE_DATA = 0x61;
const WRONG_EXPECTED = 0x6c;
/** More parts than a card has memory for. */
const MAX_PARTS = 300;

/**
 * A command by T=0 (ISO/IEC 7816-3, 10 and 12.2): what does not fit one answer is fetched by GET RESPONSE (61xx),
 * and a wrong expected length is corrected (6Cxx). A command that has no short form is answered 6700, as a card
 * that does not know it would.
 */
export async function transmitT0(
  command: Uint8Array,
  carry: Carry,
  as: CarriedAs,
): Promise<Result<Uint8Array, DeviceProblem>> {
  const parts = parseCommand(command);
  const short = parts === null ? null : encodeShort(parts);
  if (parts === null || short === null) return ok(WRONG_LENGTH.slice());
  const both = parts.data.length > 0 && parts.expected !== null;
  let unit = as === 'tpdu' && both ? short.subarray(0, -1) : short;
  if (as === 'tpdu' && short.length === 4) unit = Uint8Array.of(...short, 0);
  const channel = (parts.header[0] ?? 0) & 0x03;
  const collected: number[] = [];
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const answer = await carry(unit);
    if (!answer.ok) return answer;
    const { length } = answer.value;
    const [first, second] = answer.value.subarray(-2);
    if (first === undefined || second === undefined) return err({ code: 'bad-data' });
    for (const byte of answer.value.subarray(0, length - 2)) collected.push(byte);
    const wants = first === 0x90 && part === 0 && as === 'tpdu' && both && length === 2;
    if (first === MORE_DATA) {
      unit = Uint8Array.of(channel, 0xc0, 0, 0, second);
    } else if (first === WRONG_EXPECTED && unit.length >= 5 && (unit.length === 5 || as === 'apdu')) {
      unit = Uint8Array.of(...unit.subarray(0, unit.length - 1), second);
    } else if (wants) {
      unit = Uint8Array.of(channel, 0xc0, 0, 0, (parts.expected ?? 0) & 0xff);
    } else {
      return ok(Uint8Array.of(...collected, first, second));
    }
  }
  return err({ code: 'bad-data' });
}
