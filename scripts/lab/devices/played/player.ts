import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HandCommand, PlayedName } from './played-devices.ts';

type Look = Readonly<Record<string, number | boolean | string | null>>;

type Order =
  | { readonly order: 'plug'; readonly stale: number | null }
  | { readonly order: 'unplug' }
  | { readonly order: 'hand'; readonly command: HandCommand }
  | { readonly order: 'look' };

export interface PlayerRequest {
  readonly id: number;
  readonly name: PlayedName;
  readonly order: Order;
}

export interface PlayerAnswer {
  readonly id: number;
  readonly result: Look;
  readonly problem: string | null;
}

/** The hands of the lab: plugs played devices in, pulls them out, lays fingers on. */
export class Player {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, PromiseWithResolvers<Look>>();
  private lastId = 0;

  constructor() {
    this.child = fork(playerEntry(), [], { stdio: ['ignore', 2, 2, 'ipc'] });
    this.child.on('message', (answer: PlayerAnswer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (answer.problem === null) waiting?.resolve(answer.result);
      else waiting?.reject(new Error(answer.problem));
    });
    this.child.once('exit', (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`the player ended with ${code}`));
      this.waiting.clear();
    });
  }

  async plug(name: PlayedName, stale: number | null = null): Promise<void> {
    await this.send(name, { order: 'plug', stale });
  }

  async unplug(name: PlayedName): Promise<void> {
    await this.send(name, { order: 'unplug' });
  }

  async hand(name: PlayedName, command: HandCommand): Promise<void> {
    await this.send(name, { order: 'hand', command });
  }

  look(name: PlayedName): Promise<Look> {
    return this.send(name, { order: 'look' });
  }

  stop(): void {
    this.child.disconnect();
  }

  private send(name: PlayedName, order: Order): Promise<Look> {
    this.lastId += 1;
    const waiting = Promise.withResolvers<Look>();
    this.waiting.set(this.lastId, waiting);
    const request: PlayerRequest = { id: this.lastId, name, order };
    this.child.send(request);
    return waiting.promise;
  }
}

/** Beside this file, as a source or in a bundle. */
function playerEntry(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./player-process.${extension}`, import.meta.url));
}
