import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { ImageReading } from '../../src/fingerprint/images/decode-image.ts';
import {
  type CandidateList,
  type GalleryTemplate,
  openGallery,
} from '../../src/fingerprint/search/gallery.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressBar } from '../progress.ts';
import { IMAGE_FILE } from './fingerprint-image-file.ts';
import { isTemplateFile, readFileTemplates } from './fingerprint-template-file.ts';

export interface IdentifyOptions {
  /** Impressions of the one finger that is searched for. */
  readonly probes: readonly string[];
  /** Holds `<person>_<anything>` images and minutiae records. */
  readonly folder: string;
  readonly reading: ImageReading;
  readonly depth: number | null;
  readonly limit: number | null;
  readonly threads: number;
  readonly progress: (text: string) => void;
}

const PERSON_OF_FILE = /^(\d{1,9})_/;

/** Searches a folder for the finger of the probes. Whose finger it is people decide, not this list. */
export async function identifyInFolder(options: IdentifyOptions): Promise<Result<CandidateList, string>> {
  const probes = [];
  for (const file of options.probes) {
    const read = await readFileTemplates(file, options.reading);
    if (!read.ok) return read;
    probes.push(...read.value);
  }
  const enrolled = await readGallery(options);
  if (!enrolled.ok) return enrolled;
  const program = findProgramFiles();
  const gallery = await openGallery(enrolled.value, {
    threads: options.threads,
    ...(program.bundled ? { entry: new URL('gallery-worker.js', program.fingerprintWorkerEntry) } : {}),
  });
  if (!gallery.ok) return err(`${options.folder}: ${gallery.error.code}`);
  try {
    const list = await gallery.value.search(probes, {
      ...(options.depth === null ? {} : { depth: options.depth }),
      ...(options.limit === null ? {} : { limit: options.limit }),
    });
    return list.ok ? list : err(list.error.code);
  } finally {
    await gallery.value.close();
  }
}

async function readGallery(options: IdentifyOptions): Promise<Result<GalleryTemplate[], string>> {
  const files = await readdir(options.folder).catch(() => null);
  if (files === null) return err(`${options.folder}: no such folder`);
  const named = files.filter(
    (file) => PERSON_OF_FILE.test(file) && (IMAGE_FILE.test(file) || isTemplateFile(file)),
  );
  if (named.length === 0) return err(`${options.folder}: no <person>_<anything> images or records`);
  const templates: GalleryTemplate[] = [];
  for (const [done, file] of named.sort().entries()) {
    const read = await readFileTemplates(join(options.folder, file), options.reading);
    options.progress(progressBar('reading', done + 1, named.length));
    // An image without ridges is no reason to give up a search among thousands.
    if (!read.ok) {
      options.progress(read.error);
      continue;
    }
    const person = Number(PERSON_OF_FILE.exec(file)?.[1]);
    templates.push(...read.value.map((one) => ({ person, ...one })));
  }
  return ok(templates);
}

/** The list as lines for people, with what it is not. */
export function formatCandidates({ candidates, persons, compared }: CandidateList): string[] {
  return [
    `${persons} persons, ${compared} of them compared in full`,
    'person       score   strangers expected at this score',
    ...candidates.map(
      ({ person, score, strangersExpected }) =>
        `${String(person).padEnd(10)} ${score.toFixed(1).padStart(7)}   ${strangersExpected.toPrecision(2)}`,
    ),
    'A list for people to check, never an identification.',
  ];
}
