/** The three languages of every screen and every paper, in the order in which they are offered. */
export const LANGUAGES = ['ky', 'ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text that an election package brings along (titles, station names), in all languages. */
export type LocalizedText = Readonly<Record<Language, string>>;
