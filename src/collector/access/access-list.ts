import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';

/**
 * viewer: the figures and the alarms. registrar: registers devices and describes stations. monitor: the state of the
 * service, for the machines that watch it. Nobody may change what came in: there is no address for that.
 */
export const ROLES = ['viewer', 'registrar', 'monitor'] as const;
export type Role = (typeof ROLES)[number];

export interface Person {
  /** By which the access file knows them; in no log. */
  readonly name: string;
  readonly roles: readonly Role[];
}

const accessSchema = z.strictObject({
  version: z.literal(1),
  people: z.array(
    z.strictObject({
      name: z.string().regex(/^[\p{L}\p{N} ._-]{1,64}$/u),
      roles: z.array(z.enum(ROLES)).min(1),
      /** SHA-256 of the code, in hexadecimal. */
      codeSha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});
type AccessFile = z.infer<typeof accessSchema>;

/** 256 bits: nobody guesses it, so it needs no slow hash and no limit on attempts. */
const CODE_BYTES = 32;

/** Who may do what at the centre; the codes themselves are nowhere in it. */
export class AccessList {
  readonly #people: ReadonlyMap<string, Person>;

  private constructor({ people }: AccessFile) {
    this.#people = new Map(people.map(({ name, roles, codeSha256 }) => [codeSha256, { name, roles }]));
  }

  static parse(text: string): Result<AccessList, { readonly code: 'access-file-unreadable' }> {
    const read = readAccessFile(text);
    return read === null ? err({ code: 'access-file-unreadable' }) : ok(new AccessList(read));
  }

  /** Whose code it is; looked up by its hash, so that the time it takes says nothing about the codes there are. */
  find(code: string): Person | null {
    return this.#people.get(hashCode(code)) ?? null;
  }
}

/**
 * Adds somebody to a file, or gives them a new code and other roles.
 * @param text The file as it is; null for none yet.
 * @returns the new file and the code, which is nowhere else.
 */
export function addPerson(
  text: string | null,
  person: Person,
): Result<{ readonly text: string; readonly code: string }, { readonly code: 'access-file-unreadable' }> {
  const before = text === null ? { version: 1, people: [] } : readAccessFile(text);
  if (before === null) return err({ code: 'access-file-unreadable' });
  const code = randomBytes(CODE_BYTES).toString('base64url');
  const people = [
    ...before.people.filter(({ name }) => name !== person.name),
    { ...person, codeSha256: hashCode(code) },
  ];
  const file = accessSchema.safeParse({ version: 1, people });
  if (!file.success) return err({ code: 'access-file-unreadable' });
  return ok({ text: `${JSON.stringify(file.data, null, 2)}\n`, code });
}

function readAccessFile(text: string): AccessFile | null {
  try {
    const parsed = accessSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function hashCode(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
