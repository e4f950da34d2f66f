import { describe, expect, it } from 'vitest';
import { manualTimer } from '../../src/domain/manual-timer.ts';
import { err, ok } from '../../src/domain/result.ts';
import { writePaced } from './paced-write.ts';

/** A printer with room for 64 bytes, which holds its hand up while fewer than 40 are free. */
function printer() {
  const taken: number[] = [];
  let waiting = 0;
  let lost = 0;
  return {
    taken,
    lost: () => lost,
    print: (count: number) => {
      waiting = Math.max(0, waiting - count);
    },
    line: {
      isReady: async () => 64 - waiting >= 40,
      write: async (bytes: Uint8Array) => {
        waiting += bytes.length;
        if (waiting > 64) lost += waiting - 64;
        for (const byte of bytes) taken.push(byte);
        return ok();
      },
    },
  };
}

const STRIP = Uint8Array.from({ length: 200 }, (_, at) => at);

describe('writing to a printer that says by DTR what it can take', () => {
  it('holds the bytes back while it is full, and loses none', async () => {
    const timer = manualTimer();
    const { taken, line, lost, print } = printer();
    const writing = writePaced(STRIP, line, timer, new AbortController().signal);
    await timer.advance(100);
    expect(taken.length).toBe(32);
    for (let rest = 0; rest < 20; rest += 1) {
      print(16);
      await timer.advance(10);
    }
    expect(await writing).toEqual({ ok: true, value: undefined });
    expect(taken).toEqual([...STRIP]);
    expect(lost()).toBe(0);
  });

  it('asks in real time also while it is full, and ends when the printer goes', async () => {
    const timer = manualTimer();
    const { taken, line } = printer();
    const gone = new AbortController();
    const writing = writePaced(STRIP, line, timer, gone.signal);
    await timer.advance(20);
    expect(await writePaced(Uint8Array.of(0x10, 0x04, 4), line, timer, gone.signal)).toEqual(ok());
    expect(taken.slice(-3)).toEqual([0x10, 0x04, 4]);
    gone.abort();
    await timer.advance(20);
    expect(await writing).toEqual(err({ code: 'absent' }));
  });

  it('does not wait on a line that tells nothing', async () => {
    const { taken, line } = printer();
    const silent = { ...line, isReady: async () => null };
    expect(await writePaced(STRIP, silent, manualTimer(), new AbortController().signal)).toEqual(ok());
    expect(taken).toHaveLength(200);
  });
});
