import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { WINDOW_KINDS } from '../../../src/domain/window-kind.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
};

export interface ScreenFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
}

/**
 * The built screens, read once: what is not in this list does not exist, so that no path can lead out of it. The
 * page itself is served for each window kind (`/desk`, `/observer`, `/issuing`).
 */
export function readScreenFiles(directory: string): ReadonlyMap<string, ScreenFile> {
  const files = new Map<string, ScreenFile>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const mediaType = MEDIA_TYPES[extname(entry.name)];
    if (!entry.isFile() || mediaType === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = new Uint8Array(readFileSync(path));
    files.set(`/${relative(directory, path).split(sep).join('/')}`, { body, mediaType });
  }
  const page = files.get('/index.html');
  if (page !== undefined) for (const kind of WINDOW_KINDS) files.set(`/${kind}`, page);
  files.delete('/index.html');
  return files;
}
