import { describe, expect, it, vi } from 'vitest';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import { FINGER_POSITIONS, type FingerAdvice } from '../../domain/finger.ts';
import { LANGUAGES } from '../../domain/language.ts';
import {
  EXCEPTION_REASONS,
  IDENTIFICATION_METHODS,
  LOOKUP_METHODS,
  STOP_OUTCOMES,
} from '../../domain/outcome.ts';
import type { DifferenceName } from '../../domain/reconciliation.ts';
import { REPORT_KINDS } from '../../domain/report.ts';
import { DRAWN_JOBS, ROLES } from '../../domain/roles.ts';
import { CHANGES_REFUSALS } from '../../station/api/custody-view.ts';
import { STATION_ERRORS } from '../../station/api/errors.ts';
import { CHECK_NAMES, type Notice } from '../../station/api/snapshot.ts';
import { BECOMING_FAULTS, SPARE_DOOR_ENDS } from '../../station/api/spare-view.ts';
import notes from './notes.json' with { type: 'json' };
import { ALL_WORDS, createWords, type WordKey } from './words.ts';

const KEYS = Object.keys(ALL_WORDS.ky) as WordKey[];

/** Names of the arguments of an ICU message, sorted. */
function argumentsOf(message: string): string[] {
  const names = [...message.matchAll(/\{([a-z]+)(?:\}|, plural)/g)].map((match) => match[1] ?? '');
  return [...new Set(names)].sort();
}

