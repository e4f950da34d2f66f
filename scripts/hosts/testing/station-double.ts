import { z } from 'zod';
import { HostConnection } from '../../../src/domain/host-connection.ts';
import type { MessagePortLike } from '../../../src/domain/message-port.ts';
import { runStation } from '../children/run-station.ts';

/**
 * A station process for the tests of the hosts: it speaks the real host protocol, and does at the windows' word
 * what a real station does at its worst.
 */
const orderSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('hello') }),
  z.looseObject({ type: z.literal('echo') }),
  z.object({ type: z.literal('crash') }),
  z.object({ type: z.literal('ask-devices'), text: z.string() }),
  z.object({ type: z.literal('tell-devices'), message: z.unknown() }),
]);

runStation(({ host }, options) => {
  const connection = new HostConnection(host);
  const windows = new Set<MessagePortLike>();
  let devices: MessagePortLike | null = null;
  let devicesUp = false;
  const tellAll = (message: unknown) => {
    for (const window of windows) window.post(message);
  };

  connection.onStop(() => process.exit(0));
  if (options.collectorUrl === 'https://refused.invalid') {
    connection.fatal('register-damaged');
    return;
  }
  connection.onDevices((port) => {
    devices = port;
    devicesUp = true;
    tellAll({ type: 'devices', state: 'up' });
    port.onMessage((message) => tellAll({ type: 'from-devices', message }));
    port.onClose(() => {
      devicesUp = false;
      tellAll({ type: 'devices', state: 'down' });
    });
  });
  connection.onWindow((window) => {
    windows.add(window.port);
    window.port.onClose(() => windows.delete(window.port));
    window.port.post({ type: 'opened', kind: window.kind, seed: options.seed });
    if (devicesUp) window.port.post({ type: 'devices', state: 'up' });
    window.port.onMessage((message) => {
      const order = orderSchema.parse(message);
      if (order.type === 'crash') process.exit(3);
      else if (order.type === 'ask-devices') devices?.post({ type: 'ask', text: order.text });
      else if (order.type === 'tell-devices') devices?.post(order.message);
      else window.port.post(order);
    });
  });
  connection.ready();
});
