/**
 * Every refusal that the station can answer with. A screen has words for each in three languages, and says
 * what to do next; none carries personal data.
 */
export const STATION_ERRORS = [
  /** The call's parameters did not parse. */
  'bad-request',
  /** This window or this person may not do that. */
  'not-allowed',
  'wrong-pin',
  /** Too many wrong PINs; `retryAfterSeconds` says how long to wait. */
  'pin-locked',
  'two-people-needed',
  'same-person-twice',
  'chair-needed',
  'member-needed',
  'operator-needed',
  /** Not in this phase of the day (for instance identifying before opening). */
  'wrong-phase',
  /** Another step is on the desk (two windows acting at once, or a late click). */
  'desk-moved-on',
  'voter-not-found',
  'handover-not-found',
  /** The record of a voter of another station isn't kept: with the document it is brought again. */
  'visitor-document-again',
  /** The record of a voter of another station came, and can't be read. */
  'visitor-record-damaged',
  'receipt-not-found',
  'receipt-of-other-station',
  'already-done',
  'personal-number-invalid',
  'mrz-invalid',
  'search-too-short',
  /** The procedure of this election does not allow searching for a finger among all voters. */
  'finger-search-off',
  /** Nobody opened the gallery, or its sitting is over. */
  'finger-search-closed',
  'no-finger',
  'image-unreadable',
  'template-damaged',
  'scanner-problem',
  'card-lost',
  'card-problem',
  'printer-problem',
  /** The laptop's own half of the key: its stick isn't plugged in, or its TPM was cleared or is another one. */
  'laptop-share-missing',
  'laptop-tpm-refuses',
  /** Somebody of the commission whose PIN doesn't unlock since the key was moved: two others let one be set anew. */
  'pin-renewal-needed',
  /** Somebody was removed, and the ledger could not be moved to another key yet. */
  'keys-not-moved',
  /** The file of keys is missing, or is not what was written. */
  'unlock-file-damaged',
  /** The PINs are right, and open the key that the ledger had before: an old copy of the file was put back. */
  'unlock-file-older',
  /** The package could be opened until an earlier day than the one that two people confirmed. */
  'package-expired',
  /** This laptop was set up without a package, or by an older program. */
  'no-package',
  /** No stick that can be read is plugged in. */
  'no-stick',
  /** Nothing on the sticks is newer than what is here. */
  'nothing-on-stick',
  /** Between opening and closing no package is replaced: signed changes are. */
  'package-during-day',
  'package-older',
  /** It is in force already. */
  'package-same',
  /** Of another election or station, or not sealed to this laptop, or for another table. */
  'package-not-for-us',
  /** Too few signatures, or one that is wrong. */
  'package-not-signed',
  /** A byte of it changed, or a part is missing. */
  'package-damaged',
  /** Another table of this station carried out changes that are refused here. */
  'changes-refused',
  /** More new members than the laptop has shares for. */
  'package-too-many-new',
  /** The new PIN is the old one. */
  'pin-not-new',
  /** Another table of the station answers, and is not closed: the list here can't be destroyed before. `tables` says which. */
  'table-still-open',
  /** Another table doesn't answer, and as far as is known here was never closed: two people have to say that it is gone. */
  'table-not-closed',
  /** Destroyed after the election, as its certificate says. */
  'register-erased',
  'register-other-election',
  'register-damaged',
  /** The national index is missing, or is not the one that the register was made with. */
  'index-unusable',
  /** It is as it was signed, and another version of the program made it: a newer package is needed, or a newer program. */
  'index-of-older-program',
  'index-of-newer-program',
  /** More people of other stations were looked up than can have stood at one table. */
  'index-asked-too-often',
  'ledger-damaged',
  /** The log is whole, and the tables beside it, which screens and reports are made from, say something else. */
  'tables-differ',
  /** Something that was confirmed is not in the database: it is an old copy, or its end was lost. */
  'ledger-restored',
  /** The stick with the journal is not there, is full, or can't be written to. The day goes on without it. */
  'stick-missing',
  'stick-full',
  'stick-failed',
  /** The laptop's own file that says where the journal goes and who may read it is not what was written. */
  'journal-settings-unreadable',
  /** The stick that what waits for the centre is carried on: not there, full, or it can't be written to or read. */
  'carrier-missing',
  'carrier-full',
  'carrier-failed',
  /** It went away while it was written or read. */
  'carrier-pulled-out',
  /** The package names nobody at the centre to seal it to; nothing is written in the clear. */
  'carrier-key-missing',
  /** The centre has a receipt for everything. */
  'nothing-to-carry',
  /** On the stick that came back: no answer of the centre, another laptop's alone, or what it never signed. */
  'receipts-not-there',
  'receipts-of-other-laptop',
  'receipts-wrong',
  /** The centre put aside or turned away what was carried; it stays here, and waits. */
  'carried-not-accepted',
  /** Paper mode was not declared, or is on already. */
  'paper-mode-off',
  'paper-mode-on',
  /** Lines of the paper form that were entered before; nothing of what came with them is. */
  'paper-lines-known',
  /** The station has one lane. */
  'no-other-lanes',
  'wrong-lane-code',
  /** Neither an address nor the code of another table's screen. */
  'lane-address-malformed',
  /** No table of this station answers there. */
  'lane-not-reached',
  /** A table of this station answers there, with another version of the program. */
  'lane-other-version',
  /** A table with keys of this station answers there, for another election or station. */
  'lane-elsewhere',
  /** Whoever answers there has no key of a table of this station. */
  'lane-stranger',
  /** The address is this laptop's own. */
  'lane-is-this-one',
  /** Nothing can be listened on: no network, or the system forbids it. */
  'door-unavailable',
  /** The grant is recorded, but on one disk only. */
  'no-second-copy',
  'undo-not-copied',
  /** An undo that is recorded, but on one disk only: nobody should rely on it before it is copied. */
  'on-one-disk',
  /** Too many wrong codes of another table: wait. */
  'lane-code-locked',
  /** A lane that answers is not switched off. */
  'lane-answers',
  /** Nor is one that shows its key and can't be worked with: its program is of another version, or of another election. */
  'lane-on-misfit',
  /** This lane, or the one that was asked, may not decide about this voter. */
  'lane-not-owning',
  /** This lane owns nothing before it has heard the others, or two people let it go on. */
  'this-table-waits',
  'identified-elsewhere',
  'voter-at-desk',
  /** Devices are not tried while a voter stands at the desk. */
  'desk-in-use',
  'disk-full',
  'disk-failed',
  'clock-implausible',
  'checks-missing',
  'draw-incomplete',
  'number-out-of-range',
  'reason-missing',
  'collector-unreachable',
  'not-in-mock',
  'station-restarting',
] as const;
export type StationErrorCode = (typeof STATION_ERRORS)[number];

export interface StationError {
  readonly code: StationErrorCode;
  readonly retryAfterSeconds?: number;
  /** Numbers of the tables that it is about. */
  readonly tables?: readonly number[];
  /** Of the paper form: those that it is about. */
  readonly lines?: readonly number[];
}
