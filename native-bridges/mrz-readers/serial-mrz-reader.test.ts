import { describe, expect, test } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { MemoryTransport } from '../transports/memory-transport.ts';
import { SerialMrzReader } from './serial-mrz-reader.ts';

const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
const INFO = { kind: 'mrz-reader', model: 'Reader', serialNumber: null, simulated: false } as const;
/** As late as a busy laptop hands over what has come meanwhile. */
const LATE = 700;

/** A reader on a line, and what it read. */
function readerOnLine() {
  const timer = manualTimer();
  const line = new MemoryTransport(() => undefined);
  const reader = new SerialMrzReader(INFO, timer);
  reader.attach(line);
  const texts: (readonly string[])[] = [];
  reader.onText((lines) => texts.push(lines));
  const send = async (text: string, silence: number) => {
    line.send(new TextEncoder().encode(text));
    await timer.advance(silence);
  };
  return { texts, send };
}

describe('a serial reader of documents', () => {
  test.each([
    [
      'between STX and ETX',
      [`\x02${TD1[0]}\r${TD1[1]?.slice(0, 7)}`, `${TD1[1]?.slice(7)}\r${TD1[2]}\r\x03`],
    ],
    ['after a line, without ETX', [`${TD1[0]}\r`, `${TD1[1]}\r`, `${TD1[2]}\r`]],
    [
      'in the first line, without ETX',
      [`${TD1[0]?.slice(0, 8)}`, `${TD1[0]?.slice(8)}\r${TD1[1]}\r${TD1[2]}\r`],
    ],
    [
      'after the first letters, without ETX',
      [`${TD1[0]?.slice(0, 2)}`, `${TD1[0]?.slice(2)}\r${TD1[1]}\r${TD1[2]}\r`],
    ],
    ['in a line, without ETX', [`${TD1[0]}\r${TD1[1]?.slice(0, 7)}`, `${TD1[1]?.slice(7)}\r${TD1[2]}\r`]],
  ])('reads one document where its bytes come late, %s', async (_, pieces) => {
    const { texts, send } = readerOnLine();
    for (const piece of pieces) await send(piece, LATE);
    expect(texts).toEqual([TD1]);
  });

  test('gives a code without ETX after a short silence, and a cut-off document after a long one', async () => {
    const { texts, send } = readerOnLine();
    await send('https://example.org/r?x=1\r', 130);
    expect(texts).toEqual([['https://example.org/r?x=1']]);
    await send(`${TD1[0]}\r`, 1_400);
    expect(texts.length).toBe(1);
    await send('', 1_600);
    expect(texts[1]).toEqual([TD1[0]]);
  });

  test('waits for what lies in the queue when the process itself was late, and its time is up already', async () => {
    const tasks = new Set<() => void>();
    const line = new MemoryTransport(() => undefined);
    const reader = new SerialMrzReader(INFO, {
      after(_, task) {
        tasks.add(task);
        return () => tasks.delete(task);
      },
    });
    const texts: (readonly string[])[] = [];
    reader.onText((lines) => texts.push(lines));
    reader.attach(line);
    const handedOver = () => new Promise<void>((resolve) => setImmediate(resolve));
    line.send(new TextEncoder().encode('CODE-1'));
    await handedOver();
    // The process stood still for longer than any silence: timers that were set before are due, then bytes are handed over.
    for (const task of [...tasks]) {
      tasks.delete(task);
      task();
    }
    line.send(new TextEncoder().encode('23\r'));
    await handedOver();
    for (let turn = 0; turn < 10; turn += 1) {
      for (const task of [...tasks]) {
        tasks.delete(task);
        task();
      }
    }
    expect(texts).toEqual([['CODE-123']]);
  });
});
