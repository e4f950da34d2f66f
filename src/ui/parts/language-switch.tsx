import { Button } from 'react-aria-components';
import { LANGUAGES, type Language } from '../../domain/language.ts';
import { useWords } from '../words/use-words.ts';

/** Each language is named in itself, whatever the screen speaks now. */
const NAMES: Readonly<Record<Language, { readonly short: string; readonly long: string }>> = {
  ky: { short: 'КЫР', long: 'Кыргызча' },
  ru: { short: 'РУС', long: 'Русский' },
  en: { short: 'ENG', long: 'English' },
};

/** Changes the language in the middle of anything; what was typed and where one stands stay. */
export function LanguageSwitch() {
  const { language, choose, say } = useWords();
  return (
    <fieldset className="language-switch" aria-label={say('bar.language')}>
      {LANGUAGES.map((one) => (
        <Button
          key={one}
          data-testid={`lang-${one}`}
          className="language"
          aria-pressed={one === language}
          aria-label={NAMES[one].long}
          lang={one}
          onPress={() => choose(one)}
        >
          {NAMES[one].short}
        </Button>
      ))}
    </fieldset>
  );
}
