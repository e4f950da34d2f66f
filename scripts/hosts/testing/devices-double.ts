import { z } from 'zod';
import { runDevices } from '../children/run-devices.ts';

/** A devices process for the tests of the hosts: it answers, counts its stations, and crashes like a driver. */
const orderSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ask'), text: z.string() }),
  z.object({ type: z.literal('crash') }),
]);

runDevices(() => {
  let connections = 0;
  return (port) => {
    connections += 1;
    port.onMessage((message) => {
      const order = orderSchema.parse(message);
      if (order.type === 'crash') process.exit(4);
      port.post({ reply: order.text, connections });
    });
  };
});
