import { createRandom } from '../../../../fixtures/random.ts';
import type { DeviceSettings } from '../../../../native-bridges/device-settings.ts';
import { EscPosEmulator } from '../../../../native-bridges/simulated/escpos-emulator.ts';
import { MrzReaderEmulator } from '../../../../native-bridges/simulated/mrz-reader-emulator.ts';
import {
  CcidEmulator,
  type EmulatedCard,
  EXTENDED_READER,
} from '../../../../native-bridges/simulated/usb/ccid-emulator.ts';
import { CdcAcmEmulator } from '../../../../native-bridges/simulated/usb/cdc-acm-emulator.ts';
import {
  DigitalPersonaEmulator,
  SCRAMBLED_BLOCKS,
} from '../../../../native-bridges/simulated/usb/digitalpersona-emulator.ts';
import { apduCard, t0Card, t1Card } from '../../../../native-bridges/simulated/usb/emulated-cards.ts';
import type { EmulatedUsbDevice } from '../../../../native-bridges/simulated/usb/emulated-usb-device.ts';
import { FutronicEmulator } from '../../../../native-bridges/simulated/usb/futronic-emulator.ts';
import { HidPosEmulator } from '../../../../native-bridges/simulated/usb/hid-pos-emulator.ts';
import { UsbPrinterEmulator } from '../../../../native-bridges/simulated/usb/usb-printer-emulator.ts';
import { ZfmEmulator } from '../../../../native-bridges/simulated/zfm-emulator.ts';
import { MemoryTransport } from '../../../../native-bridges/transports/memory-transport.ts';
import type { Timer } from '../../../../src/domain/timer.ts';
import { fingerPicture, type SENSORS } from './test-pictures.ts';

export const PLAYED = [
  'futronic',
  'digitalpersona',
  'zfm',
  'ccid-extended',
  'ccid-short-t0',
  'ccid-tpdu-t0',
  'ccid-tpdu-t1',
  'hid-reader',
  'serial-reader',
  'usb-printer',
  'one-way-printer',
  'serial-printer',
] as const;
export type PlayedName = (typeof PLAYED)[number];

/** What a hand does to a played device, or a fault that it is given; a device does not know those of others. */
export type HandCommand =
  | { readonly do: 'lay-finger'; readonly round: number }
  | { readonly do: 'lift-finger' }
  | { readonly do: 'insert-card' }
  | { readonly do: 'remove-card' }
  | { readonly do: 'read-text'; readonly lines: readonly string[]; readonly cutOff?: boolean }
  | { readonly do: 'load-paper' }
  | { readonly do: 'end-paper'; readonly millimetres: number }
  | { readonly do: 'fault'; readonly fault: string; readonly value: number };

/** A device that is ready to be plugged in: it was just switched on. */
export interface PlayedDevice {
  readonly usb: EmulatedUsbDevice;
  /** False for what this device does not know. */
  perform(command: HandCommand): boolean;
  /** What can be seen from outside: the length of the last strip of paper, the lamp. */
  look(): Readonly<Record<string, number | boolean | string | null>>;
}

const SERIAL_IDS = {
  zfm: { vendorId: 0x1a86, productId: 0x55d4 },
  'serial-reader': { vendorId: 0x0db5, productId: 0x0138 },
  'serial-printer': { vendorId: 0x0416, productId: 0x5011 },
} as const;

/** What a technician would have set for these devices. */
export const LAB_SETTINGS: DeviceSettings['serial'] = [
  { ...SERIAL_IDS.zfm, device: 'zfm-scanner' as const, baudRate: 57_600 },
  { ...SERIAL_IDS['serial-printer'], device: 'escpos-printer' as const, baudRate: 115_200 },
].map(({ baudRate, ...use }) => ({
  ...use,
  line: { baudRate, dataBits: 8, parity: 'none', stopBits: 1, hardwareFlowControl: false },
  dotsAcross: 576,
}));

