import { createHash, randomBytes } from 'node:crypto';
import type { WindowKind } from '../../../src/domain/window-kind.ts';

const SECRET_BYTES = 32;

/**
 * Who may see which window. A token opens one window kind once; it is exchanged for a session, which lives as
 * long as the host. Only SHA-256 hashes are kept, so that finding one takes no time that depends on the secret.
 */
export class Sessions {
  private readonly tokens = new Map<string, WindowKind>();
  private readonly sessions = new Map<string, WindowKind>();

  /** A fresh one-time token for a window of that kind. */
  createToken(kind: WindowKind): string {
    const token = createSecret();
    this.tokens.set(hash(token), kind);
    return token;
  }

  /** The session that the token is good for; null when it is unknown or was used before. */
  exchange(token: string): { readonly kind: WindowKind; readonly session: string } | null {
    const key = hash(token);
    const kind = this.tokens.get(key);
    if (kind === undefined) return null;
    this.tokens.delete(key);
    const session = createSecret();
    this.sessions.set(hash(session), kind);
    return { kind, session };
  }

  /** Whether `session` is one for that kind of window. */
  allows(session: string | undefined, kind: WindowKind): boolean {
    return session !== undefined && this.sessions.get(hash(session)) === kind;
  }
}

function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
