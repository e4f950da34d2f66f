/** The files of a travel document's application (ICAO 9303-10, 4.2 and 4.6): identifiers and outermost tags. */
export const CHIP_FILES = {
  COM: { identifier: 0x011e, tag: 0x60, dataGroup: null },
  SOD: { identifier: 0x011d, tag: 0x77, dataGroup: null },
  DG1: { identifier: 0x0101, tag: 0x61, dataGroup: 1 },
  DG2: { identifier: 0x0102, tag: 0x75, dataGroup: 2 },
  DG3: { identifier: 0x0103, tag: 0x63, dataGroup: 3 },
  DG4: { identifier: 0x0104, tag: 0x76, dataGroup: 4 },
  DG5: { identifier: 0x0105, tag: 0x65, dataGroup: 5 },
  DG6: { identifier: 0x0106, tag: 0x66, dataGroup: 6 },
  DG7: { identifier: 0x0107, tag: 0x67, dataGroup: 7 },
  DG8: { identifier: 0x0108, tag: 0x68, dataGroup: 8 },
  DG9: { identifier: 0x0109, tag: 0x69, dataGroup: 9 },
  DG10: { identifier: 0x010a, tag: 0x6a, dataGroup: 10 },
  DG11: { identifier: 0x010b, tag: 0x6b, dataGroup: 11 },
  DG12: { identifier: 0x010c, tag: 0x6c, dataGroup: 12 },
  DG13: { identifier: 0x010d, tag: 0x6d, dataGroup: 13 },
  DG14: { identifier: 0x010e, tag: 0x6e, dataGroup: 14 },
  DG15: { identifier: 0x010f, tag: 0x6f, dataGroup: 15 },
  DG16: { identifier: 0x0110, tag: 0x70, dataGroup: 16 },
} as const;

export type ChipFile = keyof typeof CHIP_FILES;
export type DataGroupName = Exclude<ChipFile, 'COM' | 'SOD'>;

/** The application identifier of electronic machine-readable travel documents (9303-10, 4.1). */
export const TRAVEL_DOCUMENT_APPLICATION = Uint8Array.of(0xa0, 0, 0, 0x02, 0x47, 0x10, 0x01);

/** The name of the data group with this number, 1 to 16. */
export function dataGroupName(number: number): DataGroupName | null {
  return dataGroupNames().find((name) => CHIP_FILES[name].dataGroup === number) ?? null;
}

/** The data group whose file begins with this tag. */
export function dataGroupOfTag(tag: number): DataGroupName | null {
  return dataGroupNames().find((name) => CHIP_FILES[name].tag === tag) ?? null;
}

function dataGroupNames(): readonly DataGroupName[] {
  return Object.keys(CHIP_FILES).filter((name): name is DataGroupName => name.startsWith('DG'));
}
