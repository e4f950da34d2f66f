import { describe, expect, it } from 'vitest';
import { startLanguage } from './language-choice.ts';

describe('the language at the start', () => {
  it('is the one chosen in this window, else the host’s, else Kyrgyz', () => {
    expect(startLanguage('en', '?language=ru')).toBe('en');
    expect(startLanguage(null, '?language=ru')).toBe('ru');
    expect(startLanguage(null, '?language=xx')).toBe('ky');
    expect(startLanguage('xx', '')).toBe('ky');
  });
});
