import { createInstance, type i18n } from 'i18next';
import ICU from 'i18next-icu';
import type { Language } from '../../domain/language.ts';
import { localeOf } from '../format/format.ts';
import en from './en.json' with { type: 'json' };
import ky from './ky.json' with { type: 'json' };
import { isLanguage } from './language-choice.ts';
import ru from './ru.json' with { type: 'json' };

/** Every text of the screens. The three files have the same keys; words.test.ts sees to it. */
export type WordKey = keyof typeof ky;
export type WordArguments = Readonly<Record<string, string | number>>;

/** One text in the language that is chosen now. */
export type Say = (key: WordKey, words?: WordArguments) => string;

export const ALL_WORDS: Readonly<Record<Language, Readonly<Record<WordKey, string>>>> = { ky, ru, en };

/** All words are in the bundle: a language changes at once, in the middle of anything. */
export function createWords(language: Language): i18n {
  const words = createInstance();
  // Chromium knows no Kyrgyz, and counts like the system around it then: 1,723 is less than two here.
  const icu = new ICU({ parseLngForICU: (wanted) => (isLanguage(wanted) ? localeOf(wanted) : wanted) });
  void words.use(icu).init({
    lng: language,
    fallbackLng: false,
    resources: {
      ky: { translation: ky },
      ru: { translation: ru },
      en: { translation: en },
    },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return words;
}
