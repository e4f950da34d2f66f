import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskTyped, shortHash } from './mask.ts';

describe('what was typed, on a screen that the queue can see', () => {
  it('keeps a name and a list number', () => {
    expect(maskTyped('Асанова Гүлнара')).toBe('Асанова Гүлнара');
    expect(maskTyped('412')).toBe('412');
  });

  it('hides a personal number and a document number but for the last three digits', () => {
    expect(maskTyped('21203198701234')).toBe('•••••••••••234');
    expect(maskTyped('AN 1234567')).toBe('AN ••••567');
  });

  it('never shows more than three digits of a long number, however it is written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ 0-9-]{10,30}$/), (text) => {
        const digits = text.replace(/\D/g, '').length;
        fc.pre(digits >= 7);
        expect(maskTyped(text).replace(/\D/g, '')).toHaveLength(3);
      }),
    );
  });
});

describe('a hash to compare by eye', () => {
  it('keeps both ends of a long one and all of a short one', () => {
    expect(shortHash('a91f77b2c04d5e6f')).toBe('a91f…5e6f');
    expect(shortHash('a91f77b2')).toBe('a91f77b2');
  });
});
