export type Theme = 'light' | 'dark';

/** The theme of this window now. */
export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

export function showTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}

/** Turns day into night and back; returns what it is now. */
export function turnTheme(): Theme {
  const next = currentTheme() === 'dark' ? 'light' : 'dark';
  showTheme(next);
  return next;
}
