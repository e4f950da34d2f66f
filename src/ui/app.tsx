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
import type { Say } from './words/words.ts';

/** The window that the station's snapshot says this is. */
export function App() {
  const { say, language } = useWords();
  const snapshot = useMirror((mirror) => mirror.snapshot);
  const title = titleOf(snapshot, say);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = title;
  }, [language, title]);
  return (
    <I18nProvider locale={localeOf(language)}>
      {snapshot === null ? <Connecting /> : <WindowOf snapshot={snapshot} />}
    </I18nProvider>
  );
}

/** What tells the windows apart in a task bar. */
function titleOf(snapshot: Snapshot | null, say: Say): string {
  switch (snapshot?.window) {
    case 'observer':
      return `${say('observer.title')} · ${say('product.name')}`;
    case 'issuing':
      return `${say('issuing.title')} · ${say('product.name')}`;
    default:
      return say('product.name');
  }
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
