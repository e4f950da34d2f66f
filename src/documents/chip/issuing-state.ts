import { findTlv } from './tlv.ts';

/**
 * The two letters that a state's certificates bear (ISO 3166-1) for the three of its zones, where a station relies on it. A station
 * that trusts the master lists of a hundred countries must not take a Kyrgyz document from any of them but one.
 */
const COUNTRIES: Readonly<Record<string, string>> = { KGZ: 'KG' };

/** The issuing state in the zone of DG1, which stands in one place in all sizes of documents; null when there is none. */
export function issuingState(dataGroup1: Uint8Array | undefined): string | null {
  const zone = dataGroup1 === undefined ? null : findTlv(dataGroup1, 0x61, 0x5f1f);
  return zone?.ok === true ? Buffer.from(zone.value.value.subarray(2, 5)).toString('latin1') : null;
}

export function countryOfState(state: string | null): string | null {
  return state === null ? null : (COUNTRIES[state] ?? null);
}
