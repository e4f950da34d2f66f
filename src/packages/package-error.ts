import type { IndexVersion } from '../register/national-index/index-header.ts';
import type { RegisterError } from '../register/register-error.ts';
import type { PartName } from './manifest.ts';

/** Why a package is refused. Nothing of it was used. No variant carries personal data. */
export type PackageError =
  | { readonly code: 'package-unreadable' }
  /** It doesn't begin as a package does. */
  | { readonly code: 'not-a-package' }
  /** The file ends before, or goes on after, what the manifest says. */
  | { readonly code: 'package-size'; readonly expected: number; readonly found: number }
  | { readonly code: 'manifest-malformed' }
  /** Fewer of the commission's members signed than have to. */
  | { readonly code: 'too-few-signatures'; readonly needed: number; readonly found: number }
  /** A signature that is no member's, is there twice, or isn't of this text. */
  | { readonly code: 'signature-wrong'; readonly name: string }
  | { readonly code: 'part-missing'; readonly part: PartName }
  /** Twice, or not in its place. */
  | { readonly code: 'part-out-of-place'; readonly part: PartName }
  | {
      readonly code: 'part-too-large';
      readonly part: PartName;
      readonly bytes: number;
      readonly most: number;
    }
  /** A byte of it changed. */
  | { readonly code: 'part-changed'; readonly part: PartName }
  /** What is inside is not what was signed, or no such part can be read. */
  | { readonly code: 'part-malformed'; readonly part: PartName }
  | { readonly code: 'shared-part-missing'; readonly name: string }
  | { readonly code: 'shared-part-changed'; readonly name: string }
  /** The national index beside it is of another version of Tizme, or none. */
  | { readonly code: 'index-version'; readonly found: Exclude<IndexVersion, 'ours'> }
  | { readonly code: 'other-election'; readonly expected: string; readonly found: string }
  | { readonly code: 'other-station'; readonly expected: number; readonly found: number }
  | { readonly code: 'mock-mismatch'; readonly expected: boolean; readonly found: boolean }
  /** A newer one was here already. */
  | { readonly code: 'older-version'; readonly seen: number; readonly found: number }
  /** The same version with other content: two packages claim to be the one. */
  | { readonly code: 'same-version-differs'; readonly version: number }
  | { readonly code: 'package-expired'; readonly expired: string; readonly day: string }
  /** This laptop isn't among the lanes that the package was sealed to. */
  | { readonly code: 'not-for-this-laptop' }
  | { readonly code: 'counts-differ'; readonly signed: number; readonly found: number }
  | { readonly code: 'register-differs' }
  /** A voter's row that no register takes. */
  | { readonly code: 'row-refused'; readonly line: number; readonly field: string; readonly reason: string }
  | { readonly code: 'register-failed'; readonly register: RegisterError };

const INDEX_SENTENCES: Readonly<Record<Exclude<IndexVersion, 'ours'>, string>> = {
  older:
    'The national index of this package was made by an older Tizme: it does not say which ballots a voter of another station gets. Build the packages again with this one.',
  newer: 'The national index of this package was made by a newer Tizme. Put that one on this laptop.',
  none: 'The shared part "national-index" is no national index. Do not use this package.',
};

/** One sentence for the person at the laptop: what is wrong, and what to do. */
export function explainPackageError(error: PackageError): string {
  switch (error.code) {
    case 'package-unreadable':
      return 'The file can not be read: check the name, and whether the stick is plugged in.';
    case 'not-a-package':
      return 'This file is no election package.';
    case 'package-size':
      return error.found < error.expected
        ? `The file was cut short: ${error.found} of ${error.expected} bytes. Copy it again.`
        : `The file has ${error.found - error.expected} bytes too many. Copy it again.`;
    case 'manifest-malformed':
      return 'The description at the beginning of the package is damaged. Copy it again.';
    case 'too-few-signatures':
      return `Signed by ${error.found} of the commission's members; ${error.needed} have to. Ask the central commission for the signed package.`;
    case 'signature-wrong':
      return `The signature "${error.name}" is none of a member of this commission over this package: it was changed after it was signed, or is of another commission. Do not use it.`;
    case 'part-missing':
      return `The part "${error.part}" is missing. Do not use this package.`;
    case 'part-out-of-place':
      return `The part "${error.part}" is there twice or in another place. Do not use this package.`;
    case 'part-too-large':
      return `The part "${error.part}" claims ${error.bytes} bytes; a station's has at most ${error.most}. Do not use this package.`;
    case 'part-changed':
      return `The part "${error.part}" was changed on its way. Copy the package again; if that does not help, ask for another.`;
    case 'part-malformed':
      return `The part "${error.part}" is not what the commission signed. Do not use this package.`;
    case 'shared-part-missing':
      return `The shared part "${error.name}" is missing: copy it beside the package.`;
    case 'shared-part-changed':
      return `The shared part "${error.name}" is not the one that the package names. Copy it again.`;
    case 'index-version':
      return INDEX_SENTENCES[error.found];
    case 'other-election':
      return `This package is of the election ${error.found}, not of ${error.expected}. Take the right one.`;
    case 'other-station':
      return `This package is of station ${error.found}, not of station ${error.expected}. Take the right one.`;
    case 'mock-mismatch':
      return error.found
        ? 'This is a training package, and this laptop is set up for a real election.'
        : 'This is a real package, and this laptop is set up for training.';
    case 'older-version':
      return `This is version ${error.found}; version ${error.seen} was on this laptop already. Use the newer one.`;
    case 'same-version-differs':
      return `Another package with the same version ${error.version} was on this laptop already. Ask the central commission which is theirs.`;
    case 'package-expired':
      return `The package could be opened until ${error.expired}; the day is ${error.day}. Check the date, or ask for a newer package.`;
    case 'not-for-this-laptop':
      return 'The package is not sealed to this laptop: let two members admit it as a spare (tizme provision admit), or use the laptop that was enrolled.';
    case 'counts-differ':
      return `The list has ${error.found} voters, or others by sex and age, than the ${error.signed} that were signed. Do not use this package.`;
    case 'register-differs':
      return 'The list is not the one that was signed. Do not use this package.';
    case 'row-refused':
      return `Voter ${error.line} of the list: ${error.field} ${error.reason}. Do not use this package.`;
    case 'register-failed':
      return explainRegisterFailure(error.register);
  }
}

function explainRegisterFailure(error: RegisterError): string {
  const code = error.code === 'register-store' ? error.store.code : error.code;
  return code === 'disk-full'
    ? 'The list could not be written: the disk is full. Make room, and do it again; nothing of it was kept.'
    : `The list could not be written (${code}); nothing of it was kept.`;
}
