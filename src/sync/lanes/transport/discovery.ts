import { randomBytes } from 'node:crypto';
import { Bonjour, type Browser } from 'bonjour-service';
import { DoorList } from './door-list.ts';

const SERVICE_TYPE = 'tizme';
/** A table that lets a spare in, for as long as it does. */
const DOOR_TYPE = 'tizme-spare';
/** A laptop has a few; whoever announces hundreds wants them dialled. */
const MOST_ADDRESSES = 8;
const MOST_NAMES = 256;

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
  const browse = (): void => {
    const browser = bonjour.find({ type: SERVICE_TYPE }, (service) => {
      if (service.name === name) return;
      const addresses = new Set(service.addresses);
      for (const address of [...addresses].slice(0, MOST_ADDRESSES)) found(`${address}:${service.port}`);
      // The library keeps every name that it was ever told, whoever made them up.
      if (browser.services.length < MOST_NAMES) return;
      browser.removeAllListeners();
      browser.stop();
      browse();
    });
  };
  browse();
  return {
    stop: () => {
      bonjour.unpublishAll(() => bonjour.destroy());
    },
  };
}

/** A table that lets a spare in can be found by it. */
export function announceDoor(port: number): Discovery {
  const name = randomBytes(8).toString('hex');
  const bonjour = new Bonjour({}, () => {});
  bonjour.publish({ name, type: DOOR_TYPE, port, host: `${name}.local`, probe: false });
  return {
    stop: () => {
      bonjour.unpublishAll(() => bonjour.destroy());
    },
  };
}

/** Tells where tables let a spare in, and where they no longer do. */
export function findDoors(
  found: (addresses: readonly string[]) => void,
  lost: (addresses: readonly string[]) => void,
): Discovery {
  const bonjour = new Bonjour({}, () => {});
  const doors = new DoorList(found, lost);
  let browser: Browser;
  const browse = (): void => {
    browser = bonjour.find({ type: DOOR_TYPE });
    browser.on('down', ({ fqdn }) => doors.down(fqdn));
    browser.on('up', ({ fqdn, addresses, port }) => {
      doors.up(fqdn, addresses ?? [], port);
      // As above: whatever is still there is heard of again.
      if (browser.services.length < MOST_NAMES) return;
      browser.removeAllListeners();
      browser.stop();
      browse();
    });
  };
  browse();
  return {
    stop: () => {
      browser.stop();
      bonjour.destroy();
    },
  };
}
