import type { Language } from '../../../domain/language.ts';
import en from './en.json' with { type: 'json' };
import ky from './ky.json' with { type: 'json' };
import ru from './ru.json' with { type: 'json' };

/** Every text that is printed. The three files have the same keys; `notes.json` says what each one means. */
export type PaperWordKey = keyof typeof ky;

const WORDS: Readonly<Record<Language, Readonly<Record<PaperWordKey, string>>>> = { ky, ru, en };

/** Says one text in the language that was chosen once. */
export type Say = (key: PaperWordKey, values?: Readonly<Record<string, string | number>>) => string;

/** A text with its `{names}` filled in. A name that got no value stays visible, and a test looks for that. */
export function sayIn(language: Language): Say {
  const words = WORDS[language];
  return (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/**
 * The word for a value that came as plain text (`outcome.` + `under-age` + `.title`). A value that is newer
 * than these words is printed as it is: a figure must not vanish from a report for want of a word.
 */
export function sayValue(say: Say, prefix: string, value: string, suffix = ''): string {
  const key = `${prefix}${value}${suffix}`;
  return isPaperWordKey(key) ? say(key) : value;
}

export function isPaperWordKey(key: string): key is PaperWordKey {
  return Object.hasOwn(ky, key);
}

/** The mark of a mock election, in all languages at once. */
export const TRAINING_MARK = [ky.training, ru.training, en.training].join(' · ');