/** Compile-time complete: a kind that is added to a contract is missing here until it has words. */
const ADVICE: Record<FingerAdvice, true> = {
  ok: true,
  'no-finger': true,
  'press-harder': true,
  'press-softer': true,
  'centre-finger': true,
  'cover-more': true,
  moisten: true,
  dry: true,
  'hold-still': true,
};
const DIFFERENCES: Record<DifferenceName, true> = {
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
const NOTICES: Record<Exclude<Notice['kind'], 'error'>, true> = {
  'clock-implausible': true,
  'clock-jumped': true,
  'disk-low': true,
  'disk-on-reserve': true,
  restarted: true,
  'voting-hours-over': true,
  'report-due': true,
  'open-handovers': true,
  'devices-restarting': true,
};

describe('the words of the screens', () => {
  it('are the same keys in the three languages, each with a note for the native reader', () => {
    for (const language of LANGUAGES) expect(Object.keys(ALL_WORDS[language])).toEqual(KEYS);
    expect(Object.keys(notes)).toEqual(KEYS);
  });

  it('are never empty, and take the same arguments in each language', () => {
    for (const key of KEYS) {
      const expected = argumentsOf(ALL_WORDS.en[key]);
      for (const language of LANGUAGES) {
        expect(ALL_WORDS[language][key].trim(), `${language} ${key}`).not.toBe('');
        expect(argumentsOf(ALL_WORDS[language][key]), `${language} ${key}`).toEqual(expected);
      }
    }
  });

  it('cover every error, outcome, notice, check, difference, device problem and piece of advice', () => {
    const wanted = [
      ...STATION_ERRORS.map((code) => `error.${code}`),
      ...STOP_OUTCOMES.flatMap((outcome) =>
        ['heading', 'what', 'next', 'short'].map((part) => `stop.${outcome}.${part}`),
      ),
      ...Object.keys(NOTICES).map((kind) => `notice.${kind}`),
      ...CHECK_NAMES.flatMap((name) => [`check.${name}`, `check.${name}.failed`]),
      ...Object.keys(DIFFERENCES).map((name) => `difference.${name}`),
      ...Object.keys(ADVICE).map((advice) => `advice.${advice}`),
      ...DEVICE_KINDS.flatMap((kind) => [
        `device.name.${kind}`,
        `device.trouble.${kind}`,
        `device.cable.${kind}`,
      ]),
      ...EXCEPTION_REASONS.flatMap((reason) => [`reason.${reason}`, `commission.reason.${reason}`]),
      ...LOOKUP_METHODS.map((method) => `lookup.${method}`),
      ...IDENTIFICATION_METHODS.flatMap((method) => [`method.${method}`, `verified.by.${method}`]),
      ...FINGER_POSITIONS.flatMap((position) => [`finger.name.${position}`, `finger.place.${position}`]),
      ...DRAWN_JOBS.flatMap((job) => [`job.${job}`, `draw.who.${job}`]),
      ...REPORT_KINDS.map((kind) => `report.${kind}`),
      ...ROLES.map((role) => `role.${role}`),
      ...CHANGES_REFUSALS.map((why) => `custody.refused.${why}`),
      ...SPARE_DOOR_ENDS.map((why) => `spare.ended.${why}`),
      ...BECOMING_FAULTS.map((why) => `become.failed.${why}`),
    ];
    expect(wanted.filter((key) => !KEYS.some((known) => known === key))).toEqual([]);
  });

  it('can all be said: every message is well-formed, for one, few and many', () => {
    const words = createWords('ky');
    for (const language of LANGUAGES)
      for (const key of KEYS)
        for (const count of [0, 1, 2, 5, 21]) {
          const given = Object.fromEntries(
            argumentsOf(ALL_WORDS[language][key]).map((name) => [name, count]),
          );
          const text = words.t(key, { ...given, lng: language });
          expect(text, `${language} ${key}`).not.toMatch(/[{}#]|undefined/);
          expect(text, `${language} ${key}`).not.toBe(key);
        }
  });

  it('count as each language does', () => {
    const words = createWords('ru');
    expect(words.t('issuing.give-ballots', { count: 1 })).toContain('1 бюллетень');
    expect(words.t('issuing.give-ballots', { count: 2 })).toContain('2 бюллетеня');
    expect(words.t('issuing.give-ballots', { count: 5 })).toContain('5 бюллетеней');
    expect(words.t('handovers.button', { count: 1, lng: 'en' })).toBe('1 open hand-over');
  });

  it('group a count as people here do, in a browser that knows no Kyrgyz', () => {
    const real = Intl.NumberFormat;
    class WithoutKyrgyz extends real {
      constructor(locale?: string, options?: Intl.NumberFormatOptions) {
        super(locale?.startsWith('ky') === true ? 'en-US' : locale, options);
      }
      static override supportedLocalesOf(locales: string | readonly string[]): string[] {
        return real.supportedLocalesOf(locales).filter((locale) => !locale.startsWith('ky'));
      }
    }
    vi.stubGlobal('Intl', Object.create(Intl, { NumberFormat: { value: WithoutKyrgyz } }));
    try {
      const words = createWords('ky');
      for (const lng of ['ky', 'ru'])
        expect(words.t('erase.goes-list', { count: 1723, lng })).toMatch(/1\s723/);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('call a thing by one word: a table of the station, and whom it identified', () => {
    // `Стол` is the desk in Kyrgyz; one of several tables has a number, or others beside it. Опознают — подозреваемых.
    const wrong = { ky: /\{lane\}-стол|столдор|[Бб]ашка стол|таанылган/u, ru: /опознан/u };
    for (const language of ['ky', 'ru'] as const)
      for (const key of KEYS)
        expect(wrong[language].test(ALL_WORDS[language][key]), `${language} ${key}`).toBe(false);
  });

  it('stay in their alphabet: no Latin letters slip into Kyrgyz or Russian words', () => {
    const latin = /[a-zA-Z]/;
    const allowed = /\b(PIN|PDF|ID|AN|MRZ)\b/g;
    for (const language of ['ky', 'ru'] as const)
      for (const key of KEYS) {
        const text = ALL_WORDS[language][key]
          .replace(/\{[a-z]+(, plural,)?|\b(one|few|many|other) \{/g, '')
          .replace(allowed, '');
        expect(latin.test(text), `${language} ${key}: ${text}`).toBe(false);
      }
  });
});
