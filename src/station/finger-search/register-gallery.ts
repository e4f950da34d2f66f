import { assertDefined } from '../../domain/assert.ts';
import { FINGER_POSITIONS } from '../../domain/finger.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { readTemplates } from '../../fingerprint/codecs/read-templates.ts';
import type { FingerprintWorkers } from '../../fingerprint/fingerprint-workers.ts';
import { type Gallery, type GalleryTemplate, openGallery } from '../../fingerprint/search/gallery.ts';
import { problemOf } from '../adapters/matcher.ts';
import type { StationRegister } from '../adapters/station-register.ts';
import type { FingerSearchEngine, RegisterGallery } from './finger-search.ts';

/** Who the persons of an open gallery are, by the numbers that the gallery knows them by. */
type VoterIds = readonly string[];

/**
 * The fingerprint engine's 1:N search in the words of the station.
 * @param entry of the gallery's threads; bundles ship it as a file of its own
 */
export function fingerSearchEngine(workers: FingerprintWorkers, entry?: URL): FingerSearchEngine {
  return {
    async open(register) {
      const read = await readRegister(register);
      if (!read.ok) return read;
      const { voterIds, templates } = read.value;
      const gallery = await openGallery(templates, entry === undefined ? {} : { entry });
      if (!gallery.ok) return err('gallery-empty');
      return ok(registerGallery(gallery.value, voterIds));
    },
    async extract(image) {
      const extracted = await workers.extract(image, 0);
      return extracted.ok ? ok(extracted.value.isoTemplate) : err(problemOf(extracted.error));
    },
  };
}

/** Voters between two turns of the event loop: the desk goes on while seals are opened. */
const VOTERS_A_TURN = 50;

/** Opens every voter's templates, and wipes each record as soon as its minutiae were read. */
async function readRegister(
  register: StationRegister,
): Promise<Result<{ voterIds: VoterIds; templates: GalleryTemplate[] }, 'template-damaged'>> {
  const voterIds: string[] = [];
  const templates: GalleryTemplate[] = [];
  // Read before the first turn of the loop: another call may use the register meanwhile.
  const listNumbers = [...register.all()].map(({ listNumber }) => listNumber);
  for (const listNumber of listNumbers) {
    const voter = register.byListNumber(listNumber);
    if (voter === null || !voter.hasFingerprints) continue;
    const opened = register.openTemplates(voter.id);
    if (!opened.ok) return opened;
    const person = voterIds.push(voter.id) - 1;
    for (const { position, record } of opened.value) {
      const known = FINGER_POSITIONS.find((one) => one === position) ?? 0;
      const views = readTemplates(record);
      record.fill(0);
      if (!views.ok) return err('template-damaged');
      for (const { template } of views.value.impressions)
        templates.push({ person, position: known, template });
    }
    if (person % VOTERS_A_TURN === VOTERS_A_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  return ok({ voterIds, templates });
}

function registerGallery(gallery: Gallery, voterIds: VoterIds): RegisterGallery {
  return {
    voters: voterIds.length,
    async search(record, limit, signal) {
      const read = readTemplates(record);
      if (!read.ok) return err('image-unreadable');
      // Whose finger it may be is not known, nor which: it is compared with all.
      const probes = read.value.impressions.map(({ template }) => ({ position: 0 as const, template }));
      const list = await gallery.search(probes, { limit, signal });
      if (!list.ok) return err(list.error.code === 'no-probe' ? 'image-unreadable' : 'closed');
      return ok(
        list.value.candidates.map(({ person, score, strangersExpected }) => ({
          voterId: assertDefined(voterIds[person], 'voter of a candidate'),
          score,
          strangersExpected,
        })),
      );
    },
    close: () => gallery.close(),
  };
}
