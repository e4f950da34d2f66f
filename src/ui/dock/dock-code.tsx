import { useState } from 'react';
import { Button, Input, TextField } from 'react-aria-components';
import { useWords } from '../words/use-words.ts';
import type { PerformDock } from './dock.tsx';

/** A code on another laptop's screen, held before the document reader: its text stands in for the picture. */
export function DockCode({ perform }: { readonly perform: PerformDock }) {
  const { say } = useWords();
  const [text, setText] = useState('');
  return (
    <section className="dock-part">
      <h3>{say('dock.code')}</h3>
      <form
        className="dock-code"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') perform({ type: 'scan-code', text: text.trim() });
        }}
      >
        <TextField aria-label={say('dock.code-text')} value={text} onChange={setText} maxLength={400}>
          <Input
            className="dock-filter"
            data-testid="dock-code-text"
            autoComplete="off"
            spellCheck="false"
            placeholder={say('dock.code-text')}
          />
        </TextField>
        <Button
          className="dock-act"
          type="submit"
          data-testid="dock-code-scan"
          isDisabled={text.trim() === ''}
        >
          {say('dock.scan')}
        </Button>
      </form>
    </section>
  );
}
