import { useEffect } from 'react';
import { I18nProvider } from 'react-aria-components';
import { throwIllegalValue } from '../domain/assert.ts';
import type { Snapshot } from '../station/api/snapshot.ts';
import { DeskWindow } from './desk/desk-window.tsx';
import { localeOf } from './format/format.ts';
import { IssuingWindow } from './issuing/issuing-window.tsx';
import { useMirror } from './mirror/station-context.tsx';
import { ObserverWindow } from './observer/observer-window.tsx';
import { useWords } from './words/use-words.ts';

/** The window that the station's snapshot says this is. */
export function App() {
  const { say, language } = useWords();
  const snapshot = useMirror((mirror) => mirror.snapshot);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = say('product.name');
  }, [language, say]);
  return (
    <I18nProvider locale={localeOf(language)}>
      {snapshot === null ? <Connecting /> : <WindowOf snapshot={snapshot} />}
    </I18nProvider>
  );
}

function WindowOf({ snapshot }: { readonly snapshot: Snapshot }) {
  switch (snapshot.window) {
    case 'desk':
      return <DeskWindow snapshot={snapshot} />;
    case 'observer':
      return <ObserverWindow snapshot={snapshot} />;
    case 'issuing':
      return <IssuingWindow snapshot={snapshot} />;
    default:
      throwIllegalValue(snapshot);
  }
}

function Connecting() {
  const { say } = useWords();
  return (
    <div className="connecting" role="status" data-testid="connecting">
      <span className="spinner" aria-hidden="true" />
      <h1>{say('product.name')}</h1>
      <p>{say('connecting')}</p>
    </div>
  );
}
