import type { CommandIo } from './command-io.ts';

/** The part of a stream that is written to. */
export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Without a terminal a bar is a line now and then, so that a log stays readable. */
const BAR_LINE_EVERY_MS = 5_000;

/** Results on `output`, everything else on `errors`. `nowMs` is monotonic. */
export function createTerminalIo(output: TextStream, errors: TextStream, nowMs: () => number): CommandIo {
  let barShown = false;
  let lastBarMs = Number.NEGATIVE_INFINITY;
  const endBar = () => {
    if (barShown) errors.write('\n');
    barShown = false;
  };
  return {
    out(line) {
      endBar();
      output.write(`${line}\n`);
    },
    progress(text) {
      if (!text.startsWith('\r')) {
        endBar();
        errors.write(`${text}\n`);
      } else if (errors.isTTY === true) {
        // Erase in line (ECMA-48, EL), so that a shorter bar leaves nothing of a longer one.
        errors.write(`\r\u001b[K${text.slice(1)}`);
        barShown = true;
      } else if (nowMs() - lastBarMs >= BAR_LINE_EVERY_MS) {
        lastBarMs = nowMs();
        errors.write(`${text.slice(1)}\n`);
      }
    },
  };
}
