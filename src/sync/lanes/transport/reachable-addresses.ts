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

/** What was typed, or scanned from another lane's screen: one address or more; null where it is neither. */
export function readAddresses(text: string): readonly string[] | null {
  const words = text.trim().split(/[\s,]+/);
  const addresses = words[0] === PREFIX ? words.slice(1) : words;
  const whole = addresses.length > 0 && addresses.every((one) => ADDRESS.test(one));
  return whole ? addresses : null;
}
