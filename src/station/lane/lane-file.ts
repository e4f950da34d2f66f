import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { ROLES } from '../../domain/roles.ts';
import type { LaneIdentity } from '../context.ts';

/** The plain file of a provisioned lane: what the locked screens show. Nothing in it is secret. */
export const LANE_FILE = 'lane.json';
export const LEDGER_FILE = 'ledger.db';
/** The newest signed head once more (src/ledger/head-mark.ts). */
export const HEAD_FILE = 'ledger.head';
export const UNLOCK_FILE = 'unlock.json';
export const REOPEN_FILE = 'reopen.json';

const localizedText = z.strictObject({ ky: z.string(), ru: z.string(), en: z.string() });

const laneFileSchema = z.strictObject({
  version: z.literal(1),
  /** Says in words that this is no real election, where it is none. */
  training: z.literal('МАШЫГУУ / ТРЕНИРОВКА / TRAINING').nullable(),
  identity: z.strictObject({
    electionId: z.string(),
    mock: z.boolean(),
    electionTitle: localizedText,
    electionDate: z.iso.date(),
    stationNumber: z.int(),
    stationName: localizedText,
    districtNumber: z.int(),
    lane: z.int(),
    deviceId: z.string(),
    timeZone: z.string(),
    people: z.array(z.strictObject({ id: z.string(), name: z.string(), role: z.enum(ROLES) })),
    envelopes: z.array(z.string()).exactOptional(),
  }),
  /** A mock election's PINs, for the training sheet on the screen; null in any other. */
  practicePins: z.record(z.string(), z.string()).nullable(),
});

export interface LaneFile {
  readonly identity: LaneIdentity;
  readonly practicePins: Readonly<Record<string, string>> | null;
}

export function writeLaneFile(directory: string, lane: LaneFile): void {
  const content = {
    version: 1,
    training: lane.identity.mock ? 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING' : null,
    identity: lane.identity,
    practicePins: lane.identity.mock ? lane.practicePins : null,
  };
  writeFileSync(join(directory, LANE_FILE), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** On the sheet of a mock election: who has another PIN now isn't on it any more. */
export function forgetPracticePin(directory: string, personId: string): void {
  const lane = readLaneFile(directory);
  if (!lane.ok || lane.value.practicePins === null) return;
  const { [personId]: _, ...practicePins } = lane.value.practicePins;
  writeLaneFile(directory, { ...lane.value, practicePins });
}

export function readLaneFile(
  directory: string,
): Result<LaneFile, 'lane-file-missing' | 'lane-file-malformed'> {
  let text: string;
  try {
    text = readFileSync(join(directory, LANE_FILE), 'utf8');
  } catch {
    return err('lane-file-missing');
  }
  try {
    const parsed = laneFileSchema.safeParse(JSON.parse(text));
    return parsed.success ? ok(parsed.data) : err('lane-file-malformed');
  } catch {
    return err('lane-file-malformed');
  }
}
