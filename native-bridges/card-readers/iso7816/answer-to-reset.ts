import { err, ok, type Result } from '../../../src/domain/result.ts';

/** What an answer to reset says (ISO/IEC 7816-3, 8). */
export interface AnswerToReset {
  readonly inverse: boolean;
  /** In the order offered; [0] where the card says nothing. */
  readonly protocols: readonly number[];
  /** TA1: clock and baud rate factors; null for the default of 0x11. */
  readonly speed: number | null;
  /** TA2: the card works with its own parameters at once and takes no PPS. */
  readonly specificMode: { readonly protocol: number; readonly ownParameters: boolean } | null;
  /** TC1: extra guard time. */
  readonly guardTime: number;
  /** TC2: waiting integer of T=0. */
  readonly waitingInteger: number;
  /** The largest information field that the card takes with T=1. */
  readonly informationFieldSize: number;
  /** TB of T=1: block waiting time in the high nibble, character waiting time in the low one. */
  readonly waitingTimes: number;
  readonly checkedByCrc: boolean;
  readonly historicalBytes: Uint8Array;
}

/** What is taken of a card whose answer to reset says nothing that holds: the defaults of ISO/IEC 7816-3, 8.3. */
export const UNREADABLE: AnswerToReset = {
  inverse: false,
  protocols: [0, 1],
  speed: null,
  specificMode: null,
  guardTime: 0,
  waitingInteger: 10,
  informationFieldSize: 32,
  waitingTimes: 0x4d,
  checkedByCrc: false,
  historicalBytes: new Uint8Array(),
};

const MAX_BYTES = 33;
const DIRECT = 0x3b;
const INVERSE = 0x3f;

/** Takes an answer to reset apart; `bad-data` when it ends too early, is too long or its check byte is wrong. */
export function parseAnswerToReset(bytes: Uint8Array): Result<AnswerToReset, { readonly code: 'bad-data' }> {
  const bad = err({ code: 'bad-data' as const });
  const [ts, t0] = bytes;
  if (t0 === undefined || bytes.length > MAX_BYTES || (ts !== DIRECT && ts !== INVERSE)) return bad;
  let at = 2;
  let present = t0 >> 4;
  let protocol: number | null = null;
  const protocols: number[] = [];
  const found: Partial<Record<'TA1' | 'TC1' | 'TA2' | 'TC2' | 'IFSC' | 'TB' | 'TC', number>> = {};
  for (let level = 1; ; level += 1) {
    const [ta, tb, tc, td] = [1, 2, 4, 8].map((bit) => {
      if ((present & bit) === 0) return undefined;
      at += 1;
      return bytes[at - 1];
    });
    if (at > bytes.length) return bad;
    if (level === 1) assign(found, { TA1: ta, TC1: tc });
    else if (level === 2) assign(found, { TA2: ta, TC2: tc });
    else if (protocol === 1) {
      if (found.IFSC === undefined) assign(found, { IFSC: ta });
      if (found.TB === undefined) assign(found, { TB: tb });
      if (found.TC === undefined) assign(found, { TC: tc });
    }
    if (td === undefined) break;
    protocol = td & 0x0f;
    if (protocol !== 15 && !protocols.includes(protocol)) protocols.push(protocol);
    present = td >> 4;
  }
  const historicalLength = t0 & 0x0f;
  const checked = protocols.some((each) => each !== 0);
  const length = at + historicalLength + (checked ? 1 : 0);
  if (bytes.length < length) return bad;
  if (checked && bytes.subarray(1, length).reduce((sum, byte) => sum ^ byte, 0) !== 0) return bad;
  const { TA2 } = found;
  return ok({
    inverse: ts === INVERSE,
    protocols: protocols.length === 0 ? [0] : protocols,
    speed: found.TA1 ?? null,
    specificMode: TA2 === undefined ? null : { protocol: TA2 & 0x0f, ownParameters: (TA2 & 0x10) === 0 },
    guardTime: found.TC1 ?? 0,
    waitingInteger: found.TC2 ?? 10,
    informationFieldSize:
      found.IFSC === undefined || found.IFSC === 0 || found.IFSC === 255 ? 32 : found.IFSC,
    waitingTimes: found.TB ?? 0x4d,
    checkedByCrc: ((found.TC ?? 0) & 1) !== 0,
    historicalBytes: bytes.slice(at, at + historicalLength),
  });
}

function assign(
  target: Record<string, number | undefined>,
  values: Readonly<Record<string, number | undefined>>,
): void {
  for (const [name, value] of Object.entries(values)) if (value !== undefined) target[name] = value;
}
