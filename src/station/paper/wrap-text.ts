/** Width of a text in the unit of the caller (dots, points). */
export type MeasureText = (text: string) => number;

/**
 * Breaks a text into lines no wider than `width`: at spaces, and inside a word only where the word alone is
 * wider than a line. Line breaks of the text are kept. Nothing is ever cut off.
 */
export function wrapText(text: string, width: number, measure: MeasureText): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(paragraph: string, width: number, measure: MeasureText): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, width, measure);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** Pieces of a word that fit, broken after a hyphen where there is one; a letter wider than the line stays whole. */
function breakWord(word: string, width: number, measure: MeasureText): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const letter of word) {
    if (piece !== '' && measure(piece + letter) > width) {
      const hyphen = piece.lastIndexOf('-');
      const end = hyphen > 0 ? hyphen + 1 : piece.length;
      pieces.push(piece.slice(0, end));
      piece = piece.slice(end) + letter;
    } else piece += letter;
  }
  return [...pieces, piece];
}
