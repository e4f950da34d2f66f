import { LANGUAGES, type Language } from '../../domain/language.ts';

const KEY = 'tizme.language';

export function isLanguage(text: string | null | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** The language that was chosen last on this laptop; Kyrgyz at first. */
export function rememberedLanguage(): Language {
  try {
    const stored = localStorage.getItem(KEY);
    return isLanguage(stored) ? stored : 'ky';
  } catch {
    return 'ky';
  }
}

/** Kept for the next start where the browser keeps anything; not having it is no fault. */
export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    return;
  }
}
