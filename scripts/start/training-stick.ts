import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { markStick, writeJournalSettings } from '../../src/station/stick/journal-settings.ts';

/** Beside the station of a mock election: a folder that stands for the stick in the laptop. */
const STICK_FOLDER = 'stick';
/** One member's key, so that a trainee can open what is on the stick; a real one never lies on the laptop. */
const MEMBER_KEY_FILE = 'training-member.key';
/** The centre's, so that a trainee can also be the centre that opens what was carried to it. */
const CENTRE_KEY_FILE = 'training-centre.key';
const MARK = 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING: the folder that stands for the stick of this laptop.\n';

/** A mock election keeps its journal as a real one does; pull the stick out by moving the folder away. */
export async function prepareTrainingStick(folder: string, dataDirectory: string): Promise<void> {
  const stick = join(folder, STICK_FOLDER);
  mkdirSync(stick, { recursive: true });
  markStick(stick, MARK);
  const recipient = await recipientIn(join(folder, MEMBER_KEY_FILE));
  writeJournalSettings(dataDirectory, { stick, recipients: [recipient] });
}

/** Whom a mock station seals to what it carries on its stick: `tizme collector take STICK --key` takes the file. */
export function trainingCentreRecipient(folder: string): Promise<string> {
  return recipientIn(join(folder, CENTRE_KEY_FILE));
}

async function recipientIn(keyFile: string): Promise<string> {
  if (!existsSync(keyFile)) writeFileSync(keyFile, `${await generateIdentity()}\n`, { mode: 0o600 });
  return identityToRecipient(readFileSync(keyFile, 'utf8').trim());
}
