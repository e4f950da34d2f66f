import type { DocumentFault } from '../../fixtures/documents/emulated-document.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { type WrongUsage, wrongUsage } from '../usage.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from './emulated-passport.ts';
import type { Answer } from './read-chip.ts';
import { playVirtualCard } from './virtual-card.ts';

export interface PlayRequest {
  readonly kind: string;
  readonly fault: string | null;
  readonly port: number;
}

const FAULTS: Readonly<Record<string, DocumentFault>> = {
  'copied-chip': { kind: 'copied-chip' },
  'refuses-proof': { kind: 'refuses-proof' },
  altered: { kind: 'altered-file', file: 'DG2', offset: 1200 },
  slow: { kind: 'slow', millisecondsPerCommand: 100 },
};

/** `tizme document play`: the emulated passport behind the card service's virtual reader, for training and for other programs. */
export async function playPassport(
  request: PlayRequest,
  io: CommandIo,
): Promise<Result<Answer, string | WrongUsage>> {
  const { kind, fault, port } = request;
  const found = Object.hasOwn(PASSPORT_KINDS, kind) ? PASSPORT_KINDS[kind] : undefined;
  if (found === undefined) return wrongUsage(`--kind wants one of ${Object.keys(PASSPORT_KINDS).join(', ')}`);
  const wrong = fault !== null && Object.hasOwn(FAULTS, fault) ? FAULTS[fault] : undefined;
  if (fault !== null && wrong === undefined)
    return wrongUsage(`--fault wants one of ${Object.keys(FAULTS).join(', ')}`);
  const { document } = await createEmulatedPassport(found);
  document.setFaults(wrong === undefined ? [] : [wrong]);
  const end = new AbortController();
  const stop = () => end.abort();
  process.once('SIGINT', stop);
  const played = await playVirtualCard(() => document.connect(), {
    host: '127.0.0.1',
    port,
    signal: end.signal,
    onLaid: () => {
      for (const line of ['the passport lies in the virtual reader', ...document.mrz]) io.progress(line);
    },
  });
  process.off('SIGINT', stop);
  if (played.ok) return ok({ lines: [], json: { played: kind }, good: true });
  return err(
    played.error === 'reader-gone'
      ? 'the virtual reader has gone'
      : `no virtual reader at port ${port}: is vsmartcard-vpcd installed, and pcscd running?`,
  );
}
