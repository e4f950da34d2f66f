import type { ChipError } from '../../src/documents/chip/chip-error.ts';
import type { CommonData } from '../../src/documents/chip/com.ts';
import type { ChipDocument } from '../../src/documents/chip/read-document.ts';
import type { StepTiming } from '../../src/documents/chip/step-clock.ts';
import type { TracedCard } from './traced-card.ts';

/** Everything that was read but the picture's own bytes. */
export function describeChip(chip: ChipDocument): object {
  const { face, timings, zone, ...rest } = chip;
  return { ...rest, zone, face: describeFace(chip), steps: timings.map(describeStep) };
}

/**
 * What a technician may send to somebody else: how the reading went, and nothing of whom. Neither the zone nor any
 * field of it, nor dates, nor bytes of a file or a command are in it.
 */
export function describeWithoutPerson(
  read:
    | { readonly ok: true; readonly value: ChipDocument }
    | { readonly ok: false; readonly error: ChipError },
  card: TracedCard,
): object {
  const chip = read.ok
    ? {
        access: read.value.access,
        format: read.value.zone.format,
        technical: read.value.technical,
        commonData: withoutFreeText(read.value.commonData),
        authenticity: read.value.authenticity,
        chipProof: read.value.chipProof,
        findings: read.value.findings,
        face: describeFace(read.value),
        detailsGiven: read.value.details !== null,
        steps: read.value.timings.map(describeStep),
      }
    : { error: read.error };
  return {
    ...chip,
    answerToReset: Buffer.from(card.answerToReset).toString('hex'),
    commands: card.commands.map((command) => ({ ...command, milliseconds: rounded(command.milliseconds) })),
  };
}

/** Versions are numbers; what else a chip may have written there stays with it. */
function withoutFreeText({ version, unicodeVersion, dataGroups }: CommonData) {
  const number = (text: string | null) => (text !== null && /^[0-9]{4,6}$/.test(text) ? text : null);
  return { version: number(version), unicodeVersion: number(unicodeVersion), dataGroups };
}

export function describeStep({ step, milliseconds, bytes }: StepTiming) {
  return { step, milliseconds: rounded(milliseconds), bytes };
}

function describeFace({ face }: ChipDocument) {
  if (face === null) return null;
  const { mediaType, width, height, bytes } = face;
  return { mediaType, width, height, bytes: bytes.length };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
