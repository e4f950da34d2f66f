import { throwIllegalValue } from '../../domain/assert.ts';
import type { Language } from '../../domain/language.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { IndexTrouble } from '../adapters/station-register.ts';
import type { CustodyView, PackageView } from '../api/custody-view.ts';
import type { StationError } from '../api/errors.ts';
import type { LaneIdentity, PaperPress, StationContext } from '../context.ts';
import { printerTrouble } from '../desk/print-receipts.ts';
import { forgetPracticePin } from '../lane/lane-file.ts';
import { type PackageNote, readPackageNote } from '../lane/package-note.ts';
import type { CustodyPlace } from './custody-place.ts';
import { erasedViewOf, type KeptCertificate, readCertificate } from './erasure.ts';

export type ErasureCall = 'erasureCertificate' | 'printErasure';

export function isErasureCall(name: string): name is ErasureCall {
  return name === 'erasureCertificate' || name === 'printErasure';
}

/** What the screens show of the laptop's package and of its end, also while it is locked. */
export class CustodyDesk {
  readonly #place: CustodyPlace | null;
  readonly #identity: LaneIdentity;
  readonly #ownPins = new Set<string>();
  #note: PackageNote | null = null;
  #erased: KeptCertificate | null = null;

  constructor(place: CustodyPlace | null, identity: LaneIdentity) {
    this.#place = place;
    this.#identity = identity;
    this.refresh();
  }

  /** Something of it was changed on the disk. */
  refresh(): void {
    if (this.#place === null) return;
    const note = readPackageNote(this.#place.directory);
    this.#note = note.ok && note.value.electionId === this.#identity.electionId ? note.value : null;
    this.#erased = readCertificate(this.#place.directory);
  }

  view(open: Pick<StationContext, 'register'> | null): CustodyView {
    const erased = erasedViewOf(this.#erased);
    if (this.#note === null) return { package: null, erased };
    const { packageVersion: version, expires, signedBy, voters } = this.#note;
    const index = open === null ? 'not-looked' : indexState(open.register.indexTrouble);
    const changes = open?.register.info().deltaSequence ?? null;
    return { package: { version, expires, signedBy, voters, index, changes }, erased };
  }

  /** Somebody has another PIN than the sheet of a mock election says. */
  pinSet(personId: string): void {
    this.#ownPins.add(personId);
    if (this.#place !== null) forgetPracticePin(this.#place.directory, personId);
  }

  practicePins(pins: Readonly<Record<string, string>> | null): Readonly<Record<string, string>> | null {
    if (pins === null || this.#ownPins.size === 0) return pins;
    return Object.fromEntries(Object.entries(pins).filter(([personId]) => !this.#ownPins.has(personId)));
  }

  /** The certificate once more: it names no voter, and needs nobody's PIN. */
  async call(
    name: ErasureCall,
    language: Language,
    { paper, devices }: { readonly paper: PaperPress; readonly devices: StationContext['devices'] },
  ): Promise<Result<unknown, StationError>> {
    if (this.#erased === null) return err({ code: 'wrong-phase' });
    const { certificate, names } = this.#erased;
    if (name === 'erasureCertificate') {
      const bytes = await paper.erasurePdf(certificate, names, language);
      return ok({ fileName: 'tizme-erasure.pdf', base64: Buffer.from(bytes).toString('base64') });
    }
    if ((await printerTrouble({ devices })) !== null) return err({ code: 'printer-problem' });
    const strip = await paper.erasureStrip(certificate, names, language, devices.printer.dotsAcross);
    const printed = await devices.printer.print(strip);
    return printed.ok ? ok(undefined) : err({ code: 'printer-problem' });
  }
}

function indexState(trouble: IndexTrouble | null): PackageView['index'] {
  switch (trouble) {
    case null:
      return 'whole';
    case 'index-of-older-program':
      return 'older';
    case 'index-of-newer-program':
      return 'newer';
    case 'index-unusable':
      return 'unusable';
    default:
      return throwIllegalValue(trouble);
  }
}
