import { useState } from 'react';
import { currentTheme, turnTheme } from '../theme/theme.ts';
import { useWords } from '../words/use-words.ts';
import { ActButton } from './act-button.tsx';

/** Day or night, for windows that have no menu. */
export function ThemeSwitch() {
  const { say } = useWords();
  const [theme, setTheme] = useState(currentTheme());
  return (
    <ActButton
      testId="theme"
      kind="quiet"
      icon="moon"
      label={say(theme === 'dark' ? 'menu.day' : 'menu.night')}
      onPress={() => setTheme(turnTheme())}
    >
      {null}
    </ActButton>
  );
}
