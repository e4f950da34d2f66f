import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RelayedPort } from '../../../src/domain/relayed-port.ts';
import { PROCESS_MEMORY_FLAGS } from './process-memory-flags.ts';
import type { RunningProcess } from './running-process.ts';

/**
 * Starts `entry` in a Node process of its own. Messages are copied by structured clone when they are posted.
 * What the process prints goes to standard error, since standard output belongs to the command's result.
 */
export function forkProcess(entry: URL, environment: NodeJS.ProcessEnv = process.env): RunningProcess {
  const { NODE_OPTIONS: _, ...env } = environment;
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
    execArgv: [...PROCESS_MEMORY_FLAGS],
    env,
  });
  const port = new RelayedPort((message) => {
    if (child.connected) child.send(message as object, () => {});
  });
  const listeners = new Set<(code: number | null) => void>();
  let exit: { readonly code: number | null } | null = null;
  const gone = (code: number | null) => {
    if (exit !== null) return;
    exit = { code };
    port.close();
    for (const listener of listeners) listener(code);
  };
  child.on('message', (message) => port.receive(message));
  child.once('exit', gone);
  child.once('error', () => {
    if (child.pid === undefined) gone(null);
  });
  return {
    port,
    processId: child.pid ?? null,
    onExit(listener) {
      const ended = exit;
      if (ended === null) listeners.add(listener);
      else queueMicrotask(() => listener(ended.code));
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
