import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { assertDefined } from '../domain/assert.ts';
import { App } from './app.tsx';
import { chooseTransport } from './bridge/choose-transport.ts';
import { connectToStation } from './bridge/station-client.ts';
import { windowKindOf } from './bridge/window-path.ts';
import { StationContext } from './mirror/station-context.tsx';
import { createMirror, mirrorListener } from './mirror/station-mirror.ts';
import { showTheme } from './theme/theme.ts';
import { rememberedLanguage, startLanguage } from './words/language-choice.ts';
import { createWords } from './words/words.ts';
import './theme/all.css';

const kind = windowKindOf(location.pathname);
showTheme(kind === 'observer' ? 'dark' : 'light');

const mirror = createMirror();
const { api } = connectToStation(
  chooseTransport(kind),
  mirrorListener(mirror, () => performance.now()),
);

createRoot(assertDefined(document.getElementById('root'), 'root element')).render(
  <StrictMode>
    <I18nextProvider i18n={createWords(startLanguage(rememberedLanguage(), location.search))}>
      <StationContext value={{ mirror, api }}>
        <App />
      </StationContext>
    </I18nextProvider>
  </StrictMode>,
);