/** Ten pictures a second are what the emulated processor takes without keeping the other devices waiting. */
const FRAME_MILLISECONDS = 100;
const DOTS_ACROSS = 576;

/** `echo` of each card: SELECT is answered with the application's name, READ BINARY with as many bytes as asked. */
const application = (command: Uint8Array): Uint8Array => {
  const [, instruction, , , length = 0] = command;
  if (instruction === 0xb0) {
    const count = length === 0 ? ((command[5] ?? 0) << 8) | (command[6] ?? 0) : length;
    return Uint8Array.from({ length: count + 2 }, (_, index) =>
      index < count ? index & 0xff : index === count ? 0x90 : 0,
    );
  }
  return Uint8Array.of(0x90, 0);
};

const CARD_READERS: Readonly<
  Record<string, { readonly features: number; readonly card: () => EmulatedCard }>
> = {
  'ccid-extended': { features: 0x404ba, card: () => apduCard(application) },
  'ccid-short-t0': { features: 0x204ba, card: () => t0Card(application) },
  'ccid-tpdu-t0': { features: 0x10030, card: () => t0Card(application) },
  'ccid-tpdu-t1': { features: 0x10030, card: () => t1Card(application) },
};

/** `stale`: the round whose picture, or an answer, an earlier process left in the device; null for a clean one. */
export function createPlayed(name: PlayedName, timer: Timer, stale: number | null): PlayedDevice {
  switch (name) {
    case 'futronic':
      return playFutronic(timer, stale);
    case 'digitalpersona':
      return playDigitalPersona(timer, stale);
    case 'zfm':
      return playZfm();
    case 'hid-reader':
      return playHidReader();
    case 'serial-reader':
      return playSerialReader(timer);
    case 'usb-printer':
    case 'one-way-printer':
    case 'serial-printer':
      return playPrinter(name, timer);
    default:
      return playCardReader(name, stale);
  }
}

function playFutronic(timer: Timer, stale: number | null): PlayedDevice {
  const usb = new FutronicEmulator(timer, createRandom(11).next, FRAME_MILLISECONDS);
  if (stale !== null) usb.leaveBehind(fingerPicture('futronic', stale).pixels.subarray(0, 100_000));
  const faults = { 'short-frames': (value: number) => (usb.faults.shortFrames = value) };
  return {
    usb,
    perform: (command) => {
      if (command.do === 'fault' && command.fault === 'mute') {
        usb.faults.mute = command.value !== 0;
        return true;
      }
      return performOnScanner(usb, 'futronic', command, faults);
    },
    look: () => ({ lamp: usb.lamp, framesSent: usb.framesSent }),
  };
}

function playDigitalPersona(timer: Timer, stale: number | null): PlayedDevice {
  const usb = new DigitalPersonaEmulator(timer);
  // "Finger on", as an earlier process left it, and a block of the picture that belongs to it.
  if (stale !== null) {
    usb.interrupt(0x0101);
    usb.inEndpoints[1]?.push(fingerPicture('digitalpersona', stale).pixels.subarray(0, 2_000));
  }
  const faults = {
    'lost-scan-power': (value: number) => (usb.faults.lostScanPower = value),
    'short-captures': (value: number) => (usb.faults.shortCaptures = value),
    'failed-scans': (value: number) => (usb.faults.failedScans = value),
    scrambled: () => (usb.blocks = SCRAMBLED_BLOCKS),
  };
  return {
    usb,
    perform: (command) => performOnScanner(usb, 'digitalpersona', command, faults),
    look: () => ({ mode: usb.mode }),
  };
}

function playZfm(): PlayedDevice {
  const line = new MemoryTransport((bytes) => machine.receive(bytes));
  const machine = new ZfmEmulator((bytes) => line.send(bytes));
  const names = { manufacturer: 'Emulated', product: 'USB serial', serialNumber: 'EMULATED-ZFM' };
  const faults = {
    'short-images': (value: number) => (machine.faults.shortImages = value),
    'damaged-images': (value: number) => (machine.faults.damagedImages = value),
  };
  return {
    usb: new CdcAcmEmulator({ ...SERIAL_IDS.zfm, names }, line),
    perform: (command) => performOnScanner(machine, 'zfm', command, faults),
    look: () => ({}),
  };
}

