import { LANGUAGES, type Language } from '../../domain/language.ts';

const KEY = 'tizme.language';

export function isLanguage(text: string | null | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/**
 * The language that was chosen in this window (it survives a reload), else the one that the host was started
 * with (`?language=`), else Kyrgyz.
 */
export function startLanguage(remembered: string | null, search: string): Language {
  if (isLanguage(remembered)) return remembered;
  const given = new URLSearchParams(search).get('language');
  return isLanguage(given) ? given : 'ky';
}

export function rememberedLanguage(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Kept where the browser keeps anything; not having it is no fault. */
export function rememberLanguage(language: Language): void {
  try {
    sessionStorage.setItem(KEY, language);
  } catch {
    return;
  }
}
