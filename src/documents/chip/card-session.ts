import type { CardTransport, DeviceProblem } from '../../domain/devices.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import {
  asShortCommand,
  type CommandApdu,
  decodeResponse,
  encodeCommand,
  type ResponseApdu,
  STATUS_END_OF_FILE,
  STATUS_OK,
  STATUS_OUTSIDE_FILE,
  STATUS_WRONG_LENGTH,
} from './apdu.ts';
import type { SecureMessaging } from './secure-messaging.ts';
import { concatBytes, encodeTlv, readOnlyTlv, readTlvHeader } from './tlv.ts';

export type CardSessionError =
  | { readonly code: 'device'; readonly problem: DeviceProblem }
  /** The card answered with another status than success. */
  | { readonly code: 'status'; readonly status: number }
  | { readonly code: 'bad-data' };

/**
 * The most that a protected answer of 256 bytes carries in plain, and a protected command of 255: 28 blocks less one byte
 * of padding.
 */
const CHUNK = 223;
/** In the class of a command that goes on in the next one (ISO/IEC 7816-4, 5.1.1.1). */
const MORE_FOLLOWS = 0x10;
/** Enough for tag and length of any file. */
const HEAD = 6;
/** No data group of a travel document comes near this; a card that claims more is not followed. */
const LARGEST_FILE = 512 * 1024;
/** A file may take this many answers, and one more for each so many bytes: a chip that gives it drop by drop would hold up the table for hours. */
const MOST_SMALL_ANSWERS = 64;
const LEAST_PER_ANSWER = 32;
/** Beyond this offset READ BINARY needs its odd form (ISO/IEC 7816-4, 7.2.3). */
const LARGEST_SHORT_OFFSET = 0x7fff;

/** The first status byte of an answer that goes on (ISO/IEC 7816-4, 5.1.3). */
const MORE_DATA = 0x61;
/** Of such an answer; no answer to a command of this program is longer. */
const MOST_PARTS = 16;

/** Of an answer that gives nothing but the length to ask for. */
const WRONG_EXPECTED = 0x6c;
/** No card that holds a document answers in smaller pieces. */
const FEWEST_BYTES = 16;

/** Commands to one card, in the clear until secure messaging is set. */
export class CardSession {
  readonly #transport: CardTransport;
  #secureMessaging: SecureMessaging | null = null;

  constructor(transport: CardTransport) {
    this.#transport = transport;
  }

  startSecureMessaging(secureMessaging: SecureMessaging): void {
    this.#secureMessaging = secureMessaging;
  }

  /** Sends one command; any status comes back as an answer. */
  async send(command: CommandApdu): Promise<Result<ResponseApdu, CardSessionError>> {
    const protection = this.#secureMessaging;
    const bytes = protection === null ? encodeCommand(command) : protection.protect(command);
    const answer = await this.#transmit(bytes);
    if (!answer.ok) return err({ code: 'device', problem: answer.error });
    if (needsChain(bytes, answer.value)) {
      protection?.retract();
      return this.#sendChained(command);
    }
    if (protection === null) {
      const response = decodeResponse(answer.value);
      return response.ok ? response : err({ code: 'bad-data' });
    }
    const plain = protection.unprotect(answer.value);
    if (plain.ok) return plain;
    return err(
      plain.error.code === 'session-ended' && plain.error.status !== STATUS_OK
        ? { code: 'status', status: plain.error.status }
        : { code: 'bad-data' },
    );
  }

