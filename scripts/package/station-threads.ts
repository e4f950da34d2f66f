import { Worker } from 'node:worker_threads';

export interface StationThreads<Job, Answer> {
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry: URL;
  readonly workerData: unknown;
  readonly threads: number;
  /** Null: there is nothing left to do. */
  readonly nextJob: () => Job | null;
  /** A job's answer, or in a word what ended the thread in it; the thread after it is a new one. */
  readonly onAnswer: (job: Job, answer: Answer | ThreadEnded) => void;
}

export class ThreadEnded {
  readonly detail: string;
  constructor(detail: string) {
    this.detail = detail;
  }
}

/** Station after station in several threads: each asks for the next one when it has answered, until none is left. */
export async function runStationThreads<Job, Answer>(run: StationThreads<Job, Answer>): Promise<void> {
  await Promise.all(Array.from({ length: run.threads }, () => runThread(run)));
}

async function runThread<Job, Answer>(run: StationThreads<Job, Answer>): Promise<void> {
  const { entry, workerData, nextJob, onAnswer } = run;
  for (let job = nextJob(); job !== null; ) {
    const worker = new Worker(entry, { workerData });
    try {
      let isBroken = false;
      while (job !== null && !isBroken) {
        const answer: Answer | ThreadEnded = await answerOf<Answer>(worker, job);
        isBroken = answer instanceof ThreadEnded;
        onAnswer(job, answer);
        job = nextJob();
      }
    } finally {
      await worker.terminate();
    }
  }
}

function answerOf<Answer>(worker: Worker, job: unknown): Promise<Answer | ThreadEnded> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | ThreadEnded): void => {
      worker.off('message', settle).off('error', failed).off('exit', ended);
      resolve(answer);
    };
    const failed = (cause: Error): void => settle(new ThreadEnded(cause.name));
    const ended = (): void => settle(new ThreadEnded('exit'));
    worker.on('message', settle).on('error', failed).on('exit', ended);
    worker.postMessage(job);
  });
}
