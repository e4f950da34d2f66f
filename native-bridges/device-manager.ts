import { randomInt } from 'node:crypto';
import type { DeviceInfo, DeviceKind, DeviceProblem, DeviceSet } from '../src/domain/devices.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CancelTimer, Timer } from '../src/domain/timer.ts';
import { openCcidReader } from './card-readers/ccid/ccid-reader.ts';
import { isMrzReader, matchUsb, type UsbMatch } from './device-profiles.ts';
import { CardReaderSlot, MrzReaderSlot, PrinterSlot, ScannerSlot } from './device-slots.ts';
import { openDigitalPersona } from './fingerprint-scanners/digitalpersona/digitalpersona-scanner.ts';
import { openFutronic } from './fingerprint-scanners/futronic/futronic-scanner.ts';
import { OpenedScanner } from './fingerprint-scanners/opened-scanner.ts';
import { HidPosReader } from './mrz-readers/hid-pos-reader.ts';
import { SerialMrzReader } from './mrz-readers/serial-mrz-reader.ts';
import { EscPosPrinter, STANDARD_PROFILE } from './printers/escpos/escpos-printer.ts';
import type { HidDeviceFound, HidDevices } from './transports/hid-devices.ts';
import { SERIAL_9600 } from './transports/serial-port-transport.ts';
import type { SerialPorts } from './transports/serial-ports.ts';
import type { BusProblem, UsbBus } from './transports/usb-bus.ts';
import { openUsbByteTransport } from './transports/usb-byte-transport.ts';
import type { UsbTransport } from './transports/usb-transport.ts';

/** Also without a word from the system, which does not tell of every plugging-in. */
const RESCAN_MILLISECONDS = 2_000;
/** Readers of codes and documents (USB-IF, HID Point of Sale Usage Tables). */
const POINT_OF_SALE_PAGE = 0x8c;

/** A device that was found, and whether it could be opened. */
export interface FoundDevice {
  readonly kind: DeviceKind;
  readonly model: string;
  /** Its port: of the bus, or the name of a serial port. */
  readonly port: string;
  /** Null for one that works. */
  readonly problem: DeviceProblem | null;
}

export interface DeviceReport {
  /** Null where the machine has USB that can be used. */
  readonly usbProblem: BusProblem | null;
  readonly found: readonly FoundDevice[];
}

interface Opened {
  readonly close: () => Promise<void>;
}

/** Finds the devices of a desk as they are plugged in and pulled out, and joins each to its driver. */
export class DeviceManager {
  private readonly scanner = new ScannerSlot('fingerprint-scanner');
  private readonly cardReader = new CardReaderSlot('card-reader');
  private readonly mrzReader = new MrzReaderSlot('mrz-reader');
  private readonly printer = new PrinterSlot(STANDARD_PROFILE.dotsAcross);
  readonly devices: DeviceSet = {
    scanner: this.scanner,
    cardReader: this.cardReader,
    mrzReader: this.mrzReader,
    printer: this.printer,
  };
  private readonly bus: UsbBus;
  private readonly serialPorts: SerialPorts;
  private readonly hid: HidDevices;
  private hidFound: readonly HidDeviceFound[] = [];
  /** The devices of the bus at the last listing of HID devices, which opens each of them. */
  private hidListedFor = '';
  private readonly timer: Timer;
  private readonly changes = new ListenerSet<DeviceReport>();
  private readonly opened = new Map<string, Opened>();
  private lastReport: DeviceReport = { usbProblem: null, found: [] };
  private scanning: Promise<void> | null = null;
  private scanAgain = false;
  private closed = false;
  private cancelRescan: CancelTimer = () => undefined;

  constructor(bus: UsbBus, serialPorts: SerialPorts, hid: HidDevices, timer: Timer) {
    this.bus = bus;
    this.serialPorts = serialPorts;
    this.hid = hid;
    this.timer = timer;
    bus.onChange(() => void this.scan());
  }

  /** What was found at the last look. */
  report(): DeviceReport {
    return this.lastReport;
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.changes.add(listener);
  }

  /** Looks once, opens what is new, and goes on looking until it is closed. */
  async scan(): Promise<void> {
    if (this.closed) return;
    if (this.scanning !== null) {
      this.scanAgain = true;
      return this.scanning;
    }
    this.cancelRescan();
    this.scanning = this.look();
    await this.scanning;
    this.scanning = null;
    if (this.closed) return;
    if (this.scanAgain) {
      this.scanAgain = false;
      return this.scan();
    }
    this.cancelRescan = this.timer.after(RESCAN_MILLISECONDS, () => void this.scan());
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancelRescan();
    await this.scanning;
    for (const { close } of [...this.opened.values()]) await close();
    this.bus.close();
  }

