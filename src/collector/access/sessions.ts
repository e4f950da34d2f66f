import { createHmac, timingSafeEqual } from 'node:crypto';
import { ROLES, type Role } from './access-list.ts';

export const SESSION_MS = 16 * 3_600_000;

/**
 * What a browser shows instead of its code: roles and an end, under a key that all collectors of an election have, so
 * that any of them behind a load balancer knows it (HMAC-SHA-256, RFC 2104). Nothing is kept here.
 */
export class Sessions {
  readonly #key: Uint8Array;
  readonly #wallMs: () => number;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array, wallMs: () => number) {
    this.#key = key;
    this.#wallMs = wallMs;
  }

  create(roles: readonly Role[]): string {
    const content = `${roles.join('+')}.${this.#wallMs() + SESSION_MS}`;
    return `${content}.${this.#sign(content).toString('base64url')}`;
  }

  /** Roles of a session that isn't over; null for anything else. */
  roles(session: string): readonly Role[] | null {
    const [roles = '', end = '', signature = ''] = session.split('.');
    const given = Buffer.from(signature, 'base64url');
    const wanted = this.#sign(`${roles}.${end}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
    if (Number(end) <= this.#wallMs()) return null;
    return ROLES.filter((role) => roles.split('+').includes(role));
  }

  #sign(content: string): Buffer {
    return createHmac('sha256', this.#key).update(content).digest();
  }
}
