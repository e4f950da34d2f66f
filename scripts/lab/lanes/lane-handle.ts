import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchLane } from '../../../src/sync/lanes/testing/lanes-bench.ts';
import type { LaneRoster } from '../../../src/sync/lanes/transport/lane-roster.ts';
import type { FromLane, LaneProcessConfig, ToLane } from './lane-process.ts';

export type Visited = Extract<FromLane, { type: 'visited' }>;

/** What a lane's process is started with: its keys as they go into a file. */
export function laneConfig(
  kit: BenchLane,
  roster: LaneRoster,
  {
    folder,
    port,
    multicast,
  }: { readonly folder: string; readonly port: number; readonly multicast: boolean },
): LaneProcessConfig {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  return {
    kit: {
      ...kit,
      ledgerSeed: hex(kit.ledgerSeed),
      codeSeed: hex(kit.codeSeed),
      databaseKey: hex(kit.databaseKey),
    },
    roster,
    file: join(folder, 'ledger.db'),
    port,
    multicast,
  };
}

/** One lane's process, which may be killed and started again at any moment. */
export class LaneProcess {
  readonly #namespace: string | null;
  readonly #config: string;
  #child: ChildProcess | null = null;
  #port: number | null = null;
  #ids = 0;
  readonly #waiting = new Map<number, (message: FromLane | null) => void>();

  /** @param namespace Its network namespace; null: this machine's own network. */
  constructor(namespace: string | null, config: string) {
    this.#namespace = namespace;
    this.#config = config;
  }

  start(): void {
    if (this.#child !== null) return;
    const command = [process.execPath, join(import.meta.dirname, 'lane-process.ts'), this.#config];
    const [program = '', ...args] =
      this.#namespace === null ? command : ['ip', 'netns', 'exec', this.#namespace, ...command];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#port = null;
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (this.#child === child) this.#heard(JSON.parse(line) as FromLane);
    });
    child.on('exit', () => {
      if (this.#child === child) this.#lost();
    });
  }

  /** SIGKILL: `ip netns exec` has become the lane itself. */
  kill(): void {
    this.#child?.kill('SIGKILL');
    this.#lost();
  }

  /** Null where the process was killed on the way. */
  async visit(voter: string): Promise<Visited | null> {
    const answer = await this.#ask((id) => ({ type: 'visit', id, voter }));
    return answer?.type === 'visited' ? answer : null;
  }

  async report(): Promise<Extract<FromLane, { type: 'report' }> | null> {
    const answer = await this.#ask((id) => ({ type: 'report', id }));
    return answer?.type === 'report' ? answer : null;
  }

  /** Identifies them in one commit; false where the process was killed on the way. */
  async record(voters: readonly string[]): Promise<boolean> {
    return (await this.#ask((id) => ({ type: 'record', id, voters }))) !== null;
  }

  /** Resolves once the lane knows that each of them was identified; false where the process was killed on the way. */
  async hasHeardOf(voters: readonly string[]): Promise<boolean> {
    return (await this.#ask((id) => ({ type: 'await', id, voters }))) !== null;
  }

  /** Where it listens; null where the process was killed before it did. */
  async port(): Promise<number | null> {
    while (this.#port === null) {
      await sleep(50);
      if (this.#child === null) return null;
    }
    return this.#port;
  }

  async #ask(message: (id: number) => ToLane): Promise<FromLane | null> {
    if ((await this.port()) === null) return null;
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child?.stdin?.write(`${JSON.stringify(message(id))}\n`);
    });
  }

  #heard(message: FromLane): void {
    if (message.type === 'ready') {
      this.#port = message.port;
      return;
    }
    this.#waiting.get(message.id)?.(message);
    this.#waiting.delete(message.id);
  }

  #lost(): void {
    this.#child = null;
    this.#port = null;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
