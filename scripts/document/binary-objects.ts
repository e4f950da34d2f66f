const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/** In front of every object in DER that is looked for here. */
const SEQUENCE = 0x30;

export interface BinaryObject {
  readonly bytes: Uint8Array;
  /** Whether it comes out of a directory (LDIF), which holds more than somebody means to trust. */
  readonly directory: boolean;
}

/**
 * The objects in a file that somebody saved: DER as it is; the blocks of PEM (RFC 7468), with whatever text around them; the binary
 * attributes of LDIF (RFC 2849); or base64 alone.
 */
export function binaryObjectsIn(file: Uint8Array): readonly BinaryObject[] {
  const plain = (objects: readonly Uint8Array[]) => objects.map((bytes) => ({ bytes, directory: false }));
  if (file[0] === SEQUENCE && !isText(file)) return plain([file]);
  const text = Buffer.from(file).toString('latin1');
  const blocks = [...text.matchAll(PEM_BLOCK)].map(([, , base64 = '']) => fromBase64(base64));
  if (blocks.length > 0) return plain(blocks);
  const attributes = attributesOf(text);
  if (attributes.length > 0) return attributes.map((bytes) => ({ bytes, directory: true }));
  return /^[A-Za-z0-9+/=\s]{16,}$/.test(text) ? plain([fromBase64(text)]) : [];
}

/** Values in base64, `name:: value`, which go on in lines that begin with a blank (RFC 2849). */
function attributesOf(text: string): readonly Uint8Array[] {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const values = lines.map((line) => /^[A-Za-z0-9.;-]+:: *([A-Za-z0-9+/= ]+)$/.exec(line)?.[1]);
  const decoded = values.filter((value) => value !== undefined).map(fromBase64);
  // Names in other letters than ASCII are in base64 too.
  return decoded.filter((bytes) => bytes[0] === SEQUENCE);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** A text may begin with the digit 0, which is what a SEQUENCE begins with. */
function isText(file: Uint8Array): boolean {
  return file.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}
