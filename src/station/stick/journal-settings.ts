import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../store/write-whole.ts';

/** Where the journal goes and who can read it; absent on a lane that keeps none. Nothing in it is secret. */
export interface JournalSettings {
  /** Where the stick is mounted. It must be there already: a folder that is made where it is missing would be no stick. */
  readonly stick: string;
  /** The members' age recipients (`age1...`), as their keys were handed out. */
  readonly recipients: readonly string[];
}

const SETTINGS_FILE = 'journal.json';
/**
 * Lies on every stick that is meant for it. Where a stick is not plugged in, the folder under which it appears may
 * still be there, and a journal in it would lie on the very disk that it is kept for.
 */
const STICK_MARK = 'tizme-stick.txt';

export function markStick(stick: string, text: string): void {
  writeFileSync(join(stick, STICK_MARK), text);
}

export function isStick(stick: string): boolean {
  return existsSync(join(stick, STICK_MARK));
}

const settingsSchema = z.strictObject({
  version: z.literal(1),
  stick: z.string().min(1),
  recipients: z
    .array(z.string().regex(/^age1[a-z0-9]{50,3000}$/))
    .min(1)
    .max(16),
});

/**
 * Whole or not at all. What lay there and can't be read is kept beside it: somebody may want to know what became of it.
 * @returns the name under which that is kept; null where nothing was in the way
 */
export function writeJournalSettings(dataDirectory: string, settings: JournalSettings): string | null {
  const content = settingsSchema.parse({ version: 1, ...settings });
  const kept = readJournalSettings(dataDirectory) === 'malformed' ? keepAside(dataDirectory) : null;
  writeWhole(
    join(dataDirectory, SETTINGS_FILE),
    Buffer.from(`${JSON.stringify(content, null, 2)}\n`, 'utf8'),
  );
  return kept;
}

function keepAside(dataDirectory: string): string {
  for (let number = 1; ; number += 1) {
    const name = `journal-unreadable-${number}.json`;
    if (existsSync(join(dataDirectory, name))) continue;
    renameSync(join(dataDirectory, SETTINGS_FILE), join(dataDirectory, name));
    return name;
  }
}

/** Null where there are none; `malformed` is told apart, so that a broken file is not taken for a wish. */
export function readJournalSettings(dataDirectory: string): JournalSettings | null | 'malformed' {
  let text: string;
  try {
    text = readFileSync(join(dataDirectory, SETTINGS_FILE), 'utf8');
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? null : 'malformed';
  }
  try {
    const { stick, recipients } = settingsSchema.parse(JSON.parse(text));
    return { stick, recipients };
  } catch {
    return 'malformed';
  }
}
