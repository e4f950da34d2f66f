import { err, ok, type Result } from '../../domain/result.ts';
import type { CardSession, CardSessionError } from './card-session.ts';
import type { ChipError, ChipStep } from './chip-error.ts';
import { CHIP_FILES, type ChipFile } from './data-groups.ts';
import type { StepClock } from './step-clock.ts';

/** A session with a chip, and the clock of its reading. */
export interface ChipReader {
  readonly session: CardSession;
  readonly clock: StepClock;
}

/** Reads a file of the travel document's application, as a step of its own. */
export async function readChipFile(
  { session, clock }: ChipReader,
  file: ChipFile & ChipStep,
): Promise<Result<Uint8Array, ChipError>> {
  clock.begin(file);
  const content = await session.readFile(CHIP_FILES[file].identifier);
  if (!content.ok) return err(atStep(content.error, file));
  clock.end(content.value.length);
  return content.value[0] === CHIP_FILES[file].tag ? content : err({ code: 'bad-data', step: file });
}

/** Null for a file that the chip keeps back, for whatever reason; a card that is gone or lies still ends the reading. */
export async function readFileIfGiven(
  reader: ChipReader,
  file: ChipFile & ChipStep,
): Promise<Result<Uint8Array | null, ChipError>> {
  const content = await readChipFile(reader, file);
  return !content.ok && content.error.code === 'refused' ? ok(null) : content;
}

export function atStep(error: CardSessionError, step: ChipStep): ChipError {
  if (error.code === 'bad-data') return { code: 'bad-data', step };
  if (error.code === 'status') return { code: 'refused', step, status: error.status };
  const problem = error.problem.code;
  if (problem === 'card-lost') return { code: 'card-lost', step };
  return problem === 'bad-data' ? { code: 'bad-data', step } : { code: 'reader-failed', step, problem };
}
