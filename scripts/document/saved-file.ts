import { readFile } from 'node:fs/promises';
import { withoutPadding } from '../../src/documents/chip/file-padding.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { fileProblem } from './trust-folder.ts';

/** A chip's file as somebody saved it: its bytes, or text of these in hexadecimal or base64; without what the chip filled it up with. */
export async function readSavedFile(path: string): Promise<Result<Uint8Array, string>> {
  try {
    return ok(withoutPadding(bytesOf(await readFile(path))));
  } catch (problem) {
    return err(`${path}: ${fileProblem(problem)}`);
  }
}

/** No file of a chip consists of the letters of either: its second byte is a length or a tag. */
function bytesOf(content: Buffer): Uint8Array {
  const text = content.toString('latin1').trim();
  const digits = text.replace(/^0x|[\s:]/g, '');
  if (/^([0-9a-f]{2}){4,}$/i.test(digits)) return Uint8Array.from(Buffer.from(digits, 'hex'));
  if (/^[A-Za-z0-9+/\s]{8,}={0,2}$/.test(text)) return Uint8Array.from(Buffer.from(text, 'base64'));
  return Uint8Array.from(content);
}
