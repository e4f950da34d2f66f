import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../domain/language.ts';
import { EXCEPTION_REASONS, IDENTIFICATION_METHODS, STOP_OUTCOMES } from '../../../domain/outcome.ts';
import type { DifferenceName } from '../../../domain/reconciliation.ts';
import { REPORT_KINDS } from '../../../domain/report.ts';
import { DRAWN_JOBS } from '../../../domain/roles.ts';
import en from './en.json' with { type: 'json' };
import ky from './ky.json' with { type: 'json' };
import notes from './notes.json' with { type: 'json' };
import { isPaperWordKey, sayIn, sayValue } from './paper-words.ts';
import ru from './ru.json' with { type: 'json' };

const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = { ky, ru, en, notes };
const DIFFERENCES: Readonly<Record<DifferenceName, true>> = {
  'ballots-exceed-identified': true,
  'ballots-below-identified': true,
  'stubs-differ-from-receipts': true,
  'receipts-not-printed': true,
  'receipts-collected-differ': true,
  'signatures-exceed-identified': true,
  'signatures-below-identified': true,
  'box-exceeds-issued': true,
  'box-below-issued': true,
  'handovers-open': true,
  'paper-doubles-open': true,
};

describe('words on paper', () => {
  it('are the same set in Kyrgyz, Russian and English, each with a note for the reader who corrects them', () => {
    for (const file of Object.values(FILES)) {
      expect(Object.keys(file)).toEqual(Object.keys(ky));
      for (const text of Object.values(file)) expect(text.trim()).not.toBe('');
    }
  });

  it('take the same values in every language', () => {
    const placeholders = (text: string | undefined): string[] => [...(text?.match(/\{\w+\}/g) ?? [])].sort();
    for (const [key, text] of Object.entries(ky)) {
      expect(placeholders(FILES.ru?.[key]), key).toEqual(placeholders(text));
      expect(placeholders(FILES.en?.[key]), key).toEqual(placeholders(text));
    }
  });

  it('exist for every outcome, reason, method, job, difference and report', () => {
    const keys = [
      ...STOP_OUTCOMES.flatMap((outcome) =>
        ['title', 'advice', 'short'].map((part) => `outcome.${outcome}.${part}`),
      ),
      ...EXCEPTION_REASONS.map((reason) => `reason.${reason}`),
      ...IDENTIFICATION_METHODS.map((method) => `method.${method}`),
      ...DRAWN_JOBS.map((job) => `job.${job}`),
      ...Object.keys(DIFFERENCES).map((name) => `difference.${name}`),
      ...REPORT_KINDS.map((kind) => `report.${kind}`),
      ...['list-number', 'name', 'time', 'lane'].map((field) => `receipt.field.${field}`),
    ];
    expect(keys.filter((key) => !isPaperWordKey(key))).toEqual([]);
  });

  it('are Cyrillic where the language is, without stray Latin letters in a word', () => {
    for (const [key, text] of [...Object.entries(ky), ...Object.entries(ru)])
      expect(text.replace(/\{\w+\}/g, ''), key).not.toMatch(/[A-Za-z]/);
  });

  it('are filled in, and a value without a word is printed as it is', () => {
    for (const language of LANGUAGES) {
      const say = sayIn(language);
      expect(say('station.number', { number: 9901 })).toContain('9901');
      expect(sayValue(say, 'reason.', 'no-fingers')).not.toBe('no-fingers');
      expect(sayValue(say, 'reason.', 'brand-new')).toBe('brand-new');
    }
  });
});
