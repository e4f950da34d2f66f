import type { PlayedName } from '../played/played-devices.ts';
import type { CheckedDevice } from './checked-device.ts';
import { expectThat, type LabDesk, waitUntil } from './lab-desk.ts';

const TEXT_MILLISECONDS = 15_000;

type Reader = Extract<PlayedName, `${string}-reader`>;

/** Nobody's card: the letters after the number say the round, so that an old text can't pass for a new one. */
function linesOf(round: number): readonly string[] {
  const mark = String(round).padStart(7, '0');
  return [
    `I<KGZID${mark}<<<<<<<<<<<<<<<<<`,
    '9001011F3001011KGZ<<<<<<<<<<<0',
    'TESTOVA<<AIDA<<<<<<<<<<<<<<<<<',
  ];
}

async function readText({ manager, player }: LabDesk, reader: Reader, round: number): Promise<void> {
  const texts: (readonly string[])[] = [];
  const unsubscribe = manager.devices.mrzReader.onText((lines) => texts.push(lines));
  await player.hand(reader, { do: 'read-text', lines: linesOf(round) });
  await waitUntil(() => texts.length > 0, TEXT_MILLISECONDS, `${reader} gives a text`);
  unsubscribe();
  const [text] = texts;
  expectThat(texts.length === 1, `${texts.length} texts of one document`);
  expectThat(
    JSON.stringify(text) === JSON.stringify(linesOf(round)),
    'another text than the one that was read',
  );
}

function checkedReader(
  name: Reader,
  native: CheckedDevice['native'],
  model: string,
  serialNumber: string,
): CheckedDevice {
  return {
    name,
    kind: 'mrz-reader',
    native,
    model,
    serialNumber,
    use: (desk, round) => readText(desk, name, round),
    beginUse: async (desk, round) => {
      await desk.player.hand(name, { do: 'read-text', lines: linesOf(round), cutOff: true });
      return { outcome: null };
    },
    faults: [
      {
        name: 'two documents at once',
        run: async (desk, round) => {
          await readText(desk, name, round);
          await readText(desk, name, round + 1);
        },
      },
    ],
  };
}

export const CHECKED_TEXT_READERS: readonly CheckedDevice[] = [
  checkedReader('hid-reader', 'node-hid', 'Document reader', 'EMULATED-HID'),
  checkedReader('serial-reader', 'serialport', 'Passport reader', 'EMULATED-MRZ'),
];
