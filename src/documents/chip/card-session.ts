import type { CardTransport, DeviceProblem } from '../../domain/devices.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import {
  type CommandApdu,
  decodeResponse,
  encodeCommand,
  type ResponseApdu,
  STATUS_END_OF_FILE,
  STATUS_OK,
  STATUS_OUTSIDE_FILE,
} from './apdu.ts';
import type { SecureMessaging } from './secure-messaging.ts';
import { concatBytes, encodeTlv, readOnlyTlv, readTlvHeader } from './tlv.ts';

export type CardSessionError =
  | { readonly code: 'device'; readonly problem: DeviceProblem }
  /** The card answered with another status than success. */
  | { readonly code: 'status'; readonly status: number }
  | { readonly code: 'bad-data' };

/** The most that a protected answer of 256 bytes carries in plain: 28 blocks less one byte of padding. */
const CHUNK = 223;
/** Enough for tag and length of any file. */
const HEAD = 6;
/** No data group of a travel document comes near this; a card that claims more is not followed. */
const LARGEST_FILE = 512 * 1024;
/** Beyond this offset READ BINARY needs its odd form (ISO/IEC 7816-4, 7.2.3). */
const LARGEST_SHORT_OFFSET = 0x7fff;

/** The first status byte of an answer that goes on (ISO/IEC 7816-4, 5.1.3). */
const MORE_DATA = 0x61;
/** Of such an answer; no answer to a command of this program is longer. */
const MOST_PARTS = 16;

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

  /** Sends a command that must succeed, and gives its data. */
  async sendExpectingSuccess(command: CommandApdu): Promise<Result<Uint8Array, CardSessionError>> {
    const response = await this.send(command);
    if (!response.ok) return response;
    const { status, data } = response.value;
    return status === STATUS_OK ? ok(data) : err({ code: 'status', status });
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
    while (length < total) {
      const part = await this.#readAt(length, Math.min(CHUNK, total - length));
      if (!part.ok) return part;
      parts.push(part.value);
      length += part.value.length;
    }
    // A file shorter than its head was padded by the card.
    return ok(concatBytes(...parts).subarray(0, total));
  }

  /** One command and its whole answer: what the card keeps back (status 61XX) is asked for. */
  async #transmit(command: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> {
    const first = await this.#transport.transmit(command);
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
    // The file ends before its own length says.
    if (status === STATUS_OUTSIDE_FILE) return err({ code: 'bad-data' });
    if (status !== STATUS_OK && status !== STATUS_END_OF_FILE) return err({ code: 'status', status });
    const bytes = odd ? readOnlyTlv(data, 0x53) : null;
    if (bytes !== null && !bytes.ok) return err({ code: 'bad-data' });
    const content = bytes === null ? data : bytes.value.value;
    return content.length === 0 || content.length > length ? err({ code: 'bad-data' }) : ok(content);
  }
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
