import { describe, expect, it } from 'vitest';
import { progressBar } from './progress.ts';
import { createTerminalIo } from './terminal-io.ts';

function streams(isTTY: boolean) {
  const written = { output: '', errors: '' };
  let nowMs = 0;
  const io = createTerminalIo(
    { write: (text) => (written.output += text) },
    { isTTY, write: (text) => (written.errors += text) },
    () => nowMs,
  );
  return {
    io,
    written,
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
  };
}

describe('what a command writes', () => {
  it('keeps the result alone on standard output', () => {
    const { io, written } = streams(false);
    io.progress('working');
    io.out('{"ok":true}');
    expect(written).toEqual({ output: '{"ok":true}\n', errors: 'working\n' });
  });

  it('redraws a bar in place on a terminal, and leaves it before the next line', () => {
    const { io, written } = streams(true);
    io.progress(progressBar('voters', 1, 2));
    io.progress(progressBar('voters', 2, 2));
    io.out('done');
    const bars = written.errors.split('\r\u001b[K');
    expect(bars).toHaveLength(3);
    expect(bars[1]).toBe('  voters  [##############..............]  50 %  1/2');
    expect(bars[2]).toBe('  voters  [############################] 100 %  2/2\n');
  });

  it('writes a line of a bar now and then into a log', () => {
    const { io, written, pass } = streams(false);
    for (let done = 0; done <= 100; done += 1) {
      io.progress(progressBar('voters', done, 100));
      pass(100);
    }
    expect(written.errors.trimEnd().split('\n')).toHaveLength(3);
  });

  it('draws a bar of nothing as full', () => {
    expect(progressBar('x', 0, 0)).toContain('100 %');
  });
});
