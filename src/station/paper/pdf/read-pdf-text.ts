import { inflateSync } from 'node:zlib';

/**
 * The text of each page of a PDF as pdfkit writes it, one line for each piece of text: enough to test what our
 * own papers say without a viewer. It follows fonts to their ToUnicode tables (ISO 32000-1, 9.10.3), so a letter
 * that is missing in a font is missing here too.
 */
export function readPdfText(pdf: Uint8Array): string[] {
  const objects = readObjects(Buffer.from(pdf).toString('latin1'));
  const follow = (text: string, key: string): string =>
    objects.get(Number(new RegExp(`/${key} (\\d+) 0 R`).exec(text)?.[1])) ?? '';
  const pages = [...objects.values()].filter((text) => /\/Type \/Page\b/.test(text));
  return pages.map((page) => {
    const fonts = new Map<string, ReadonlyMap<string, string>>();
    for (const [, name = '', id] of follow(page, 'Resources').matchAll(/\/(F\d+) (\d+) 0 R/g))
      fonts.set(name, readToUnicode(streamOf(follow(objects.get(Number(id)) ?? '', 'ToUnicode'))));
    return readContent(streamOf(follow(page, 'Contents')), fonts);
  });
}

function readObjects(file: string): ReadonlyMap<number, string> {
  const objects = new Map<number, string>();
  for (const [, id, body = ''] of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g))
    objects.set(Number(id), body);
  return objects;
}

function streamOf(object: string): string {
  const bytes = Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(object)?.[1] ?? '', 'latin1');
  return (object.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
}

/** Glyph (four hexadecimal digits) to text. */
function readToUnicode(cmap: string): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  for (const [, start = '', list = ''] of cmap.matchAll(/<(\w{4})> <\w{4}> \[([^\]]*)\]/g))
    [...list.matchAll(/<([\w ]+)>/g)].forEach(([, code = ''], index) => {
      const glyph = (Number.parseInt(start, 16) + index).toString(16).padStart(4, '0');
      letters.set(glyph, Buffer.from(code.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'));
    });
  return letters;
}

function readContent(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const lines: string[] = [];
  let letters: ReadonlyMap<string, string> = new Map();
  for (const [, font, pieces] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? new Map();
    if (pieces === undefined) continue;
    const glyphs = [...pieces.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
    lines.push(glyphs.map((glyph) => letters.get(glyph) ?? '\ufffd').join(''));
  }
  return lines.join('\n');
}
