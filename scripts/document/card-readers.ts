import { openCcidReader } from '../../native-bridges/card-readers/ccid/ccid-reader.ts';
import { systemCardService } from '../../native-bridges/card-readers/pcsc/card-service.ts';
import { BUS_EXPLANATIONS, PROBLEM_EXPLANATIONS } from '../../native-bridges/device-explanations.ts';
import { matchUsb, type UsbMatch } from '../../native-bridges/device-profiles.ts';
import { LibusbBus } from '../../native-bridges/transports/libusb-bus.ts';
import type { UsbBus, UsbDeviceFound } from '../../native-bridges/transports/usb-bus.ts';
import type { CardReader, CardTransport, DeviceProblem, Unsubscribe } from '../../src/domain/devices.ts';
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
  /** Part of the name, in whatever case; null for whichever has a card. */
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
 * Opens the reader that is meant, or where several may be, the one with a card in it; waits for a card where there is none.
 * `onWait` is told when one has to be laid down. The error is for the technician to read.
 */
export async function openCardInReader(
  find: FindCardReaders,
  { transport, reader, waitMilliseconds }: ReaderChoice,
  onWait: () => void,
): Promise<Result<CardInReader, string>> {
  const readers = find(transport);
  const found = await openReaders(readers, transport, reader);
  const card = found.ok ? await connectOne(found.value, waitMilliseconds, onWait) : found;
  const kept = card.ok ? card.value.reader : null;
  await Promise.all((found.ok ? found.value : []).filter((other) => other !== kept).map(closeReader));
  if (!card.ok) {
    readers.close?.();
    return card;
  }
  const close = async () => {
    await closeReader(card.value.reader);
    readers.close?.();
  };
  return ok({ card: card.value.card, readerName: card.value.reader.name, close });
}

interface NamedReader {
  readonly name: string;
  readonly reader: OpenCardReader;
}

const closeReader = ({ reader }: NamedReader): Promise<void> => reader.close();

/** All that may be meant, as far as they open; the error when none does. */
async function openReaders(
  readers: CardReaders,
  transport: CardTransportName,
  wanted: string | null,
): Promise<Result<readonly NamedReader[], string>> {
  const names = await readers.list();
  if (!names.ok) return err(explainTransport(transport, names.error.code));
  const chosen = chooseNames(names.value, wanted);
  if (!chosen.ok) return chosen;
  const opened: NamedReader[] = [];
  const problems: string[] = [];
  for (const name of chosen.value) {
    const reader = await readers.open(name);
    if (reader.ok) opened.push({ name, reader: reader.value });
    else problems.push(`${name}: ${explain(reader.error)}`);
  }
  return opened.length > 0 ? ok(opened) : err(problems.join('\n'));
}

function chooseNames(names: readonly string[], wanted: string | null): Result<readonly string[], string> {
  if (names.length === 0) return err('there is no card reader: is it plugged in?');
  if (wanted === null) return ok(names);
  if (names.includes(wanted)) return ok([wanted]);
  const matching = names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  return matching.length > 0
    ? ok(matching)
    : err(`no card reader is called like that; there are:\n${listOf(names)}`);
}

interface ConnectedCard {
  readonly reader: NamedReader;
  readonly card: CardTransport;
}

async function connectOne(
  readers: readonly NamedReader[],
  waitMilliseconds: number,
  onWait: () => void,
): Promise<Result<ConnectedCard, string>> {
  const attempts = await Promise.all(readers.map(connectTo));
  const cards = attempts.filter((attempt) => attempt.ok);
  const [first, second] = cards;
  if (second !== undefined) {
    const names = cards.map((card) => card.value.reader.name);
    return err(`several readers have a card: say which is meant with --reader NAME:\n${listOf(names)}`);
  }
  if (first !== undefined) return first;
  const waiting = attempts.flatMap((attempt, i) => {
    const reader = readers[i];
    return reader !== undefined && !attempt.ok && attempt.error.problem.code === 'card-lost' ? [reader] : [];
  });
  const none = err(attempts.map((attempt) => (attempt.ok ? '' : attempt.error.text)).join('\n'));
  if (waiting.length === 0 || waitMilliseconds === 0) return none;
  onWait();
  const ready = await firstWithCard(waiting, waitMilliseconds);
  if (ready === null) return none;
  const card = await connectTo(ready);
  return card.ok ? card : err(card.error.text);
}

async function connectTo(
  reader: NamedReader,
): Promise<Result<ConnectedCard, { readonly problem: DeviceProblem; readonly text: string }>> {
  const card = await reader.reader.connect();
  if (card.ok) return ok({ reader, card: card.value });
  return err({ problem: card.error, text: `${reader.name}: ${explain(card.error)}` });
}

/** The reader that a card is laid on first; null when none was in time. */
async function firstWithCard(
  readers: readonly NamedReader[],
  waitMilliseconds: number,
): Promise<NamedReader | null> {
  const subscriptions: Unsubscribe[] = [];
  const ready = await new Promise<NamedReader | null>((resolve) => {
    const patience = setTimeout(() => resolve(null), waitMilliseconds);
    for (const reader of readers) {
      const unsubscribe = reader.reader.onCard((here) => {
        if (!here) return;
        clearTimeout(patience);
        resolve(reader);
      });
      subscriptions.push(unsubscribe);
    }
  });
  for (const unsubscribe of subscriptions) unsubscribe();
  return ready;
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `  ${name}`).join('\n');
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
