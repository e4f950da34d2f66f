/** The three sizes of machine-readable travel documents: card, old card, passport (ICAO 9303 parts 5, 6, 4). */
export const MRZ_FORMATS = ['TD1', 'TD2', 'TD3'] as const;
export type MrzFormat = (typeof MRZ_FORMATS)[number];

export type MrzField =
  | 'document-code'
  | 'issuing-state'
  | 'document-number'
  | 'birth-date'
  | 'sex'
  | 'expiry-date'
  | 'nationality'
  /** TD1 line 1, TD2 line 2, and what passports call the personal number. */
  | 'optional-data-1'
  /** TD1 line 2 only. */
  | 'optional-data-2'
  | 'names'
  /** The digit over several fields at once. */
  | 'composite';

export interface FieldSpan {
  /** Offset in the zone with its lines joined. */
  readonly start: number;
  readonly length: number;
  /** Offset of the field's own check digit; null where only the composite, or nothing, covers it. */
  readonly check: number | null;
}

export interface MrzLayout {
  readonly format: MrzFormat;
  readonly lineCount: number;
  readonly lineLength: number;
  readonly fields: Readonly<Record<Exclude<MrzField, 'composite' | 'optional-data-2'>, FieldSpan>>;
  readonly optionalData2: FieldSpan | null;
  readonly composite: { readonly check: number; readonly over: readonly (readonly [number, number])[] };
}

const plain = (start: number, length: number): FieldSpan => ({ start, length, check: null });
const checked = (start: number, length: number): FieldSpan => ({ start, length, check: start + length });

const TD1: MrzLayout = {
  format: 'TD1',
  lineCount: 3,
  lineLength: 30,
  fields: {
    'document-code': plain(0, 2),
    'issuing-state': plain(2, 3),
    'document-number': checked(5, 9),
    'optional-data-1': plain(15, 15),
    'birth-date': checked(30, 6),
    sex: plain(37, 1),
    'expiry-date': checked(38, 6),
    nationality: plain(45, 3),
    names: plain(60, 30),
  },
  optionalData2: plain(48, 11),
  composite: {
    check: 59,
    over: [
      [5, 30],
      [30, 37],
      [38, 45],
      [48, 59],
    ],
  },
};

const TD2: MrzLayout = {
  format: 'TD2',
  lineCount: 2,
  lineLength: 36,
  fields: {
    'document-code': plain(0, 2),
    'issuing-state': plain(2, 3),
    names: plain(5, 31),
    'document-number': checked(36, 9),
    nationality: plain(46, 3),
    'birth-date': checked(49, 6),
    sex: plain(56, 1),
    'expiry-date': checked(57, 6),
    'optional-data-1': plain(64, 7),
  },
  optionalData2: null,
  composite: {
    check: 71,
    over: [
      [36, 46],
      [49, 56],
      [57, 71],
    ],
  },
};

const TD3: MrzLayout = {
  format: 'TD3',
  lineCount: 2,
  lineLength: 44,
  fields: {
    'document-code': plain(0, 2),
    'issuing-state': plain(2, 3),
    names: plain(5, 39),
    'document-number': checked(44, 9),
    nationality: plain(54, 3),
    'birth-date': checked(57, 6),
    sex: plain(64, 1),
    'expiry-date': checked(65, 6),
    'optional-data-1': checked(72, 14),
  },
  optionalData2: null,
  composite: {
    check: 87,
    over: [
      [44, 54],
      [57, 64],
      [65, 87],
    ],
  },
};

export const MRZ_LAYOUTS: Readonly<Record<MrzFormat, MrzLayout>> = { TD1, TD2, TD3 };

/** The characters of one field of a joined zone. */
export function fieldText(zone: string, span: FieldSpan): string {
  return zone.slice(span.start, span.start + span.length);
}

/** What the composite check digit is computed over (parts 4 to 6, the composite's note). */
export function compositeText(zone: string, layout: MrzLayout): string {
  return layout.composite.over.map(([start, end]) => zone.slice(start, end)).join('');
}
