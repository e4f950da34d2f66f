import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../domain/assert.ts';
import type { Result } from '../../domain/result.ts';
import type { Migration } from '../../store/migrations.ts';
import { openReadOnly } from '../../store/open-store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { SqliteCollectorReads } from '../sqlite/sqlite-collector-reads.ts';
import { type CheckedLogs, checkLogs, type LogDamage } from './check-logs.ts';

/** Another thread of the process has the file open and writes to it. */
export interface LogCheckOptions {
  readonly file: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly migrations: string | readonly Migration[];
}

export type LogCheckReport = Result<CheckedLogs | 'stopped', LogDamage | StoreError>;

const port = assertDefined(parentPort ?? undefined, 'the parent of a log check');
const options = workerData as LogCheckOptions;
let isStopped = false;
port.on('message', () => {
  isStopped = true;
});

const opened = openReadOnly({ ...options, openInOtherThread: true });
options.key.fill(0);
if (opened.ok) {
  const reads = new SqliteCollectorReads(opened.value);
  const report = await checkLogs(reads, async (workedMs) => {
    // As long again: whoever sends meanwhile has the better half of the machine.
    await setTimeout(workedMs);
    return isStopped ? 'stop' : 'go-on';
  });
  await reads.close();
  port.postMessage(report);
} else {
  port.postMessage(opened);
}
port.close();
