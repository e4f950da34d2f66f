import { randomBytes } from 'node:crypto';
import { argon2id, argon2Verify } from 'hash-wasm';
import { err, ok, type Result } from '../../domain/result.ts';
import { type Approval, isMember, type Person } from '../../domain/roles.ts';
import type { Argon2Cost } from '../../store/unlock.ts';
import type { StationError } from '../api/errors.ts';
import type { ApprovalRule } from '../permissions.ts';
import type { TryLimiter } from './try-limiter.ts';

/** Argon2id (RFC 9106) with a salt of its own, encoded; kept in the encrypted ledger file only. */
export function hashPin(pin: string, cost: Argon2Cost): Promise<string> {
  return argon2id({
    password: pin,
    salt: randomBytes(16),
    parallelism: cost.parallelism,
    iterations: cost.iterations,
    memorySize: cost.memoryKib,
    hashLength: 32,
    outputType: 'encoded',
  });
}

/** Checks PINs, and that an act has the people that its rule asks for. */
export class PinKeeper {
  readonly #people: ReadonlyMap<string, Person>;
  readonly #hashes: Map<string, string>;
  readonly #tries: TryLimiter;
  readonly #refused: (personId: string) => void;

  constructor(
    people: readonly Person[],
    hashes: ReadonlyMap<string, string>,
    tries: TryLimiter,
    refused: (personId: string) => void,
  ) {
    this.#people = new Map(people.map((person) => [person.id, person]));
    this.#hashes = new Map(hashes);
    this.#tries = tries;
    this.#refused = refused;
  }

  person(id: string): Person | null {
    return this.#people.get(id) ?? null;
  }

  /** Somebody's PIN was set anew. */
  renewed(personId: string, hash: string): void {
    this.#hashes.set(personId, hash);
    this.#tries.right(personId);
  }

  async verify(approval: Approval): Promise<Result<Person, StationError>> {
    const person = this.#people.get(approval.personId);
    const hash = this.#hashes.get(approval.personId);
    if (person === undefined || hash === undefined) return err({ code: 'wrong-pin' });
    const retryAfterSeconds = this.#tries.waitSeconds(person.id);
    if (retryAfterSeconds > 0) return err({ code: 'pin-locked', retryAfterSeconds });
    // Counted before the slow hash: guesses made all at once must not be free.
    this.#tries.wrong(person.id);
    if (await argon2Verify({ password: approval.pin, hash })) {
      this.#tries.right(person.id);
      return ok(person);
    }
    this.#refused(person.id);
    return err({ code: 'wrong-pin' });
  }

  /** All approvals of one act: different people, right PINs, and as many of each role as the rule asks for. */
  async approve(approvals: readonly Approval[], rule: ApprovalRule): Promise<Result<string[], StationError>> {
    if (new Set(approvals.map((one) => one.personId)).size !== approvals.length)
      return err({ code: 'same-person-twice' });
    const people: Person[] = [];
    for (const approval of approvals) {
      const verified = await this.verify(approval);
      if (!verified.ok) return verified;
      people.push(verified.value);
    }
    const chairs = people.filter((person) => person.role === 'chair').length;
    const members = people.filter((person) => isMember(person.role)).length;
    if (chairs < rule.chair) return err({ code: 'chair-needed' });
    if (members < rule.members) return err({ code: 'member-needed' });
    if (chairs + members < (rule.ofCommission ?? 0)) return err({ code: 'two-people-needed' });
    return ok(people.map((person) => person.id));
  }
}
