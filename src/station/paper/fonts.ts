import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The weights of Golos Text (SIL Open Font License) that paper is set in. It has ң, ө and ү. */
export const FONT_WEIGHTS = ['regular', 'medium', 'bold', 'heavy'] as const;
export type FontWeight = (typeof FONT_WEIGHTS)[number];

/** Where each weight's TrueType file is. */
export type FontFiles = Readonly<Record<FontWeight, string>>;

const PACKAGE = '@expo-google-fonts/golos-text';
const FOLDERS: Readonly<Record<FontWeight, string>> = {
  regular: '400Regular',
  medium: '500Medium',
  bold: '700Bold',
  heavy: '800ExtraBold',
};

/**
 * Finds the font files: in `directory`, where a build has copied them side by side under their own names
 * (`GolosText_400Regular.ttf`), or in the npm package when none is given.
 */
export function findFontFiles(directory: string | undefined): FontFiles {
  const locate =
    directory === undefined
      ? (folder: string, file: string) =>
          createRequire(import.meta.url).resolve(`${PACKAGE}/${folder}/${file}`)
      : (_folder: string, file: string) => join(directory, file);
  const fileOf = (weight: FontWeight): string => locate(FOLDERS[weight], `GolosText_${FOLDERS[weight]}.ttf`);
  return {
    regular: fileOf('regular'),
    medium: fileOf('medium'),
    bold: fileOf('bold'),
    heavy: fileOf('heavy'),
  };
}
