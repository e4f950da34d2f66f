import type { LocalizedText } from '../../domain/language.ts';
import type { StationErrorCode } from './errors.ts';

/** The package that this laptop was set up with, and what became of its list. */
export interface CustodyView {
  /** Null on a laptop that came without one. */
  readonly package: PackageView | null;
  /** Null until the list was destroyed. */
  readonly erased: ErasedView | null;
}

/** Readable without a PIN: the package says all of it in clear. */
export interface PackageView {
  readonly version: number;
  /** The last day on which the station may be opened with it. */
  readonly expires: string;
  /** Ids of the members of the central commission who signed it. */
  readonly signedBy: readonly string[];
  /** In the list as the package brought it. */
  readonly voters: number;
  /**
   * The national index: whether it is here and is the one that was signed; `older` and `newer`: made by another
   * version of the program, so that another package, or another program, is needed; `not-looked` while locked.
   */
  readonly index: 'none' | 'whole' | 'unusable' | 'older' | 'newer' | 'not-looked';
  /** Changes of the list that were carried out since; null while locked. */
  readonly changes: number | null;
}

/** What the certificate says. */
export interface ErasedView {
  /** Local date and time. */
  readonly at: string;
  readonly voters: number;
  readonly templates: number;
  readonly identified: number;
}

/** What lies on the sticks. Names nobody. */
export interface StickContents {
  readonly packages: readonly StickPackage[];
  readonly changes: readonly StickChanges[];
}

export interface StickPackage {
  /** How `replacePackage` is told which one. */
  readonly file: string;
  /** Null where it can't even be read. */
  readonly version: number | null;
  readonly voters: number | null;
  readonly expires: string | null;
  readonly title: LocalizedText | null;
  readonly signedBy: readonly string[];
  /** Why it would be refused; null: it may take the place of the one in force. */
  readonly refused: StationErrorCode | null;
}

export interface StickChanges {
  readonly file: string;
  readonly sequence: number | null;
  readonly changes: number;
  readonly state: 'next' | 'done' | 'refused';
  readonly refused: ChangesRefusal | null;
}

/** Why changes are not carried out. */
export const CHANGES_REFUSALS = [
  'malformed',
  'not-signed',
  'other-station',
  /** Sealed to another package: a newer one, or another station's. */
  'other-package',
  /** Those before them are missing. */
  'gap',
  /** Others with the same number were carried out. */
  'fork',
  /** One of them can't be carried out on this list. */
  'impossible',
  /** The list would be another than the authority's. */
  'differs',
  'damaged',
  'disk',
] as const;
export type ChangesRefusal = (typeof CHANGES_REFUSALS)[number];

/** What was done to the list, in voters. */
export interface TakenChanges {
  /** Deltas that were new. */
  readonly taken: number;
  readonly effects: {
    readonly added: number;
    readonly corrected: number;
    readonly moved: number;
    readonly removed: number;
    readonly atHome: number;
    readonly restored: number;
  };
  /** Changes that a newer request of the same voter had overtaken. */
  readonly overtaken: number;
  /** Why the next one was not carried out; those before it are. */
  readonly refused: { readonly sequence: number | null; readonly why: ChangesRefusal } | null;
}
