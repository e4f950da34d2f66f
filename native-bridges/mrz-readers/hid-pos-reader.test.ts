import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import type { Timer } from '../../src/domain/timer.ts';
import type { HidTransport } from '../transports/hid-devices.ts';
import { HidPosReader } from './hid-pos-reader.ts';
import { encodeHidPosReports, parseHidPosReport } from './hid-pos-report.ts';

const INFO = { kind: 'mrz-reader', model: 'HID', serialNumber: null, simulated: true } as const;
const ZONE = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
const bytes = (text: string) => new TextEncoder().encode(text);

function plugged(given?: Timer) {
  const reports = new ListenerSet<Uint8Array>();
  const closed = new ListenerSet<void>();
  const transport: HidTransport = {
    onReport: (listener) => reports.add(listener),
    onClose: (listener) => closed.add(listener),
    close: async () => closed.tell(),
  };
  const timer = manualTimer();
  const reader = new HidPosReader(INFO, transport, given ?? timer);
  const texts: (readonly string[])[] = [];
  reader.onText((lines) => texts.push(lines));
  return { reports, transport, timer, reader, texts };
}

describe('readers of the point-of-sale usage page', () => {
  test('a text of sixty characters comes in two reports, the first of 56 with more to follow', () => {
    const [first, second] = encodeHidPosReports(bytes('x'.repeat(60)), ']Q0').map(parseHidPosReport);
    expect(first).toMatchObject({ ok: true, value: { symbology: ']Q0', more: true } });
    expect(first?.ok === true && first.value.data.length).toBe(0x38);
    expect(second).toMatchObject({ ok: true, value: { more: false } });
  });

  test('a zone in parts is one text of three lines', () => {
    const { reports, texts } = plugged();
    for (const report of encodeHidPosReports(bytes(ZONE.join('\r')), ']Q0')) reports.tell(report);
    expect(texts).toEqual([ZONE]);
  });

  test('a text that was cut off does not leak into the next one', async () => {
    const { reports, timer, texts } = plugged();
    const [first = new Uint8Array()] = encodeHidPosReports(bytes('A'.repeat(60)), ']Q0');
    reports.tell(first);
    await timer.advance(1_500);
    for (const report of encodeHidPosReports(bytes('B'), ']Q0')) reports.tell(report);
    expect(texts).toEqual([['B']]);
  });

  test('a process that stood still in the middle of a text gets its rest, though the time for it is up', () => {
    const tasks = new Set<() => void>();
    const { reports, texts } = plugged({
      after(_, task) {
        tasks.add(task);
        return () => tasks.delete(task);
      },
    });
    const [first = new Uint8Array(), ...rest] = encodeHidPosReports(bytes(ZONE.join('\r')), ']Q0');
    reports.tell(first);
    // The timers that were set before are due at once, and what lies in the queue is handed over after them.
    for (const task of [...tasks]) task();
    for (const report of rest) reports.tell(report);
    expect(texts).toEqual([ZONE]);
  });

  test('pulled out it is absent', async () => {
    const { transport, reader } = plugged();
    await transport.close();
    expect(reader.status().status).toEqual({ state: 'failed', problem: { code: 'absent' } });
  });

  test('no report of any bytes breaks it, and a good one after them is read', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 6 }), (noise) => {
        const { reports, texts } = plugged();
        for (const report of noise) reports.tell(report);
        // A report of another kind ends whatever the noise began.
        reports.tell(Uint8Array.of(9));
        texts.length = 0;
        for (const report of encodeHidPosReports(bytes('GOOD'), ']Q0')) reports.tell(report);
        expect(texts).toEqual([['GOOD']]);
      }),
    );
  });
});
