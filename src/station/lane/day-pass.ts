import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Approval } from '../../domain/roles.ts';
import { type Argon2Cost, type Member, openWithPin, sealWithPin } from '../../store/unlock.ts';
import { REOPEN_FILE } from './lane-file.ts';

const passSchema = z.strictObject({
  version: z.literal(1),
  day: z.iso.date(),
  sealed: z.array(
    z.strictObject({
      memberId: z.string(),
      salt: z.string(),
      argon2: z.strictObject({ memoryKib: z.int(), iterations: z.int(), parallelism: z.int() }),
      sealed: z.string(),
    }),
  ),
});

/**
 * After two people opened the station, either of them alone may start it again on the same day: a restart in
 * the middle of the queue must not wait for the second one. The key lies sealed under each one's PIN and this
 * device's secret, and is destroyed at closing.
 */
export class DayPass {
  readonly #file: string;
  readonly #cost: Argon2Cost;

  constructor(directory: string, cost: Argon2Cost) {
    this.#file = join(directory, REOPEN_FILE);
    this.#cost = cost;
  }

  isFor(day: string): boolean {
    return this.#read()?.day === day;
  }

  async issue(
    day: string,
    key: Uint8Array,
    approvals: readonly Approval[],
    deviceSecret: Uint8Array,
  ): Promise<void> {
    const sealed = [];
    for (const { personId, pin } of approvals) {
      const member: Member = { id: personId, pin };
      sealed.push(await sealWithPin({ member, deviceSecret, plain: key, argon2: this.#cost }));
    }
    this.#write(day, sealed);
  }

  async open(
    member: Member,
    deviceSecret: Uint8Array,
  ): Promise<Result<Uint8Array, 'wrong-pin' | 'two-people-needed'>> {
    const sealed = this.#read()?.sealed.find((one) => one.memberId === member.id);
    if (sealed === undefined) return err('two-people-needed');
    const key = await openWithPin(sealed, { pin: member.pin, deviceSecret });
    return key.ok ? ok(key.value) : err('wrong-pin');
  }

  /** Somebody whose PIN changed comes back with another person, as in the morning. */
  forget(memberId: string): void {
    const pass = this.#read();
    if (pass === null) return;
    const sealed = pass.sealed.filter((one) => one.memberId !== memberId);
    if (sealed.length === 0) this.destroy();
    else this.#write(pass.day, sealed);
  }

  destroy(): void {
    rmSync(this.#file, { force: true });
  }

  #write(day: string, sealed: z.infer<typeof passSchema>['sealed']): void {
    writeFileSync(this.#file, JSON.stringify({ version: 1, day, sealed }), { mode: 0o600 });
  }

  #read(): z.infer<typeof passSchema> | null {
    try {
      const parsed = passSchema.safeParse(JSON.parse(readFileSync(this.#file, 'utf8')));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }
}
