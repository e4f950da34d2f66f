import { err, ok, type Result } from '../../domain/result.ts';
import { MRZ_LAYOUTS, type MrzFormat, type MrzLayout } from './layout.ts';
import type { MrzError } from './zone.ts';

export interface AssembledZone {
  readonly layout: MrzLayout;
  /** The lines joined, exactly as long as the format says. */
  readonly text: string;
}

/** No reader sends more than this for one document; anything longer is not looked at. */
const LONGEST_INPUT = 1024;

/**
 * Makes a zone out of what readers and people send: lines ended by CR, LF, both or not at all, framed by STX and
 * ETX or nothing, in any case, with `_`, `«`, `‹` or spaces for fillers, fillers at the end of the names left away.
 * Characters are not judged here.
 */
export function assembleZone(input: string | readonly string[]): Result<AssembledZone, MrzError> {
  const raw = typeof input === 'string' ? input : input.join('\n');
  if (raw.length > LONGEST_INPUT) return err({ code: 'wrong-length', lineLengths: [raw.length] });
  const lines = raw
    .split(/[\r\n]+/)
    .map(cleanLine)
    .filter((line) => line !== '');
  if (lines.length === 0) return err({ code: 'empty' });
  const layout = chooseLayout(lines);
  if (layout === null) return err({ code: 'wrong-length', lineLengths: lines.map((line) => line.length) });
  const text =
    lines.length === layout.lineCount
      ? lines.map((line) => line.padEnd(layout.lineLength, '<')).join('')
      : lines.join('').padEnd(layout.lineCount * layout.lineLength, '<');
  return ok({ layout, text });
}

function cleanLine(line: string): string {
  const upper = line.toUpperCase();
  // Control characters are framing (STX, ETX, NUL); blanks at the ends are padding, inside they are fillers.
  const printable = [...upper].filter((c) => c >= ' ' && c !== '\u007f' && c !== '\ufeff').join('');
  return printable
    .trim()
    .replace(/«/g, '<<')
    .replace(/[_‹〈 \u00a0]/g, '<');
}

function chooseLayout(lines: readonly string[]): MrzLayout | null {
  return byLines(lines) ?? byTotalLength(lines.join(''));
}

/** Lines with a check digit at their end are always whole; a line that ends in fillers may have lost them. */
function byLines(lines: readonly string[]): MrzLayout | null {
  const [first, second, third] = lines.map((line) => line.length);
  if (first === undefined || second === undefined) return null;
  if (lines.length === 3 && third !== undefined) {
    return second === 30 && first >= 15 && first <= 30 && third <= 30 ? MRZ_LAYOUTS.TD1 : null;
  }
  if (lines.length !== 2) return null;
  if (second === 44 && first >= 6 && first <= 44) return MRZ_LAYOUTS.TD3;
  if (second === 36 && first >= 6 && first <= 36) return MRZ_LAYOUTS.TD2;
  return null;
}

function byTotalLength(text: string): MrzLayout | null {
  const formats: Readonly<Record<number, MrzFormat>> = { 90: 'TD1', 88: 'TD3', 72: 'TD2' };
  const format = formats[text.length];
  if (format !== undefined) return MRZ_LAYOUTS[format];
  // Only a card ends in names, whose fillers may be gone.
  const card = /^[ACI]/.test(text) && text.length > 60 && text.length < 90;
  return card ? MRZ_LAYOUTS.TD1 : null;
}
