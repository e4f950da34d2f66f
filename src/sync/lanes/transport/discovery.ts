import { randomBytes } from 'node:crypto';
import { Bonjour } from 'bonjour-service';

const SERVICE_TYPE = 'tizme';

export interface Discovery {
  stop(): void;
}

/**
 * Finds other lanes by mDNS and lets itself be found (RFC 6762, 6763), under a name that is random each time and
 * says nothing. Often multicast is blocked: the roster's addresses and a typed one work without it.
 */
export function startDiscovery(port: number, found: (address: string) => void): Discovery {
  const name = randomBytes(8).toString('hex');
  // Without multicast there is nothing to do: the error says no more than that.
  const bonjour = new Bonjour({}, () => {});
  bonjour.publish({ name, type: SERVICE_TYPE, port, host: `${name}.local`, probe: false });
  bonjour.find({ type: SERVICE_TYPE }, (service) => {
    if (service.name === name) return;
    for (const address of service.addresses ?? []) found(`${address}:${service.port}`);
  });
  return {
    stop: () => {
      bonjour.unpublishAll(() => bonjour.destroy());
    },
  };
}
