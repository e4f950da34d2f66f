import type { MessagePortLike } from '../../../src/domain/message-port.ts';
import { RelayedPort } from '../../../src/domain/relayed-port.ts';

/** What Electron gives a utility process in `process.parentPort`. */
interface UtilityParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/**
 * The port to the host that started this process: Electron's `process.parentPort` or the channel of Node's
 * fork. A process of a host ends only with its host or at its word, so Ctrl-C in a terminal (which goes to the
 * whole group) is left to the host.
 */
export function connectToParent(): MessagePortLike {
  process.on('SIGINT', () => {});
  const utility = utilityParentPort();
  return utility === null ? forkedPort() : utilityPort(utility);
}

function utilityParentPort(): UtilityParentPort | null {
  return 'parentPort' in process ? (process.parentPort as UtilityParentPort | null) : null;
}

function utilityPort(parent: UtilityParentPort): MessagePortLike {
  const port = new RelayedPort((message) => parent.postMessage(message));
  parent.on('message', (event) => port.receive(event.data));
  return port;
}

function forkedPort(): MessagePortLike {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('this file is started by a host, not by hand');
  const port = new RelayedPort((message) => {
    if (process.connected) send(message, undefined, undefined, () => {});
  });
  process.on('message', (message) => port.receive(message));
  process.once('disconnect', () => port.close());
  return port;
}
