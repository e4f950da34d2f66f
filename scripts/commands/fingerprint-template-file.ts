import { readFile } from 'node:fs/promises';
import type { FingerPosition } from '../../src/domain/finger.ts';
import { wipeImage } from '../../src/domain/grey-image.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { readTemplates } from '../../src/fingerprint/codecs/read-templates.ts';
import { extractTemplate, type Template } from '../../src/fingerprint/engine.ts';
import type { ImageReading } from '../../src/fingerprint/images/decode-image.ts';
import { explainImageError, readGreyImage } from './fingerprint-image-file.ts';

export interface FileTemplate {
  readonly position: FingerPosition;
  readonly template: Template;
}

const TEMPLATE_FILE = /\.(fmr|iso|ist|fmd|ansi)$/i;
const LARGEST_RECORD = 4_000_000;

export function isTemplateFile(file: string): boolean {
  return TEMPLATE_FILE.test(file);
}

/** The impressions of a file: of an image the one that is extracted, of a minutiae record all that it holds. */
export async function readFileTemplates(
  file: string,
  reading: ImageReading,
): Promise<Result<readonly FileTemplate[], string>> {
  if (isTemplateFile(file)) {
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) return err(`${file}: unreadable-file`);
    if (bytes.length > LARGEST_RECORD) return err(`${file}: file-too-large`);
    const record = readTemplates(bytes);
    return record.ok ? ok(record.value.impressions) : err(`${file}: ${record.error.code}`);
  }
  const image = await readGreyImage(file, reading);
  if (!image.ok) return err(`${file}: ${explainImageError(image.error)}`);
  const template = extractTemplate(image.value);
  wipeImage(image.value);
  if (!template.ok) return err(`${file}: ${template.error.code}`);
  return ok([{ position: 0, template: template.value }]);
}
