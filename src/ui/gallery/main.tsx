import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { assertDefined } from '../../domain/assert.ts';
import { err, ok } from '../../domain/result.ts';
import type { StationApi } from '../../station/api/api.ts';
import type { PhotoView, Snapshot } from '../../station/api/snapshot.ts';
import { App } from '../app.tsx';
import { StationContext } from '../mirror/station-context.tsx';
import { createMirror } from '../mirror/station-mirror.ts';
import { showTheme } from '../theme/theme.ts';
import { isLanguage } from '../words/language-choice.ts';
import { createWords } from '../words/words.ts';
import { EXAMPLE_CANDIDATES } from './example-desk.ts';
import { drawFinger, drawPortrait } from './example-pictures.ts';
import { exampleReport } from './example-report.ts';
import { SCREENS } from './screens.ts';
import '../theme/all.css';

/**
 * `gallery.html?screen=<name>&lang=ky|ru|en&theme=light|dark&photo=1&lost=1` shows one screen from an example
 * snapshot, without a station; without `screen`, the list of all. For developing, pictures and tests only.
 */
const query = new URLSearchParams(location.search);
const name = query.get('screen') ?? '';
const lang = query.get('lang');
const language = isLanguage(lang) ? lang : 'ky';
const chosen = SCREENS[name];
const root = createRoot(assertDefined(document.getElementById('root'), 'root element'));

if (chosen === undefined) root.render(<List />);
else {
  const snapshot = query.has('photo') ? withPhoto(chosen, drawPortrait()) : chosen;
  showTheme(
    query.get('theme') === 'dark' || (snapshot.window === 'observer' && !query.has('theme'))
      ? 'dark'
      : 'light',
  );
  const mirror = createMirror({
    connection: query.has('lost') ? 'restarting' : 'connected',
    snapshot,
    receivedAt: performance.now(),
    preview: query.has('photo') ? drawFinger() : null,
  });
  root.render(
    <StrictMode>
      <I18nextProvider i18n={createWords(language)}>
        <StationContext value={{ mirror, api: exampleApi() }}>
          <App />
        </StationContext>
      </I18nextProvider>
    </StrictMode>,
  );
}

/** Answers reports and searches from examples; everything else is refused, in words. */
function exampleApi(): StationApi {
  const answers: Partial<StationApi> = {
    viewReport: ({ kind }) => Promise.resolve(ok(exampleReport(kind))),
    searchFinger: () => Promise.resolve(ok(EXAMPLE_CANDIDATES)),
  };
  const refused = () => Promise.resolve(err({ code: 'not-allowed' } as const));
  return new Proxy({} as StationApi, {
    get: (_target, call) => answers[call as keyof StationApi] ?? refused,
  });
}

function withPhoto(snapshot: Snapshot, photo: PhotoView): Snapshot {
  if (snapshot.window === 'observer' && snapshot.showing.result !== 'waiting')
    return { ...snapshot, showing: { ...snapshot.showing, photo } };
  if (snapshot.window !== 'desk' || !('voter' in snapshot.desk) || snapshot.desk.voter === null)
    return snapshot;
  return {
    ...snapshot,
    desk: { ...snapshot.desk, voter: { ...snapshot.desk.voter, photo } } as typeof snapshot.desk,
  };
}

function List() {
  return (
    <ul>
      {Object.keys(SCREENS).map((screen) => (
        <li key={screen}>
          <a href={`?screen=${screen}`}>{screen}</a>
        </li>
      ))}
    </ul>
  );
}
