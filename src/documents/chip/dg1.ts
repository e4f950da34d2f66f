import { err, ok, type Result } from '../../domain/result.ts';
import { type MrzParseOptions, readZoneAsItStands } from '../mrz/parse.ts';
import type { MachineReadableZone } from '../mrz/zone.ts';
import type { DataGroupError } from './com.ts';
import { CHIP_FILES } from './data-groups.ts';
import { readOnlyTlv } from './tlv.ts';

/**
 * Reads DG1, the zone as the chip has it (ICAO 9303-10, 4.7.1). A chip makes no reading errors: nothing is repaired, and
 * wrong check digits are a finding of the zone.
 */
export function parseDataGroup1(
  file: Uint8Array,
  options: MrzParseOptions,
): Result<MachineReadableZone, DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.DG1.tag);
  if (!outer.ok) return err({ code: 'bad-data' });
  const inner = readOnlyTlv(outer.value.value, 0x5f1f);
  if (!inner.ok) return err({ code: 'bad-data' });
  const zone = readZoneAsItStands(Buffer.from(inner.value.value).toString('latin1'), options);
  return zone === null ? err({ code: 'bad-data' }) : ok(zone);
}
