import { err, ok, type Result } from '../domain/result.ts';
import { openRecord, type SealingKey, sealRecord } from '../store/keys.ts';
import type { TemplateError } from './register-error.ts';

/**
 * Each enrolled template is sealed by itself with AES-256-GCM, bound to its election, voter and finger, so that
 * a driver's bug, an export or a swapped row spills or mixes up nothing.
 */
export interface TemplatePlace {
  readonly electionId: string;
  readonly voterId: string;
  readonly position: number;
}

export function sealTemplate(key: SealingKey, record: Uint8Array, place: TemplatePlace): Uint8Array {
  return sealRecord(key, record, associatedData(place));
}

/** The ISO/IEC 19794-2 record; the caller wipes it after the comparison. */
export function openTemplate(
  key: SealingKey,
  sealed: Uint8Array,
  place: TemplatePlace,
): Result<Uint8Array, TemplateError> {
  const opened = openRecord(key, sealed, associatedData(place));
  return opened.ok ? ok(opened.value) : err({ code: 'template-seal-broken', position: place.position });
}

/** JSON keeps the three parts apart whatever characters they contain. */
function associatedData({ electionId, voterId, position }: TemplatePlace): Uint8Array {
  return Buffer.from(JSON.stringify(['tizme finger template v1', electionId, voterId, position]), 'utf8');
}
