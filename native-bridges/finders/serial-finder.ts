import { type DriverSurroundings, driveSerial, serialModel } from '../device-drivers.ts';
import { type SerialUse, serialUseOf } from '../device-settings.ts';
import type { JoinedDevices } from '../joined-devices.ts';
import type { SerialPortFound, SerialPorts } from '../transports/serial-ports.ts';
import type { SeenDevice } from './seen-device.ts';

const KINDS = {
  'mrz-reader': 'mrz-reader',
  'zfm-scanner': 'fingerprint-scanner',
  'escpos-printer': 'printer',
} as const;

/** Opens what hangs on the serial ports, as far as the settings and the adapters say what that is. */
export class SerialFinder {
  private readonly ports: SerialPorts;
  private readonly joined: JoinedDevices;
  /** The ports that were opened at some time. */
  private readonly opened = new Set<string>();

  constructor(ports: SerialPorts, joined: JoinedDevices) {
    this.ports = ports;
    this.joined = joined;
  }

  async look(around: DriverSurroundings): Promise<SeenDevice[]> {
    const named = around.settings.serial.flatMap(({ path }) => path ?? []);
    const listed = await this.ports.list(named);
    const ports = listed.ok ? listed.value : [];
    const present = new Set(ports.map(({ path }) => path));
    // The serial library can miss that an adapter was pulled out.
    await this.joined.close((port) => this.opened.has(port) && !present.has(port));
    const uses = ports.flatMap((port) => {
      const use = serialUseOf(around.settings, port);
      return use === null ? [] : [{ port, use }];
    });
    return Promise.all(uses.map(({ port, use }) => this.lookAt(port, use, around)));
  }

  private async lookAt(
    port: SerialPortFound,
    use: SerialUse,
    around: DriverSurroundings,
  ): Promise<SeenDevice> {
    const kind = KINDS[use.device];
    const joined = await this.joined.join(kind, port.path, async () => {
      const line = await this.ports.open(port.path, use.line);
      this.opened.add(port.path);
      return line.ok ? driveSerial(use, port, line.value, around) : line;
    });
    return { kind, model: serialModel(use, port), port: port.path, ...joined };
  }
}
