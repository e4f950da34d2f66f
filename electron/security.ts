import { app, type Session, session as sessions, type WebContents, type WebPreferences } from 'electron';
import { APP_ORIGIN } from './app-scheme.ts';
import { isAllowedKey } from './keyboard.ts';

/** chrome's net::ERR_FAILED for certificates: no page of ours ever speaks TLS, so none is trusted. */
const CERTIFICATE_REFUSED = -2;

/** What holds for every window that this program could ever open. Has to run before the app is ready. */
export function secureApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => secureContents(contents));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault();
    callback();
  });
  app.on('login', (event, _contents, _request, _info, callback) => {
    event.preventDefault();
    callback();
  });
}

/** A session in memory only, that reaches nothing but the screens and grants nothing. */
export function createSecureSession(): Session {
  const session = sessions.fromPartition('screens', { cache: false });
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setUSBProtectedClassesHandler((details) => details.protectedClasses);
  session.setBluetoothPairingHandler((_details, decide) => decide({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, decide) => decide(null));
  session.setCertificateVerifyProc((_request, decide) => decide(CERTIFICATE_REFUSED));
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isOwnAddress(details.url) }));
  session.on('will-download', (event, item) => {
    // Reports are saved by the screens from memory; nothing else ever is.
    if (!item.getURL().startsWith(`blob:${APP_ORIGIN}/`)) event.preventDefault();
  });
  return session;
}

/** Electron's security checklist, points 2 to 12, written out even where it repeats a default. */
export function securePreferences(session: Session, preload: string): WebPreferences {
  return {
    session,
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    safeDialogs: true,
    devTools: !app.isPackaged,
    // An observer's display stays live while nothing on it is touched.
    backgroundThrottling: false,
  };
}

function secureContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event) => event.preventDefault());
  contents.on('before-input-event', (event, input) => {
    if (!isAllowedKey(input, app.isPackaged)) event.preventDefault();
  });
}

function isOwnAddress(url: string): boolean {
  if (url.startsWith(`${APP_ORIGIN}/`) || url.startsWith(`blob:${APP_ORIGIN}/`)) return true;
  if (url.startsWith('data:image/')) return true;
  return !app.isPackaged && url.startsWith('devtools://');
}
