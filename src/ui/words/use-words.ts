import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language, LocalizedText } from '../../domain/language.ts';
import { isLanguage, rememberLanguage } from './language-choice.ts';
import type { Say } from './words.ts';

export interface Words {
  readonly say: Say;
  /** The same text in a given language, for what two languages show at once. */
  readonly sayIn: (language: Language) => Say;
  readonly language: Language;
  readonly choose: (language: Language) => void;
  /** A text that came from the election package. */
  readonly local: (text: LocalizedText) => string;
}

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const language: Language = isLanguage(i18n.language) ? i18n.language : 'ky';
  return useMemo(
    () => ({
      say: (key, words) => t(key, { ...words }),
      sayIn: (other) => (key, words) => t(key, { ...words, lng: other }),
      language,
      choose: (next) => {
        rememberLanguage(next);
        void i18n.changeLanguage(next);
      },
      local: (text) => text[language],
    }),
    [t, i18n, language],
  );
}
