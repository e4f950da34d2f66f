import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { err, ok, type Result } from '../../domain/result.ts';
import { sealVisitors } from './seal-visitors.ts';
import type { VisitorHeader } from './visitor-file-layout.ts';
import { type VisitorFileSummary, VisitorFileWriter } from './visitor-file-writer.ts';
import type { VisitorRecord } from './visitor-record.ts';

export interface WriteVisitorFileOptions {
  readonly file: string;
  /** The stations' half; see visitor-keys.ts. */
  readonly visitorKey: Uint8Array;
  /** The centre's half. */
  readonly releaseKey: Uint8Array;
  readonly about: VisitorHeader;
  readonly records: Iterable<VisitorRecord>;
}

/** Seals what the centre serves of the visitors of one small election; whole or not at all. */
export function writeVisitorFile(
  options: WriteVisitorFileOptions,
): Result<VisitorFileSummary, 'already-exists' | 'cannot-write'> {
  const { file, about, visitorKey, releaseKey, records } = options;
  if (existsSync(file)) return err('already-exists');
  const unfinished = `${file}.unfinished`;
  const sealing = { electionId: about.electionId, visitorKey, releaseKey };
  try {
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      const writer = new VisitorFileWriter(descriptor, about);
      writer.begin();
      writer.add(sealVisitors(sealing, records));
      const summary = writer.finish();
      renameSync(unfinished, file);
      return ok(summary);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    rmSync(unfinished, { force: true });
    if (cause instanceof Error && 'syscall' in cause) return err('cannot-write');
    throw cause;
  }
}
