import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A code that is scanned says what it is, so that a receipt's code isn't taken for an address. */
const PREFIX = 'tizme-lane';
const ADDRESS = /^(?:\[[0-9a-f:]+\]|[a-z0-9.-]{1,253}):\d{1,5}$/i;
const ANY_HOST = ['0.0.0.0', '::'];

/** `host:port` for every network that this laptop is on; of this machine alone only where it is on none. */
export function reachableAddresses(listenHost: string, port: number): readonly string[] {
  if (!ANY_HOST.includes(listenHost)) return [`${listenHost}:${port}`];
  const found = Object.values(networkInterfaces())
    .flatMap((one) => one ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `${address}:${port}`);
  return found.length > 0 ? found : [`127.0.0.1:${port}`];
}

/** The text of a lane's QR code. */
export function addressCode(addresses: readonly string[]): string {
  return [PREFIX, ...addresses].join(' ');
}

/** Whether a reader has read the code of a lane's screen, and no document. */
export function isAddressCode(text: string): boolean {
  return text.trim().toLowerCase().startsWith(`${PREFIX} `);
}

/** What was typed, or scanned from another lane's screen: one address or more; null where it is neither. */
export function readAddresses(text: string): readonly string[] | null {
  const words = text.trim().split(/[\s,]+/);
  const addresses = words[0]?.toLowerCase() === PREFIX ? words.slice(1) : words;
  return addresses.length > 0 && addresses.every(isAddress) ? addresses : null;
}

function isAddress(text: string): boolean {
  const host = text.slice(0, text.lastIndexOf(':'));
  const port = Number(text.slice(host.length + 1));
  if (!ADDRESS.test(text) || port < 1 || port > 65_535) return false;
  // Four numbers that are no IPv4 address are no name either: a digit was typed wrong.
  return isIP(host) !== 0 || !/^[\d.]+$/.test(host);
}