  /**
   * A command that is too long for what only short ones get through, in parts (ISO/IEC 7816-4, 5.1.1.1): all but the last say in
   * their class that more follows. Each is protected for itself. The answer is that to the last.
   */
  async #sendChained(command: CommandApdu): Promise<Result<ResponseApdu, CardSessionError>> {
    const { data = new Uint8Array(0), expected, ...header } = command;
    let at = 0;
    for (; data.length - at > CHUNK; at += CHUNK) {
      const part = { ...header, cla: header.cla | MORE_FOLLOWS, data: data.subarray(at, at + CHUNK) };
      const answer = await this.send(part);
      if (!answer.ok || answer.value.status !== STATUS_OK) return answer;
    }
    const last = { ...header, data: data.subarray(at) };
    return this.send(expected === undefined ? last : { ...last, expected });
  }

  /** Sends a command that must succeed, and gives its data. */
  async sendExpectingSuccess(command: CommandApdu): Promise<Result<Uint8Array, CardSessionError>> {
    const response = await this.send(command);
    if (!response.ok) return response;
    const { status, data } = response.value;
    return status === STATUS_OK ? ok(data) : err({ code: 'status', status });
  }

  /** Selects the master file, where a card has one that can be selected. */
  async selectMasterFile(): Promise<Result<void, CardSessionError>> {
    const data = Uint8Array.of(0x3f, 0);
    const selected = await this.send({ cla: 0, ins: 0xa4, p1: 0, p2: 0x0c, data });
    return selected.ok || selected.error.code !== 'device' ? ok() : selected;
  }

  /** Selects an elementary file and reads its first bytes: tag and length, and a little more. */
  async readHead(fileIdentifier: number): Promise<Result<Uint8Array, CardSessionError>> {
    const selected = await this.sendExpectingSuccess({
      cla: 0,
      ins: 0xa4,
      p1: 2,
      p2: 0x0c,
      data: Uint8Array.of(fileIdentifier >> 8, fileIdentifier & 0xff),
    });
    return selected.ok ? this.#readAt(0, HEAD) : selected;
  }

  /** Selects and reads a whole elementary file; its own outermost length says how long it is. */
  async readFile(fileIdentifier: number): Promise<Result<Uint8Array, CardSessionError>> {
    const head = await this.readHead(fileIdentifier);
    if (!head.ok) return head;
    const header = readTlvHeader(head.value);
    if (!header.ok) return err({ code: 'bad-data' });
    const total = header.value.headerLength + header.value.valueLength;
    if (total > LARGEST_FILE) return err({ code: 'bad-data' });
    const parts = [head.value];
    let length = head.value.length;
    let chunk = CHUNK;
    const most = MOST_SMALL_ANSWERS + total / LEAST_PER_ANSWER;
    while (length < total) {
      if (parts.length > most) return err({ code: 'bad-data' });
      const wanted = Math.min(chunk, total - length);
      const part = await this.#readAt(length, wanted);
      if (!part.ok) return part;
      if (part.value.length < wanted) chunk = part.value.length;
      parts.push(part.value);
      length += part.value.length;
    }
    // A file shorter than its head was padded by the card.
    return ok(concatBytes(...parts).subarray(0, total));
  }

  /**
   * One command and its whole answer: what the card keeps back (status 61XX) is asked for, the length that it wants (6CXX)
   * given, and what only short commands get through (6700) sent as one. All that is outside of secure messaging, whose
   * codes cover neither form nor length of what is around them.
   */
  async #transmit(command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> {
    let first = await this.#transport.transmit(command);
    const again = first.ok ? inAnotherForm(command, first.value) : null;
    if (again !== null) first = await this.#transport.transmit(again);
    if (!first.ok || first.value.at(-2) !== MORE_DATA) return first;
    const parts: Uint8Array[] = [];
    let last = first.value;
    while (last.at(-2) === MORE_DATA && parts.length < MOST_PARTS) {
      parts.push(last.subarray(0, -2));
      const next = await this.#transport.transmit(Uint8Array.of(0, 0xc0, 0, 0, last.at(-1) ?? 0));
      if (!next.ok) return next;
      last = next.value;
    }
    return ok(concatBytes(...parts, last));
  }

  /** At least one and at most `length` bytes from `offset`. */
  async #readAt(offset: number, length: number): Promise<Result<Uint8Array, CardSessionError>> {
    const odd = offset > LARGEST_SHORT_OFFSET;
    const response = await this.send(odd ? readBinaryOdd(offset, length) : readBinary(offset, length));
    if (!response.ok) return response;
    const { status, data } = response.value;
    const fewer = fewerBytes(status, length);
    if (fewer !== null) return this.#readAt(offset, fewer);
    // The file ends before its own length says.
    if (status === STATUS_OUTSIDE_FILE) return err({ code: 'bad-data' });
    if (status !== STATUS_OK && status !== STATUS_END_OF_FILE) return err({ code: 'status', status });
    const bytes = odd ? readOnlyTlv(data, 0x53) : null;
    if (bytes !== null && !bytes.ok) return err({ code: 'bad-data' });
    const content = bytes === null ? data : bytes.value.value;
    return content.length === 0 || content.length > length ? err({ code: 'bad-data' }) : ok(content);
  }
}

/** Whether a long command was refused for its length, before the card saw it. */
function needsChain(command: Uint8Array, answer: Uint8Array): boolean {
  const [first = 0, second = 0] = answer;
  const wrongLength = answer.length === 2 && ((first << 8) | second) === STATUS_WRONG_LENGTH;
  return wrongLength && isExtended(command) && asShortCommand(command) === null && command.length > 7 + 2;
}

function isExtended(command: Uint8Array): boolean {
  return command.length > 5 && command[4] === 0;
}

/** Null where the answer is what there is. */
function inAnotherForm(command: Uint8Array, answer: Uint8Array): Uint8Array | null {
  const [first = 0, second = 0] = answer;
  if (answer.length !== 2) return null;
  const extended = isExtended(command);
  if (first === WRONG_EXPECTED && !extended && command.length > 4)
    return concatBytes(command.subarray(0, -1), Uint8Array.of(second));
  const wrongLength = ((first << 8) | second) === STATUS_WRONG_LENGTH;
  return wrongLength && extended ? asShortCommand(command) : null;
}

/** How many bytes to ask for instead; null where that was not the problem. */
function fewerBytes(status: number, length: number): number | null {
  if (status >> 8 === WRONG_EXPECTED) {
    const given = status & 0xff;
    return given > 0 && given < length ? given : null;
  }
  return status === STATUS_WRONG_LENGTH && length > FEWEST_BYTES ? length >> 1 : null;
}

function readBinary(offset: number, length: number): CommandApdu {
  return { cla: 0, ins: 0xb0, p1: offset >> 8, p2: offset & 0xff, expected: length };
}

/** Offset in data object 54; the answer wraps the bytes in data object 53, so room is left for its head. */
function readBinaryOdd(offset: number, length: number): CommandApdu {
  const offsetObject = encodeTlv(
    0x54,
    Uint8Array.of((offset >> 16) & 0xff, (offset >> 8) & 0xff, offset & 0xff),
  );
  const withHead = Math.min(length, CHUNK - 3) + 3;
  return { cla: 0, ins: 0xb1, p1: 0, p2: 0, data: offsetObject, expected: withHead };
}
