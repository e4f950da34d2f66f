import type { LaneNumber } from '../../domain/lanes/tenure.ts';

/** Where a blank laptop becomes a table over the network: what the table shows that lets it in. */
export type SpareDoorView =
  /**
   * `addresses`: what is typed at the blank laptop; `code`: the same as the text of a QR code. `differed`: people at one
   * of both screens said that the digits of the laptop which came before differ.
   */
  | {
      readonly state: 'waiting';
      readonly lane: LaneNumber;
      readonly addresses: readonly string[];
      readonly code: string;
      readonly differed: boolean;
    }
  /** Six digits, which have to stand on the blank laptop's screen, too. `agreed`: the people here said so. */
  | {
      readonly state: 'comparing';
      readonly lane: LaneNumber;
      readonly digits: string;
      readonly agreed: boolean;
    }
  /** The package is on its way, and then the spare verifies it and writes its list. */
  | { readonly state: 'handing'; readonly lane: LaneNumber; readonly percent: number }
  | { readonly state: 'admitted'; readonly lane: LaneNumber }
  /** Nothing has changed. */
  | { readonly state: 'ended'; readonly lane: LaneNumber; readonly why: SpareDoorEnd };

export const SPARE_DOOR_ENDS = [
  /** Nobody came, or it took too long. */
  'too-late',
  /** The digits differed again and again. */
  'digits-differ',
  /** The disk refuses, or the laptop is admitted already. */
  'not-recorded',
  /** Two people closed it, or the station ended. */
  'closed',
] as const;
export type SpareDoorEnd = (typeof SPARE_DOOR_ENDS)[number];

/** What a blank laptop shows while it becomes a table. */
export interface BecomingView {
  /** Tables on this network that let a spare in now: addresses of each, as `becomeTable` takes them. */
  readonly found: readonly string[];
  /** Folders of the sticks that can keep this laptop's half of the key. */
  readonly sticks: readonly string[];
  /** Whether the laptop itself can keep it: a TPM, or the key store of Windows. */
  readonly keepsKey: boolean;
  readonly step: BecomingStep;
}

export type BecomingStep =
  | { readonly state: 'asking' }
  | { readonly state: 'connecting' }
  | { readonly state: 'comparing'; readonly digits: string; readonly agreed: boolean }
  | {
      readonly state: 'receiving';
      readonly station: number;
      readonly lane: LaneNumber;
      readonly percent: number;
    }
  /** Verifying the package, and writing the list under keys of this laptop's own. */
  | {
      readonly state: 'writing';
      readonly station: number;
      readonly lane: LaneNumber;
      readonly percent: number;
    }
  /** It begins again by itself, as that table. */
  | { readonly state: 'done'; readonly station: number; readonly lane: LaneNumber }
  | { readonly state: 'failed'; readonly why: BecomingFault };

/** Why a blank laptop did not become a table. Nothing of the attempt stays, but for keys that nobody knows yet. */
export const BECOMING_FAULTS = [
  'address-malformed',
  'table-not-reached',
  'table-lost',
  'door-taken',
  'digits-differ',
  'code-needed',
  'wrong-code',
  'other-version',
  'other-certificate',
  'other-commission',
  'file-changed',
  'package-refused',
  'not-admitted',
  /** Neither a TPM nor a key store, and no stick was chosen. */
  'no-keeper',
  'stick-unusable',
  'laptop-keys-damaged',
  'already-a-table',
  'disk-failed',
] as const;
export type BecomingFault = (typeof BECOMING_FAULTS)[number];
