import { randomInt } from 'node:crypto';
import type {
  CardReader,
  DeviceInfo,
  DeviceProblem,
  FingerprintScanner,
  MrzReader,
  ReceiptPrinter,
  Unsubscribe,
} from '../src/domain/devices.ts';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { Timer } from '../src/domain/timer.ts';
import { openCcidReader } from './card-readers/ccid/ccid-reader.ts';
import type { OpenCardReader } from './card-readers/pcsc/card-service.ts';
import type { UsbMatch } from './device-profiles.ts';
import { calibrated, type DeviceSettings, type SerialUse } from './device-settings.ts';
import { openDigitalPersona } from './fingerprint-scanners/digitalpersona/digitalpersona-scanner.ts';
import { openFutronic } from './fingerprint-scanners/futronic/futronic-scanner.ts';
import { OpenedScanner, type ScannerProtocol } from './fingerprint-scanners/opened-scanner.ts';
import type { PictureDecoders } from './fingerprint-scanners/sbi/finger-image-record.ts';
import { openSbi } from './fingerprint-scanners/sbi/sbi-scanner.ts';
import { ZFM_MODULE } from './fingerprint-scanners/scanner-models.ts';
import { openZfm } from './fingerprint-scanners/zfm/zfm-scanner.ts';
import { HidPosReader } from './mrz-readers/hid-pos-reader.ts';
import { SerialMrzReader } from './mrz-readers/serial-mrz-reader.ts';
import { EscPosPrinter } from './printers/escpos/escpos-printer.ts';
import { STANDARD_PROFILE } from './printers/escpos/escpos-profile.ts';
import { OneWayPrinter } from './printers/escpos/one-way-printer.ts';
import type { OpenByteTransport } from './transports/byte-transport.ts';
import type { HidDeviceFound, HidTransport } from './transports/hid-devices.ts';
import type { SerialPortFound } from './transports/serial-ports.ts';
import { openUsbByteTransport } from './transports/usb-byte-transport.ts';
import { findEndpoint, type UsbTransport } from './transports/usb-transport.ts';

/** A device that a driver was joined to, until it is pulled out. */
export type DrivenDevice = (
  | { readonly kind: 'fingerprint-scanner'; readonly device: FingerprintScanner }
  | { readonly kind: 'card-reader'; readonly device: CardReader }
  | { readonly kind: 'mrz-reader'; readonly device: MrzReader }
  | { readonly kind: 'printer'; readonly device: ReceiptPrinter }
) & {
  onClose(listener: () => void): Unsubscribe;
  close(): Promise<void>;
};

export interface DriverSurroundings {
  readonly timer: Timer;
  readonly settings: DeviceSettings;
  readonly decoders?: Partial<PictureDecoders>;
}

interface Cable {
  onClose(listener: () => void): Unsubscribe;
  close(): Promise<void>;
}

/** Joins a USB interface to its driver; lets go of it where that fails. */
export async function driveUsb(
  match: UsbMatch,
  usb: UsbTransport,
  around: DriverSurroundings,
): Promise<Result<DrivenDevice, DeviceProblem>> {
  const { driver } = match;
  const info = infoOf(match.kind, usb.names.product ?? match.model, usb.names.serialNumber);
  switch (driver.name) {
    case 'futronic':
    case 'digitalpersona': {
      const profile = calibrated(around.settings, driver.profile, usb.names.serialNumber);
      const { timer } = around;
      const seed = () => randomInt(0x1_0000_0000);
      const protocol =
        driver.name === 'futronic'
          ? await openFutronic(usb, profile)
          : await openDigitalPersona({ usb, profile, timer, seed });
      return driveScanner(protocol, info, usb);
    }
    case 'ccid': {
      const reader = await openCcidReader(usb, info, around.timer);
      if (!reader.ok) return letGo(usb, reader.error);
      return ok({ kind: 'card-reader', device: reader.value, ...cableOf(usb) });
    }
    case 'escpos': {
      if (findEndpoint(usb, 'bulk', 'in') === null) {
        const printer = await OneWayPrinter.open(usb, info, STANDARD_PROFILE, around.timer);
        if (!printer.ok) return letGo(usb, printer.error);
        return ok({ kind: 'printer', device: printer.value, ...cableOf(usb) });
      }
      const cable = await openUsbByteTransport(usb);
      if (!cable.ok) return letGo(usb, cable.error);
      return ok(await drivePrinter(cable.value, info, STANDARD_PROFILE.dotsAcross, around));
    }
  }
}

