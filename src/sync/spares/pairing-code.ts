import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { readAddresses } from '../lanes/transport/reachable-addresses.ts';

/**
 * What a live table shows to let one spare in: twenty letters and digits, 100 bits, for some minutes and one laptop. Both
 * ends prove over their very TLS connection that they know it (RFC 9266: a man in the middle has two connections, and
 * two channel bindings), so it can be read aloud or scanned and needs no certificate beforehand. So many bits can't be
 * guessed from a proof, either.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 20;
const GROUP = 5;
const BINDING_LABEL = 'EXPORTER-Channel-Binding';
const BINDING_BYTES = 32;
const PREFIX = 'tizme-spare';

export type PairingCode = string & { readonly __brand: 'pairing-code' };

export function drawPairingCode(): PairingCode {
  return [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte & 31]).join('') as PairingCode;
}

/** As it is shown and read aloud: `7K3QF-...` in four groups. */
export function spellPairingCode(code: PairingCode): string {
  return Array.from({ length: LETTERS / GROUP }, (_, group) =>
    code.slice(group * GROUP, (group + 1) * GROUP),
  ).join('-');
}

/** As somebody typed it: case, blanks and hyphens don't count, O is 0, I and L are 1. Null where it is none. */
export function readPairingCode(text: string): PairingCode | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const isWhole = code.length === LETTERS && [...code].every((letter) => ALPHABET.includes(letter));
  return isWhole ? (code as PairingCode) : null;
}

export interface Pairing {
  readonly addresses: readonly string[];
  readonly code: PairingCode;
}

/** The text of the QR code: where to knock, and with what. */
export function pairingText({ addresses, code }: Pairing): string {
  return [PREFIX, ...addresses, spellPairingCode(code)].join(' ');
}

/** The text of the QR code of a table at which people compare digits: where it is, and nothing secret. */
export function doorText(addresses: readonly string[]): string {
  return [PREFIX, ...addresses].join(' ');
}

/** Where a table lets a spare in, as it was scanned or typed; null where it says no address. */
export function readDoor(text: string): readonly string[] | null {
  const words = text.trim().split(/[\s,]+/);
  return readAddresses((words[0] === PREFIX ? words.slice(1) : words).join(' '));
}

/** What was scanned, or an address and the code as they were typed; null where either is missing. */
export function readPairing(text: string): Pairing | null {
  const words = text.trim().split(/[\s,]+/);
  if (words[0] === PREFIX) words.shift();
  const code = readPairingCode(words.pop() ?? '');
  const addresses = words.length === 0 ? null : readAddresses(words.join(' '));
  return code === null || addresses === null ? null : { code, addresses };
}

/** 32 bytes: knows the code, and is an end of this very connection. */
export function pairingProof(socket: TLSSocket, code: PairingCode, who: 'table' | 'spare'): Uint8Array {
  const binding = connectionBinding(socket);
  return new Uint8Array(
    createHmac('sha256', code).update(`tizme spare pairing v1 ${who} `).update(binding).digest(),
  );
}

/** The same at both ends of one connection, and at nobody else's. */
export function connectionBinding(socket: TLSSocket): Uint8Array {
  return socket.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0));
}

export function isProof(proof: Uint8Array, expected: Uint8Array): boolean {
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}
