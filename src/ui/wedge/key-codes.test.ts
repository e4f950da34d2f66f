import { describe, expect, it } from 'vitest';
import { characterOf } from './key-codes.ts';

describe('the character of a physical key', () => {
  it('is the US one, whatever the layout of the system', () => {
    expect(characterOf('KeyA', true)).toBe('A');
    expect(characterOf('KeyA', false)).toBe('a');
    expect(characterOf('Digit7', false)).toBe('7');
    expect(characterOf('Digit7', true)).toBe('&');
    expect(characterOf('Numpad4', false)).toBe('4');
    expect(characterOf('Period', false)).toBe('.');
  });

  it('gives the filler of a machine-readable zone from both places that readers send it from', () => {
    expect(characterOf('Comma', true)).toBe('<');
    expect(characterOf('IntlBackslash', false)).toBe('<');
  });

  it('is nothing for keys that type nothing', () => {
    for (const code of ['ShiftLeft', 'Enter', 'Tab', 'F5', 'ArrowUp', ''])
      expect(characterOf(code, false)).toBeNull();
  });
});
