import type { CardTransport, DeviceProblemCode } from '../../../../src/domain/devices.ts';
import type { PlayedName } from '../played/played-devices.ts';
import type { CheckedDevice, FaultCheck } from './checked-device.ts';
import { expectThat, type LabDesk, waitUntil, within } from './lab-desk.ts';

const CARD_MILLISECONDS = 20_000;
const EXCHANGE_MILLISECONDS = 40_000;
const SELECT = Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, 0x07, 0xa0, 0, 0, 2, 0x47, 0x10, 0x01);
const READ_BINARY = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0xc8);
const READ_EXTENDED = Uint8Array.of(0x00, 0xb0, 0x00, 0x00, 0x00, 0x03, 0xe8);

type Reader = Extract<PlayedName, `ccid-${string}`>;

async function connect({ manager, player }: LabDesk, reader: Reader): Promise<CardTransport> {
  let present = false;
  const unsubscribe = manager.devices.cardReader.onCard((here) => {
    present = here;
  });
  await player.hand(reader, { do: 'insert-card' });
  await waitUntil(() => present, CARD_MILLISECONDS, `${reader} sees the card`);
  unsubscribe();
  const card = await within(manager.devices.cardReader.connect(), EXCHANGE_MILLISECONDS, 'the card answers');
  expectThat(card.ok, `the card is not powered up: ${JSON.stringify(card)}`);
  return card.value;
}

async function expectBytes(card: CardTransport, command: Uint8Array, count: number): Promise<void> {
  const answer = await within(card.transmit(command), EXCHANGE_MILLISECONDS, 'an answer');
  expectThat(answer.ok, `no answer: ${JSON.stringify(answer)}`);
  const { value } = answer;
  const asSent =
    value.length === count + 2 && value.slice(0, count).every((byte, at) => byte === (at & 0xff));
  expectThat(asSent, `${value.length} bytes of an answer, not the ${count + 2} that the card gave`);
}

async function readCard(desk: LabDesk, reader: Reader): Promise<void> {
  const card = await connect(desk, reader);
  await expectBytes(card, SELECT, 0);
  await expectBytes(card, READ_BINARY, 200);
  if (reader === 'ccid-extended') await expectBytes(card, READ_EXTENDED, 1_000);
  await desk.player.hand(reader, { do: 'remove-card' });
}

function fault(reader: Reader, name: string, value: number): FaultCheck {
  return {
    name,
    run: async (desk) => {
      const card = await connect(desk, reader);
      await desk.player.hand(reader, { do: 'fault', fault: name, value });
      await expectBytes(card, READ_BINARY, 200);
      await desk.player.hand(reader, { do: 'remove-card' });
    },
  };
}

async function expectProblem(
  exchange: ReturnType<CardTransport['transmit']>,
  code: DeviceProblemCode,
): Promise<void> {
  const ended = await within(exchange, EXCHANGE_MILLISECONDS, 'the exchange ends');
  expectThat(!ended.ok && ended.error.code === code, `it ended: ${JSON.stringify(ended)}`);
}

/** One answer never comes; the reader is good for the next card all the same. */
function lostAnswer(reader: Reader): FaultCheck {
  return {
    name: 'lost answer',
    run: async (desk) => {
      const card = await connect(desk, reader);
      await desk.player.hand(reader, { do: 'fault', fault: 'lostAnswers', value: 1 });
      await expectProblem(card.transmit(READ_BINARY), 'no-answer');
      await desk.player.hand(reader, { do: 'remove-card' });
      await readCard(desk, reader);
    },
  };
}

function cardTakenAway(reader: Reader): FaultCheck {
  return {
    name: 'card taken away',
    run: async (desk) => {
      const card = await connect(desk, reader);
      await desk.player.hand(reader, { do: 'remove-card' });
      await expectProblem(card.transmit(READ_BINARY), 'card-lost');
      await readCard(desk, reader);
    },
  };
}

function checkedReader(reader: Reader): CheckedDevice {
  return {
    name: reader,
    kind: 'card-reader',
    native: 'usb',
    model: 'CCID reader',
    serialNumber: 'EMULATED',
    use: (desk) => readCard(desk, reader),
    beginUse: async (desk) => {
      const card = await connect(desk, reader);
      await desk.player.hand(reader, { do: 'fault', fault: 'lostAnswers', value: 100 });
      return { outcome: card.transmit(READ_BINARY) };
    },
    faults: [
      fault(reader, 'timeExtensions', 3),
      fault(reader, 'staleAnswers', 3),
      lostAnswer(reader),
      cardTakenAway(reader),
    ],
  };
}

export const CHECKED_CARD_READERS: readonly CheckedDevice[] = (
  ['ccid-extended', 'ccid-short-t0', 'ccid-tpdu-t0', 'ccid-tpdu-t1'] as const
).map(checkedReader);