  private async look(): Promise<void> {
    const found: FoundDevice[] = [];
    const usb = await this.bus.list();
    for (const device of usb.ok ? usb.value : []) {
      for (const match of matchUsb(device)) {
        const port = device.address;
        const problem = await this.join(match.kind, port, async () => {
          const transport = await this.bus.open(device, match.interfaceNumber);
          return transport.ok ? this.openUsb(match, transport.value) : transport;
        });
        found.push({ kind: match.kind, model: match.model, port, problem });
      }
    }
    const ports = await this.serialPorts.list();
    const present = new Set((ports.ok ? ports.value : []).map(({ path }) => path));
    // The serial library can miss that an adapter was pulled out.
    for (const [port, { close }] of this.opened) {
      if (port.startsWith('/dev/tty') && !present.has(port)) await close();
    }
    for (const port of ports.ok ? ports.value.filter(isMrzReader) : []) {
      const model = port.product ?? 'Document reader';
      const problem = await this.join('mrz-reader', port.path, () =>
        this.openMrzReader(port.path, model, port.serialNumber),
      );
      found.push({ kind: 'mrz-reader', model, port: port.path, problem });
    }
    await this.listHid(usb.ok ? usb.value.map(({ address }) => address).join(' ') : '');
    for (const device of this.hidFound) {
      const model = device.product ?? 'Code reader';
      const problem = await this.join('mrz-reader', device.path, () => this.openHidReader(device, model));
      found.push({ kind: 'mrz-reader', model, port: device.path, problem });
    }
    const report = { usbProblem: usb.ok ? null : usb.error, found };
    const changed = JSON.stringify(report) !== JSON.stringify(this.lastReport);
    this.lastReport = report;
    if (changed) this.changes.tell(report);
  }

  private async listHid(addresses: string): Promise<void> {
    if (addresses === this.hidListedFor) return;
    this.hidListedFor = addresses;
    const devices = addresses === '' ? null : await this.hid.list();
    this.hidFound = devices?.ok === true ? devices.value.filter(isPointOfSale) : [];
  }

  /** Opens a device unless it is open, or another of its kind is. */
  private async join(
    kind: DeviceKind,
    port: string,
    open: () => Promise<Result<Opened, DeviceProblem>>,
  ): Promise<DeviceProblem | null> {
    if (this.opened.has(port)) return null;
    const slot = this.slotOf(kind);
    if (!slot.isEmpty) return { code: 'busy' };
    const opened = await open();
    if (opened.ok) {
      this.opened.set(port, opened.value);
      return null;
    }
    slot.setProblem(opened.error);
    return opened.error;
  }

  private slotOf(kind: DeviceKind) {
    const slots = {
      'fingerprint-scanner': this.scanner,
      'card-reader': this.cardReader,
      'mrz-reader': this.mrzReader,
      printer: this.printer,
    };
    return slots[kind];
  }

  private async openUsb(match: UsbMatch, usb: UsbTransport): Promise<Result<Opened, DeviceProblem>> {
    const info: DeviceInfo = {
      kind: match.kind,
      model: usb.names.product ?? match.model,
      serialNumber: usb.names.serialNumber,
      simulated: false,
    };
    const joined = await this.openDriver(match, usb, info);
    if (!joined.ok) {
      await usb.close();
      return joined;
    }
    const slot = this.slotOf(match.kind);
    usb.onClose(() => {
      slot.detach();
      for (const [port, opened] of this.opened) if (opened === joined.value) this.opened.delete(port);
    });
    return joined;
  }

  private async openDriver(
    match: UsbMatch,
    usb: UsbTransport,
    info: DeviceInfo,
  ): Promise<Result<Opened, DeviceProblem>> {
    const { timer } = this;
    const { driver } = match;
    const close = () => usb.close();
    switch (driver.name) {
      case 'futronic':
      case 'digitalpersona': {
        const { profile } = driver;
        const seed = () => randomInt(0x1_0000_0000);
        const protocol =
          driver.name === 'futronic'
            ? await openFutronic(usb, profile)
            : await openDigitalPersona({ usb, profile, timer, seed });
        if (!protocol.ok) return protocol;
        this.scanner.attach(new OpenedScanner(info, protocol.value));
        return ok({ close });
      }
      case 'ccid': {
        const reader = await openCcidReader(usb, info, timer);
        if (!reader.ok) return reader;
        this.cardReader.attach(reader.value);
        return ok({ close });
      }
      case 'escpos': {
        const cable = await openUsbByteTransport(usb);
        if (!cable.ok) return cable;
        const printer = new EscPosPrinter(info, STANDARD_PROFILE, timer);
        await printer.attach(cable.value);
        this.printer.attach(printer);
        return ok({ close: () => cable.value.close() });
      }
    }
  }

  private async openMrzReader(
    path: string,
    model: string,
    serialNumber: string | null,
  ): Promise<Result<Opened, DeviceProblem>> {
    const line = await this.serialPorts.open(path, SERIAL_9600);
    if (!line.ok) return err(line.error);
    const info: DeviceInfo = { kind: 'mrz-reader', model, serialNumber, simulated: false };
    const reader = new SerialMrzReader(info, this.timer);
    reader.attach(line.value);
    this.mrzReader.attach(reader);
    line.value.onClose(() => {
      this.mrzReader.detach();
      this.opened.delete(path);
    });
    return ok({ close: () => line.value.close() });
  }

  private async openHidReader(device: HidDeviceFound, model: string): Promise<Result<Opened, DeviceProblem>> {
    const transport = await this.hid.open(device.path);
    if (!transport.ok) return transport;
    const { serialNumber } = device;
    const info: DeviceInfo = { kind: 'mrz-reader', model, serialNumber, simulated: false };
    this.mrzReader.attach(new HidPosReader(info, transport.value, this.timer));
    transport.value.onClose(() => {
      this.mrzReader.detach();
      this.opened.delete(device.path);
    });
    return ok({ close: () => transport.value.close() });
  }
}

function isPointOfSale({ usagePage }: HidDeviceFound): boolean {
  return usagePage === POINT_OF_SALE_PAGE;
}
