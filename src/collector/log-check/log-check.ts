import { Worker } from 'node:worker_threads';
import type { FastifyBaseLogger } from 'fastify';
import type { LogCheckOptions, LogCheckReport } from './log-check-worker.ts';

/** `log-check-worker.ts` from sources, `log-check-worker.js` beside the bundle. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './log-check-worker.ts' : './log-check-worker.js',
  import.meta.url,
);

export type LogCheckState =
  | 'running'
  | 'sound'
  /** Something that was taken in can't be read, or isn't what it was: nothing more is taken in on this file. */
  | 'damaged';

/**
 * Goes through everything that is stored, in a thread of its own, after the collector has opened: a file of a whole day
 * takes minutes, which a centre that starts again on election night doesn't have.
 */
export class LogCheck {
  readonly #worker: Worker;
  readonly #ended: Promise<unknown>;
  #state: LogCheckState = 'running';

  private constructor(worker: Worker, logger: FastifyBaseLogger) {
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', resolve));
    const began = performance.now();
    worker.once('message', (report: LogCheckReport) => {
      if (!report.ok) {
        this.#state = 'damaged';
        logger.fatal(report.error, 'the database is damaged: nothing more is taken in on it');
      } else if (report.value !== 'stopped') {
        this.#state = 'sound';
        const seconds = Math.round((performance.now() - began) / 1000);
        logger.info({ ...report.value, seconds }, 'every stored event was read again');
      }
    });
    // What the pages hold makes no sense any more.
    worker.once('error', () => {
      this.#state = 'damaged';
      logger.fatal('the stored events could not be read again: nothing more is taken in on this database');
    });
  }

  static start(options: LogCheckOptions, logger: FastifyBaseLogger): LogCheck {
    return new LogCheck(new Worker(ENTRY, { workerData: options }), logger);
  }

  get state(): LogCheckState {
    return this.#state;
  }

  /** Resolves when its connection is closed. */
  async stop(): Promise<void> {
    this.#worker.postMessage('stop');
    await this.#ended;
  }
}
