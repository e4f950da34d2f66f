import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrapText } from './wrap-text.ts';

/** Every letter one unit wide. */
const letters = (text: string): number => [...text].length;

describe('wrapping text', () => {
  it('breaks at spaces, and inside a word only where the word alone is too wide', () => {
    expect(wrapText('Асанова Гүлнара Төлөгөн кызы', 16, letters)).toEqual([
      'Асанова Гүлнара',
      'Төлөгөн кызы',
    ]);
    expect(wrapText('Абдыкадыровна уулу', 6, letters)).toEqual(['Абдыка', 'дыровн', 'а уулу']);
    expect(wrapText('Бектурсунова-Жумагулова', 21, letters)).toEqual(['Бектурсунова-', 'Жумагулова']);
    expect(wrapText('бир\nэки', 20, letters)).toEqual(['бир', 'эки']);
    expect(wrapText('', 20, letters)).toEqual(['']);
  });

  it('never overflows and never loses a letter, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 })), fc.integer({ min: 1, max: 25 }), (words, width) => {
        const text = words.join(' ').replace(/\s+/g, ' ');
        const lines = wrapText(text, width, letters);
        for (const line of lines) expect(letters(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