/** Joins what hangs on a serial port to its driver. */
export async function driveSerial(
  use: SerialUse,
  port: SerialPortFound,
  line: OpenByteTransport,
  around: DriverSurroundings,
): Promise<Result<DrivenDevice, DeviceProblem>> {
  const { timer } = around;
  switch (use.device) {
    case 'mrz-reader': {
      const reader = new SerialMrzReader(
        infoOf('mrz-reader', serialModel(use, port), port.serialNumber),
        timer,
      );
      reader.attach(line);
      return ok({ kind: 'mrz-reader', device: reader, ...cableOf(line) });
    }
    case 'zfm-scanner': {
      const profile = calibrated(around.settings, ZFM_MODULE, port.serialNumber);
      const protocol = await openZfm(line, profile, timer);
      return driveScanner(protocol, infoOf('fingerprint-scanner', profile.model, port.serialNumber), line);
    }
    case 'escpos-printer': {
      const info = infoOf('printer', serialModel(use, port), port.serialNumber);
      return ok(await drivePrinter(line, info, use.dotsAcross, around));
    }
  }
}

export function driveHid(found: HidDeviceFound, transport: HidTransport, timer: Timer): DrivenDevice {
  const info = infoOf('mrz-reader', hidModel(found), found.serialNumber);
  return {
    kind: 'mrz-reader',
    device: new HidPosReader(info, transport, timer),
    onClose: (listener) => transport.onClose(listener),
    close: () => transport.close(),
  };
}

/** A scanner behind a maker's biometric service; what it captures is checked against the provisioned authorities. */
export async function driveBiometricService(
  port: number,
  { timer, settings, decoders = {} }: DriverSurroundings,
): Promise<Result<DrivenDevice, DeviceProblem>> {
  const authorities = settings.biometricService?.authorities ?? [];
  const opened = await openSbi({ port, authorities, timer, now: () => new Date(), decoders });
  if (!opened.ok) return opened;
  const { identity, protocol } = opened.value;
  const info = infoOf('fingerprint-scanner', `${identity.make} ${identity.model}`, identity.serialNo);
  return driveScanner(ok(protocol), info, protocol);
}

/** A reader of the system's card service, which drives it itself. */
export function driveSystemReader(reader: OpenCardReader): DrivenDevice {
  return { kind: 'card-reader', device: reader, ...cableOf(reader) };
}

/** What a serial device is called before it was opened. */
export function serialModel(use: SerialUse, port: SerialPortFound): string {
  const names = {
    'mrz-reader': 'Document reader',
    'zfm-scanner': ZFM_MODULE.model,
    'escpos-printer': 'Receipt printer',
  };
  return use.device === 'zfm-scanner' ? names[use.device] : (port.product ?? names[use.device]);
}

export function hidModel({ product }: HidDeviceFound): string {
  return product ?? 'Code reader';
}

async function driveScanner(
  protocol: Result<ScannerProtocol, DeviceProblem>,
  info: DeviceInfo,
  cable: Cable,
): Promise<Result<DrivenDevice, DeviceProblem>> {
  if (!protocol.ok) return letGo(cable, protocol.error);
  const device = new OpenedScanner(info, protocol.value);
  return ok({ kind: 'fingerprint-scanner', device, ...cableOf(cable) });
}

async function drivePrinter(
  cable: OpenByteTransport,
  info: DeviceInfo,
  dotsAcross: number,
  { timer }: DriverSurroundings,
): Promise<DrivenDevice> {
  const printer = new EscPosPrinter(info, { ...STANDARD_PROFILE, dotsAcross }, timer);
  await printer.attach(cable);
  return { kind: 'printer', device: printer, ...cableOf(cable) };
}

async function letGo(cable: Cable, problem: DeviceProblem): Promise<Result<never, DeviceProblem>> {
  await cable.close();
  return err(problem);
}

function cableOf(cable: Cable): Cable {
  return { onClose: (listener) => cable.onClose(listener), close: () => cable.close() };
}

function infoOf(kind: DeviceInfo['kind'], model: string, serialNumber: string | null): DeviceInfo {
  return { kind, model, serialNumber, simulated: false };
}
