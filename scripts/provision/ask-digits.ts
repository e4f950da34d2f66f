import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { MetTable } from '../../src/sync/spares/knock.ts';
import type { CommandIo } from '../command-io.ts';

const YES = new Set(['yes', 'y', 'ооба', 'да']);

/** The comparison of digits where there is no screen: they are printed, and somebody answers in a line. */
export function askDigits(met: MetTable, io: CommandIo, input: Readable = process.stdin): void {
  io.out(`Digits: ${met.digits.slice(0, 3)} ${met.digits.slice(3)}`);
  io.progress('Does the table show the same digits? Type yes, or no:');
  const lines = createInterface({ input });
  let answered = false;
  const answer = (isYes: boolean): void => {
    if (answered) return;
    answered = true;
    lines.close();
    // What was opened for the answer keeps no process alive.
    input.destroy();
    if (isYes) {
      met.same();
      io.progress('Now confirm it on the table’s screen, too.');
    } else met.differ();
  };
  lines.once('line', (line) => answer(YES.has(line.trim().toLowerCase())));
  // Nobody can answer: that is no yes.
  lines.once('close', () => answer(false));
  // The table has ended it: nobody is asked any more.
  void met.answer.then(() => answer(false));
}
