import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';

/** Beside the station of a mock election: a folder that stands for the stick in the laptop. */
const STICK_FOLDER = 'stick';
/** One member's key, so that a trainee can open what is on the stick; a real one never lies on the laptop. */
const MEMBER_KEY_FILE = 'training-member.key';
const MARK = 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING: the folder that stands for the stick of this laptop.\n';

/** A mock election keeps its journal as a real one does; pull the stick out by moving the folder away. */
export async function prepareTrainingStick(folder: string, dataDirectory: string): Promise<void> {
  const stick = join(folder, STICK_FOLDER);
  mkdirSync(stick, { recursive: true });
  markStick(stick, MARK);
  const keyFile = join(folder, MEMBER_KEY_FILE);
  if (!existsSync(keyFile)) writeFileSync(keyFile, `${await generateIdentity()}\n`, { mode: 0o600 });
  const recipient = await identityToRecipient(readFileSync(keyFile, 'utf8').trim());
  writeJournalSettings(dataDirectory, { stick, recipients: [recipient] });
}
