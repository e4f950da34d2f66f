import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { parseJson } from '../../src/packages/commission.ts';
import type { SharedPart } from '../../src/packages/manifest.ts';
import { NATIONAL_INDEX_PART, sharedFileName } from '../../src/packages/open-package.ts';
import { hashFile } from '../../src/packages/package-file.ts';
import { writeNationalIndex } from '../../src/register/national-index/write-national-index.ts';
import type { Register } from '../../src/register/register.ts';
import { describeIndexError } from '../register/describe-index.ts';

const RECORD = 'national-index.json';
const recordSchema = z.strictObject({
  register: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  claims: z.string().optional(),
});

/**
 * The index of the whole country, once for all stations: made from the national register, or found from the run before
 * where the register is the same.
 */
export function nationalIndexPart(options: {
  readonly out: string;
  readonly register: Register;
  readonly key: Uint8Array;
  /** Whom stations seal claims about visitors to; left out where visitors are identified nowhere. */
  readonly claims?: string;
  readonly onVoter?: (done: number) => void;
}): Result<SharedPart, string> {
  const { out, register, key, claims } = options;
  const directory = join(out, 'shared');
  mkdirSync(directory, { recursive: true });
  const info = register.info();
  const record = join(directory, RECORD);
  const known = existsSync(record) ? recordSchema.safeParse(parseJson(readFileSync(record, 'utf8'))) : null;
  if (known?.success === true && known.data.register === info.contentHash && known.data.claims === claims) {
    const { bytes, sha256 } = known.data;
    const found = hashFile(join(directory, sharedFileName(NATIONAL_INDEX_PART, sha256)));
    if (found?.sha256 === sha256 && found.bytes === bytes) return ok({ name: NATIONAL_INDEX_PART, ...found });
  }
  const unnamed = join(directory, 'national-index.new');
  rmSync(unnamed, { force: true });
  const written = writeNationalIndex({
    ...{ file: unnamed, key },
    source: {
      electionId: info.electionId,
      mock: info.mock,
      stations: register.stations(),
      voters: register.indexedPeople(),
      ...(claims === undefined ? {} : { claims }),
    },
    ...(options.onVoter === undefined ? {} : { onVoter: options.onVoter }),
  });
  if (!written.ok)
    return err(`the national index was not made (in ${directory}): ${describeIndexError(written.error)}`);
  const sha256 = Buffer.from(written.value.sha256).toString('hex');
  const { bytes } = written.value;
  renameSync(unnamed, join(directory, sharedFileName(NATIONAL_INDEX_PART, sha256)));
  writeFileSync(record, `${JSON.stringify({ register: info.contentHash, bytes, sha256, claims })}\n`, {
    flush: true,
  });
  return ok({ name: NATIONAL_INDEX_PART, bytes, sha256 });
}
