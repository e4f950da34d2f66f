import { writeFile } from 'node:fs/promises';
import type { FaceImage } from '../../src/documents/chip/dg2.ts';
import { showFace } from '../../src/documents/face/face-pictures.ts';
import type { FacePictureError } from '../../src/documents/face/jpeg2000-frame.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { fileProblem } from './trust-folder.ts';

const PICTURE_PROBLEMS: Readonly<Record<FacePictureError['code'], string>> = {
  malformed: 'it is no picture in JPEG or JPEG 2000, or is cut',
  'too-large': 'it asks for more dots than a face on a chip has',
  unsupported: 'it is JPEG 2000 of a kind that faces on chips are not',
  'not-decoded': 'its data are damaged',
};

/** Nobody stands in a queue behind this one. */
const PATIENCE_MILLISECONDS = 60_000;

/** Writes a face as a picture that every program shows, for its owner's eyes only. The value says what was written. */
export async function writeFace(face: FaceImage | null, path: string): Promise<Result<string, string>> {
  if (face === null) return err('there is no face that can be written');
  const picture = await showFace(face, { patienceMilliseconds: PATIENCE_MILLISECONDS });
  if (!picture.ok) return err(`the face cannot be shown: ${PICTURE_PROBLEMS[picture.error.code]}`);
  const { mediaType, width, height, bytes } = picture.value;
  try {
    await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
    return ok(`written as ${mediaType}, ${width} x ${height}`);
  } catch (problem) {
    return err(`${path}: ${fileProblem(problem)}`);
  }
}