interface Glass {
  layFinger(image: ReturnType<typeof fingerPicture>): void;
  liftFinger(): void;
}

function performOnScanner(
  glass: Glass,
  sensor: keyof typeof SENSORS,
  command: HandCommand,
  faults: Readonly<Record<string, (value: number) => unknown>>,
): boolean {
  switch (command.do) {
    case 'lay-finger':
      glass.layFinger(fingerPicture(sensor, command.round));
      return true;
    case 'lift-finger':
      glass.liftFinger();
      return true;
    case 'fault':
      faults[command.fault]?.(command.value);
      return faults[command.fault] !== undefined;
    default:
      return false;
  }
}

function playCardReader(name: string, stale: number | null): PlayedDevice {
  const { features, card } = CARD_READERS[name] ?? { features: 0, card: () => apduCard(application) };
  const usb = new CcidEmulator({ ...EXTENDED_READER, features });
  // An answer to somebody else's question, with a number that our own first one has too.
  if (stale !== null)
    usb.inEndpoints[0]?.push(Uint8Array.of(0x80, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0x6f, 0x00), true);
  return {
    usb,
    perform: (command) => {
      switch (command.do) {
        case 'insert-card':
          usb.insert(card());
          return true;
        case 'remove-card':
          usb.remove();
          return true;
        case 'fault':
          if (!Object.hasOwn(usb.faults, command.fault)) return false;
          usb.faults[command.fault as keyof typeof usb.faults] = command.value;
          return true;
        default:
          return false;
      }
    },
    look: () => ({ messages: usb.received.length }),
  };
}

function playHidReader(): PlayedDevice {
  const usb = new HidPosEmulator();
  return {
    usb,
    perform: (command) => {
      if (command.do !== 'read-text') return false;
      usb.read(command.lines, command.cutOff === true ? 1 : undefined);
      return true;
    },
    look: () => ({}),
  };
}

function playSerialReader(timer: Timer): PlayedDevice {
  const machine = new MrzReaderEmulator(timer);
  const names = { manufacturer: 'Emulated', product: 'Passport reader', serialNumber: 'EMULATED-MRZ' };
  return {
    usb: new CdcAcmEmulator({ ...SERIAL_IDS['serial-reader'], names }, machine.connect()),
    perform: (command) =>
      command.do === 'read-text' &&
      machine.swipe(command.cutOff === true ? [command.lines[0] ?? ''] : command.lines),
    look: () => ({}),
  };
}

function playPrinter(name: Extract<PlayedName, `${string}-printer`>, timer: Timer): PlayedDevice {
  const machine = new EscPosEmulator(timer, DOTS_ACROSS);
  const names = { manufacturer: 'Emulated', product: 'Serial printer', serialNumber: 'EMULATED-POS' };
  const usb =
    name !== 'serial-printer'
      ? new UsbPrinterEmulator(machine, name === 'one-way-printer' ? 'one-way' : 'both-ways-chosen')
      : new CdcAcmEmulator({ ...SERIAL_IDS['serial-printer'], names }, machine.connect());
  return {
    usb,
    perform: (command) => {
      switch (command.do) {
        case 'load-paper':
          machine.loadPaper(20_000);
          return true;
        case 'end-paper':
          machine.endPaperAfter(command.millimetres);
          return true;
        default:
          return false;
      }
    },
    look: () => {
      const last = machine.strips().toSorted((a, b) => b.id - a.id)[0];
      return {
        strips: machine.strips().length,
        height: last?.height ?? null,
        ending: last?.ending ?? null,
        unknownBytes: machine.unknownBytes,
        firstUnknown: Buffer.from(machine.firstUnknown).toString('hex'),
      };
    },
  };
}
