import { protocol, type Session } from 'electron';
import type { ScreenFile } from '../scripts/hosts/shared/screen-files.ts';
import { securityHeaders } from '../scripts/hosts/shared/security-headers.ts';
import type { Language } from '../src/domain/language.ts';
import type { WindowKind } from '../src/domain/window-kind.ts';

/** The screens' own origin: never file:, which may read the disk, and never http:, which somebody else may answer. */
export const APP_ORIGIN = 'app://tizme';

export function appAddress(kind: WindowKind, language: Language): string {
  return `${APP_ORIGIN}/${kind}?language=${language}`;
}

/** Has to run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the built screens, and only them, with the headers that the Chromium host sends as well. */
export function serveScreens(session: Session, files: ReadonlyMap<string, ScreenFile>): void {
  const headers = securityHeaders("'none'");
  session.protocol.handle('app', (request) => {
    const address = new URL(request.url);
    const file =
      `${address.protocol}//${address.host}` === APP_ORIGIN ? files.get(address.pathname) : undefined;
    if (file === undefined || request.method !== 'GET') return new Response(null, { status: 404, headers });
    return new Response(file.body, { headers: { ...headers, 'content-type': file.mediaType } });
  });
}
