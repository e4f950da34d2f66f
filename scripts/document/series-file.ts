import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type DocumentSeries, KYRGYZ_DOCUMENT_SERIES } from '../../src/documents/mrz/document-series.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { fileProblem } from './trust-folder.ts';

const seriesFile = z
  .array(
    z.strictObject({
      prefix: z.string().regex(/^[A-Z]{1,5}$/),
      document: z.enum(['id-card', 'passport']),
      model: z.int().min(1990).max(2100).nullable(),
    }),
  )
  .max(500);

/** The program's table of series with those of a technician's file before it; the table alone without one. */
export async function readSeries(path: string | null): Promise<Result<readonly DocumentSeries[], string>> {
  if (path === null) return ok(KYRGYZ_DOCUMENT_SERIES);
  try {
    const parsed = seriesFile.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (parsed.success) return ok([...parsed.data, ...KYRGYZ_DOCUMENT_SERIES]);
    const [issue] = parsed.error.issues;
    return err(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  } catch (problem) {
    return err(`${path}: ${problem instanceof SyntaxError ? 'is not JSON' : fileProblem(problem)}`);
  }
}
