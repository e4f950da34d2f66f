import { err, ok, type Result } from '../../domain/result.ts';
import { MRZ_LAYOUTS, type MrzFormat, type MrzLayout } from './layout.ts';
import type { MrzError } from './zone.ts';

export interface AssembledZone {
  readonly layout: MrzLayout;
  /** The lines joined, exactly as long as the format says. */
  readonly text: string;
}

/** No reader sends more than this for one document, nor does a page that holds one; anything longer is not looked at. */
const LONGEST_INPUT = 4096;

/**
 * Makes zones out of what readers and people send: lines ended by CR, LF, both or not at all, framed by STX and
 * ETX or nothing, in any case, with `_`, `«`, `‹` or blanks for fillers, fillers at the end of the names left away; blanks between
 * lines, or among them where a program saw words; other text before and after. Characters are not judged here, but Cyrillic letters that
 * look like Latin ones are taken for these: somebody typed them.
 * @returns every way to read the text as a zone, the likeliest first
 */
export function assembleZones(
  input: string | readonly string[],
): Result<readonly [AssembledZone, ...AssembledZone[]], MrzError> {
  const raw = typeof input === 'string' ? input : input.join('\n');
  if (raw.length > LONGEST_INPUT) return err({ code: 'wrong-length', lineLengths: [raw.length] });
  const lines = raw
    .split(/[\r\n]+/)
    .map(cleanLine)
    .filter((line) => line !== '');
  if (lines.length === 0) return err({ code: 'empty' });
  const asTheyStand = lines.map((line) => line.replace(BLANKS, '<'));
  const readings = [
    asTheyStand,
    lines.map((line) => line.replace(BLANKS, '')),
    lines.flatMap((line) => line.split(BLANKS)).filter((line) => line !== ''),
  ];
  const [first, ...more] = [...readings, ...readings.map(wholeLines)]
    .map(assembleLines)
    .filter((zone) => zone !== null);
  if (first !== undefined) return ok([first, ...more]);
  return err({ code: 'wrong-length', lineLengths: asTheyStand.map((line) => line.length) });
}

function assembleLines(lines: readonly string[]): AssembledZone | null {
  const layout = chooseLayout(lines);
  if (layout === null) return null;
  const text =
    lines.length === layout.lineCount
      ? lines.map((line) => line.padEnd(layout.lineLength, '<')).join('')
      : lines.join('').padEnd(layout.lineCount * layout.lineLength, '<');
  return { layout, text };
}

/** The last lines that are exactly as long as those of a zone, of a page that has other lines too. */
function wholeLines(lines: readonly string[]): readonly string[] {
  for (let end = lines.length; end > 0; end--) {
    for (const { lineCount, lineLength } of Object.values(MRZ_LAYOUTS)) {
      const part = lines.slice(Math.max(0, end - lineCount), end);
      if (part.length === lineCount && part.every((line) => line.length === lineLength)) return part;
    }
  }
  return [];
}

const BLANKS = /[ \u00a0]/g;

/** Cyrillic letters and the Latin ones that look the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  А: 'A',
  В: 'B',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: 'O',
  Р: 'P',
  С: 'C',
  Т: 'T',
  У: 'Y',
  Х: 'X',
  Ү: 'Y',
  І: 'I',
};

/** Blanks at the ends are padding; those inside stay, because they may be fillers. */
function cleanLine(line: string): string {
  const upper = line.replace(/&lt;/gi, '<').replaceAll('\t', ' ').toUpperCase();
  // Control characters are framing (STX, ETX, NUL).
  const printable = [...upper].filter((c) => c >= ' ' && c !== '\u007f' && c !== '\ufeff').join('');
  return printable
    .trim()
    .replace(/«/g, '<<')
    .replace(/[_‹〈＜]/g, '<')
    .replace(/[А-ЯҮІ]/g, (letter) => LOOK_ALIKES[letter] ?? letter);
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
