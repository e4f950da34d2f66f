import { systemTimer } from '../../../../src/domain/timer.ts';
import { type PluggedDevice, plugIn } from '../usbip/virtual-port.ts';
import { createPlayed, type PlayedDevice, type PlayedName } from './played-devices.ts';
import type { PlayerAnswer, PlayerRequest } from './player.ts';

/**
 * The devices of the lab, in a process of their own: a native library that waits in the tested process must not
 * keep its own device from answering.
 */
const timer = systemTimer();
const plugged = new Map<PlayedName, { readonly played: PlayedDevice; readonly plug: PluggedDevice }>();

async function perform(request: PlayerRequest): Promise<PlayerAnswer['result']> {
  const { name, order } = request;
  const current = plugged.get(name);
  switch (order.order) {
    case 'plug': {
      if (current !== undefined) throw new Error(`${name} is plugged in already`);
      const played = createPlayed(name, timer, order.stale);
      plugged.set(name, { played, plug: await plugIn(played.usb) });
      return {};
    }
    case 'unplug':
      current?.plug.unplug();
      plugged.delete(name);
      return {};
    case 'hand':
      if (current?.played.perform(order.command) !== true)
        throw new Error(`${name} does not know ${order.command.do}`);
      return {};
    case 'look':
      return current?.played.look() ?? {};
  }
}

process.on('message', (request: PlayerRequest) => {
  const { id } = request;
  const answer = (message: PlayerAnswer) => process.send?.(message);
  perform(request).then(
    (result) => answer({ id, result, problem: null }),
    (problem: unknown) => answer({ id, result: {}, problem: String(problem) }),
  );
});
process.once('disconnect', () => process.exit(0));
