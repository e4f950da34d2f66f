import { parseDataGroup15 } from '../../src/documents/chip/active-authentication.ts';
import { parseDataGroup14 } from '../../src/documents/chip/chip-proof.ts';
import { CHIP_FILES, type DataGroupName, dataGroupOfTag } from '../../src/documents/chip/data-groups.ts';
import { parseDataGroup1 } from '../../src/documents/chip/dg1.ts';
import { parseDataGroup2 } from '../../src/documents/chip/dg2.ts';
import { parseDataGroup11 } from '../../src/documents/chip/dg11.ts';
import { parseDataGroup12 } from '../../src/documents/chip/dg12.ts';
import type { DocumentSeries } from '../../src/documents/mrz/document-series.ts';
import { ok, type Result } from '../../src/domain/result.ts';
import { type WrongUsage, wrongUsage } from '../usage.ts';
import { describeFields, describeZone } from './describe-zone.ts';
import type { Answer } from './read-chip.ts';
import { readSavedFile } from './saved-file.ts';
import { writeFace } from './write-face.ts';

export interface DataGroupFile {
  readonly name: DataGroupName;
  readonly path: string;
}

export interface GroupsToShow {
  readonly dataGroups: readonly DataGroupFile[];
  /** Where to write the face; null for nowhere. */
  readonly face: string | null;
  readonly today: string;
  readonly series: readonly DocumentSeries[];
}

/** `tizme document show`: what data groups say, each for itself; nothing is verified. */
export async function showGroups(request: GroupsToShow): Promise<Result<Answer, string | WrongUsage>> {
  if (request.dataGroups.length === 0) return wrongUsage('it wants --dg N=FILE');
  const lines: string[] = [];
  const shown: Record<string, object> = {};
  for (const { name, path } of request.dataGroups) {
    const file = await readSavedFile(path);
    if (!file.ok) return file;
    const content = file.value;
    const group = showDataGroup(name, content, request);
    lines.push(`${name}: ${content.length} bytes`, ...group.lines.map((line) => `  ${line}`));
    shown[name] = group.json;
    if (name === 'DG2' && request.face !== null) {
      const face = parseDataGroup2(content);
      const written = await writeFace(face.ok ? face.value : null, request.face);
      if (!written.ok) return written;
      lines.push(`  ${written.value}`);
    }
  }
  const good = Object.values(shown).every((group) => !('error' in group));
  return ok({ lines, json: { dataGroups: shown }, good });
}

function showDataGroup(
  name: DataGroupName,
  file: Uint8Array,
  { today, series }: GroupsToShow,
): Omit<Answer, 'good'> {
  const tag = file[0];
  const other = tag === undefined ? null : dataGroupOfTag(tag);
  const instead = other === null || other === name ? '' : `: this looks like ${other}`;
  const malformed = {
    lines: [`not a well-formed ${name}${instead}`],
    json: { error: { code: 'bad-data' } },
  };
  if (name === 'DG1') {
    const zone = parseDataGroup1(file, { today, series });
    return zone.ok ? { lines: describeZone(zone.value), json: zone.value } : malformed;
  }
  if (name === 'DG2') {
    const face = parseDataGroup2(file);
    if (!face.ok) return malformed;
    const { mediaType, width, height, bytes } = face.value;
    const line = `face: ${mediaType}, ${width} x ${height}, ${bytes.length} bytes`;
    return { lines: [line], json: { mediaType, width, height, bytes: bytes.length } };
  }
  if (name === 'DG11') {
    const details = parseDataGroup11(file);
    if (!details.ok) return malformed;
    return { lines: describeFields(details.value), json: details.value };
  }
  if (name === 'DG12') {
    const details = parseDataGroup12(file);
    if (!details.ok) return malformed;
    return { lines: describeFields(details.value), json: details.value };
  }
  if (name === 'DG14') {
    const infos = parseDataGroup14(file);
    if (infos === null) return malformed;
    const offered = {
      chipAuthentication: infos.chipAuthentication.map(
        ({ protocol, cipher }) => `${protocol} (${cipher.name})`,
      ),
      activeAuthenticationHash: infos.activeAuthenticationHash,
      unsupported: infos.unsupported,
    };
    return { lines: describeFields(offered), json: offered };
  }
  if (name === 'DG15') {
    const key = parseDataGroup15(file);
    if (!key.ok) return malformed;
    const described = { key: key.value === 'unsupported' ? 'unsupported' : key.value.kind };
    return { lines: describeFields(described), json: described };
  }
  if (file[0] !== CHIP_FILES[name].tag) return malformed;
  return { lines: ['not shown by this program'], json: { bytes: file.length } };
}
