import { type CancelTimer, giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import type { RunningProcess, SpawnProcess } from './running-process.ts';

/** Waits before a process is started again: doubled each time, from the first up to the longest. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;
/** A process that ran this long was well: the next wait is the first again. */
const WELL_AFTER_MS = 30_000;
/** How long a process may take over its last transaction before it is killed. */
const STOP_WAIT_MS = 5_000;

export interface SupervisorEvents {
  /** A process was started; its port is ready to be posted to. */
  up(process: RunningProcess): void;
  /** It ended without being asked to; another one is started after the back-off. */
  down(code: number | null): void;
}

/** Keeps one process running: starts it, notices its end, and starts it again with growing waits. */
export class Supervisor {
  private readonly spawn: SpawnProcess;
  private readonly timer: Timer;
  private readonly events: SupervisorEvents;
  private running: RunningProcess | null = null;
  private cancelStart: CancelTimer | null = null;
  private cancelWell: CancelTimer | null = null;
  private waitMs = FIRST_WAIT_MS;
  private stopping = false;

  constructor(spawn: SpawnProcess, timer: Timer, events: SupervisorEvents) {
    this.spawn = spawn;
    this.timer = timer;
    this.events = events;
  }

  get process(): RunningProcess | null {
    return this.running;
  }

  start(): void {
    if (this.stopping || this.running !== null) return;
    const running = this.spawn();
    this.running = running;
    this.cancelWell = this.timer.after(WELL_AFTER_MS, () => {
      this.waitMs = FIRST_WAIT_MS;
    });
    running.onExit((code) => this.exited(running, code));
    this.events.up(running);
  }

  /** Ends a process that is stuck; it is then started again like one that crashed. */
  restart(): void {
    this.running?.kill();
  }

  /** Asks the process to end (`askToStop` posts the message), kills it if it does not, and starts no other. */
  async stop(askToStop: (process: RunningProcess) => void): Promise<void> {
    this.stopping = true;
    this.cancelStart?.();
    const running = this.running;
    if (running === null) return;
    await new Promise<void>((resolve) => {
      const cancelKill = giveUpAfter(this.timer, STOP_WAIT_MS, () => running.kill());
      running.onExit(() => {
        cancelKill();
        resolve();
      });
      askToStop(running);
    });
  }

  private exited(running: RunningProcess, code: number | null): void {
    if (this.running !== running) return;
    this.running = null;
    this.cancelWell?.();
    if (this.stopping) return;
    this.events.down(code);
    this.cancelStart = this.timer.after(this.waitMs, () => this.start());
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }
}
