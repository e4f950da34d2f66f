import { openCcidReader } from '../../native-bridges/card-readers/ccid/ccid-reader.ts';
import { systemCardService } from '../../native-bridges/card-readers/pcsc/card-service.ts';
import { BUS_EXPLANATIONS, PROBLEM_EXPLANATIONS } from '../../native-bridges/device-explanations.ts';
import { matchUsb, type UsbMatch } from '../../native-bridges/device-profiles.ts';
import { LibusbBus } from '../../native-bridges/transports/libusb-bus.ts';
import type { UsbBus, UsbDeviceFound } from '../../native-bridges/transports/usb-bus.ts';
import type { CardReader, CardTransport, DeviceProblem } from '../../src/domain/devices.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { systemTimer, type Timer } from '../../src/domain/timer.ts';

/** A card reader that its user closes. */
export interface OpenCardReader extends CardReader {
  close(): Promise<void>;
}

/** The card readers that one kind of connection reaches, by name. The system's card service (PC/SC) is of this shape too. */
export interface CardReaders {
  list(): Promise<Result<readonly string[], { readonly code: string }>>;
  open(name: string): Promise<Result<OpenCardReader, DeviceProblem>>;
  close?(): void;
}

export const CARD_TRANSPORTS = ['usb', 'pcsc'] as const;
export type CardTransportName = (typeof CARD_TRANSPORTS)[number];

export type FindCardReaders = (transport: CardTransportName) => CardReaders;

export function cardReadersOfThisMachine(transport: CardTransportName): CardReaders {
  const timer = systemTimer();
  switch (transport) {
    case 'usb':
      return usbCardReaders(new LibusbBus({ timer }), timer);
    case 'pcsc':
      return systemCardService(timer);
  }
}

interface UsbReader {
  readonly device: UsbDeviceFound;
  readonly match: UsbMatch;
}

/** The readers of class CCID on a bus, by model and port. */
export function usbCardReaders(bus: UsbBus, timer: Timer): CardReaders {
  const find = async (): Promise<Result<ReadonlyMap<string, UsbReader>, { readonly code: string }>> => {
    const devices = await bus.list();
    if (!devices.ok) return devices;
    const readers = devices.value.flatMap((device) =>
      matchUsb(device)
        .filter(({ kind }) => kind === 'card-reader')
        .map((match): [string, UsbReader] => [`${match.model} at ${device.address}`, { device, match }]),
    );
    return ok(new Map(readers));
  };
  return {
    list: async () => {
      const found = await find();
      return found.ok ? ok([...found.value.keys()]) : found;
    },
    open: async (name) => {
      const found = await find();
      const reader = found.ok ? found.value.get(name) : undefined;
      if (reader === undefined) return err({ code: 'absent' });
      const usb = await bus.open(reader.device, reader.match.interfaceNumber);
      if (!usb.ok) return usb;
      const { product, serialNumber } = usb.value.names;
      const info = {
        kind: 'card-reader',
        model: product ?? reader.match.model,
        serialNumber,
        simulated: false,
      } as const;
      const opened = await openCcidReader(usb.value, info, timer);
      if (opened.ok) return opened;
      await usb.value.close();
      return opened;
    },
    close: () => bus.close(),
  };
}

export interface ReaderChoice {
  readonly transport: CardTransportName;
  /** Part of the name, in whatever case; null where there is but one. */
  readonly reader: string | null;
  readonly waitMilliseconds: number;
}

/** A card in a reader, both open. */
export interface CardInReader {
  readonly card: CardTransport;
  readonly readerName: string;
  close(): Promise<void>;
}

/**
 * Opens the reader that is meant and waits for a card on it; `onWait` is told when one has to be laid down. The error is for
 * the technician to read.
 */
export async function openCardInReader(
  find: FindCardReaders,
  { transport, reader, waitMilliseconds }: ReaderChoice,
  onWait: () => void,
): Promise<Result<CardInReader, string>> {
  const readers = find(transport);
  const opened = await openReader(readers, transport, reader);
  if (!opened.ok) {
    readers.close?.();
    return opened;
  }
  const { name } = opened.value;
  const close = async () => {
    await opened.value.reader.close();
    readers.close?.();
  };
  const card = await connectWhenPresent(opened.value.reader, waitMilliseconds, onWait);
  if (card.ok) return ok({ card: card.value, readerName: name, close });
  await close();
  return err(`${name}: ${explain(card.error)}`);
}

async function openReader(
  readers: CardReaders,
  transport: CardTransportName,
  wanted: string | null,
): Promise<Result<{ readonly name: string; readonly reader: OpenCardReader }, string>> {
  const names = await readers.list();
  if (!names.ok) return err(explainTransport(transport, names.error.code));
  const name = chooseName(names.value, wanted);
  if (!name.ok) return name;
  const opened = await readers.open(name.value);
  return opened.ok
    ? ok({ name: name.value, reader: opened.value })
    : err(`${name.value}: ${explain(opened.error)}`);
}

function chooseName(names: readonly string[], wanted: string | null): Result<string, string> {
  const list = names.map((name) => `  ${name}`).join('\n');
  if (names.length === 0) return err('there is no card reader: is it plugged in?');
  const matching = names.filter(
    (name) => wanted === null || name.toLowerCase().includes(wanted.toLowerCase()),
  );
  const exact = names.find((name) => name === wanted);
  const [only] = exact === undefined ? matching : [exact];
  if (only === undefined) return err(`no card reader is called like that; there are:\n${list}`);
  if (exact === undefined && matching.length > 1)
    return err(`say which card reader with --reader NAME:\n${list}`);
  return ok(only);
}

async function connectWhenPresent(
  reader: CardReader,
  waitMilliseconds: number,
  onWait: () => void,
): Promise<Result<CardTransport, DeviceProblem>> {
  const first = await reader.connect();
  if (first.ok || first.error.code !== 'card-lost' || waitMilliseconds === 0) return first;
  onWait();
  const present = await new Promise<boolean>((resolve) => {
    const patience = setTimeout(() => resolve(false), waitMilliseconds);
    const unsubscribe = reader.onCard((here) => {
      if (!here) return;
      clearTimeout(patience);
      queueMicrotask(() => unsubscribe());
      resolve(true);
    });
  });
  return present ? reader.connect() : first;
}

function explain({ code }: DeviceProblem): string {
  return `${code}: ${PROBLEM_EXPLANATIONS[code]}`;
}

function explainTransport(transport: CardTransportName, code: string): string {
  if (transport === 'usb' && (code === 'no-bus' || code === 'no-library')) return BUS_EXPLANATIONS[code];
  if (code === 'no-library')
    return 'PC/SC cannot be used: the package smartcard is not installed, or was not built';
  return code === 'no-service' ? 'PC/SC cannot be used: the card service of the system is not running' : code;
}
