import { throwIllegalValue } from '../../../src/domain/assert.ts';
import {
  type DevicesOptions,
  type DevicesToHost,
  type HostToDevices,
  hostToDevicesSchema,
} from '../../../src/domain/host-wire.ts';
import type { MessagePortLike } from '../../../src/domain/message-port.ts';
import { RelayedPort } from '../../../src/domain/relayed-port.ts';
import { connectToParent } from './parent-port.ts';

/** Opens the devices once; what comes back serves them to a station (native-bridges/devices-process.ts). */
export type OpenDevices = (options: DevicesOptions) => ServeDevices | Promise<ServeDevices>;
export type ServeDevices = (port: MessagePortLike) => void;

/**
 * The whole of a devices process: waits for the host's `start`, opens the devices, and serves them to one station
 * after the other; each gets a port of its own, so that no answer to one that crashed reaches the next. Ends
 * with its host.
 */
export function runDevices(openDevices: OpenDevices): void {
  const host = connectToParent();
  const say = (message: DevicesToHost) => host.post(message);
  let serve: ServeDevices | null = null;
  let port: RelayedPort | null = null;

  const open = async (options: DevicesOptions) => {
    serve = await openDevices(options);
    say({ type: 'ready' });
  };
  const connect = (connection: number) => {
    port?.close();
    port = new RelayedPort((message) => say({ type: 'message', message }));
    say({ type: 'connected', connection });
    serve?.(port);
  };
  const end = () => {
    port?.close();
    // After the listeners of the port: they let go of the hardware.
    setImmediate(() => process.exit(0));
  };
  const handle = (message: HostToDevices) => {
    switch (message.type) {
      case 'start':
        void open(message.options);
        break;
      case 'connect':
        connect(message.connection);
        break;
      case 'message':
        port?.receive(message.message);
        break;
      case 'stop':
        end();
        break;
      default:
        throwIllegalValue(message);
    }
  };
  host.onMessage((message) => handle(hostToDevicesSchema.parse(message)));
  host.onClose(end);
}
