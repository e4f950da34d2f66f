import { err, ok, type Result } from '../../domain/result.ts';
import { CHIP_FILES, type DataGroupName, dataGroupName } from './data-groups.ts';
import { INTEGER, OCTET_STRING, readAll, readChildren, readPlainAlgorithm, SEQUENCE } from './der.ts';
import { withoutPadding } from './file-padding.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { type MalformedError, parseSignedData, type SignedData } from './signed-data.ts';
import { readTlvHeader } from './tlv.ts';

/** The security object EF.SOD: CMS SignedData over the hashes of the data groups (ICAO 9303-10, 4.6.2). */
export interface SecurityObject extends SignedData {
  /** Dotted object identifier of the hash over data groups. */
  readonly hashAlgorithm: string;
  readonly dataGroupHashes: ReadonlyMap<DataGroupName, Uint8Array>;
}

const MALFORMED: Result<never, MalformedError> = err({ code: 'malformed' });

/** Takes EF.SOD apart, which is a ContentInfo in an object of its own. */
export function parseSecurityObject(file: Uint8Array): Result<SecurityObject, MalformedError> {
  const contentInfo = unwrapFile(withoutPadding(file));
  if (contentInfo === null) return MALFORMED;
  // Some issuers sign their hashes as plain data.
  const { ldsSecurityObject, data } = OBJECT_IDENTIFIERS;
  const signedData = parseSignedData(contentInfo, ldsSecurityObject, data);
  if (!signedData.ok) return signedData;
  const hashes = parseHashes(signedData.value.content);
  return hashes === null ? MALFORMED : ok({ ...signedData.value, ...hashes });
}

/** Programs that save the file often take its outermost object off. */
function unwrapFile(file: Uint8Array): Uint8Array | null {
  if (file[0] === SEQUENCE) return file;
  const header = readTlvHeader(file);
  if (!header.ok || header.value.tag !== CHIP_FILES.SOD.tag) return null;
  const { headerLength, valueLength } = header.value;
  return headerLength + valueLength === file.length ? file.subarray(headerLength) : null;
}

function parseHashes(content: Uint8Array): Pick<SecurityObject, 'hashAlgorithm' | 'dataGroupHashes'> | null {
  const [, algorithm, list] = readChildren(content, SEQUENCE) ?? [];
  const hashAlgorithm = readPlainAlgorithm(algorithm);
  const entries = list?.tag === SEQUENCE ? readAll(list.value) : null;
  if (hashAlgorithm === null || entries === null) return null;
  const dataGroupHashes = new Map<DataGroupName, Uint8Array>();
  for (const entry of entries) {
    const [number, hash] = entry.tag === SEQUENCE ? (readAll(entry.value) ?? []) : [];
    const name =
      number?.tag === INTEGER && number.value.length === 1 ? dataGroupName(number.value[0] ?? 0) : null;
    if (name === null || hash?.tag !== OCTET_STRING || dataGroupHashes.has(name)) return null;
    dataGroupHashes.set(name, hash.value);
  }
  return { hashAlgorithm, dataGroupHashes };
}
