const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Separators that belong to a code's text (AAMVA, ISO/IEC 15434), not to the reader's framing. */
const TEXT_CONTROLS = [0x09, 0x1c, 0x1d, 0x1e, 0x1f];
/** More than any document or code holds: beyond it, it is noise. */
const MAX_BYTES = 8_192;

/** Total length to the length of one line: TD3 2 x 44, TD1 3 x 30, TD2 2 x 36 (ICAO 9303 parts 4, 5, 6). */
const LINES_WITHOUT_SEPARATORS = new Map([
  [88, 44],
  [90, 30],
  [72, 36],
]);

/** The length of a zone's line to how many there are. */
const LINES_OF_ZONE = new Map([
  [44, 2],
  [30, 3],
  [36, 2],
]);

/** How the first line of a zone begins: code of the document, issuing state (ICAO 9303 parts 4, 5, 6). */
const BEGINNING_OF_ZONE = /^[ACIPV](?:[A-Z<](?:[A-Z<]{0,3}|[A-Z<]{3}[A-Z0-9<]*))?$/;

/**
 * Takes the framing of serial MRZ and code readers off a stream of bytes, whatever its chunks: lines end in CR,
 * LF or both; a message may stand between STX and ETX, and may have a device header (SOH, length, device, type,
 * STX, one flag byte) with one check byte after ETX. Readers that send no ETX end a message by falling silent:
 * the driver calls `flush` then. Empty lines are dropped, because some readers send a bare CR for a line that
 * they could not read; what the characters mean is left to the parser of the zone.
 */
export class LineAssembler {
  private lines: string[] = [];
  private line: number[] = [];
  private bytesTaken = 0;
  /** Bytes of framing that are still to be dropped. */
  private skip = 0;
  private inHeader = false;
  private hadHeader = false;
  /** Since STX: an ETX is to come. */
  private inText = false;

  /** The message that has begun says of itself that more is to come: its ETX, or lines of a zone. */
  get isUnfinished(): boolean {
    if (this.inHeader || this.inText) return true;
    const lines = this.line.length === 0 ? this.lines : [...this.lines, textOf(this.line)];
    const [first = ''] = lines;
    // Its first line has begun and has no end yet.
    if (this.lines.length === 0 && first.length < 44 && BEGINNING_OF_ZONE.test(first)) return true;
    if (!/^[A-Z][A-Z0-9<]+$/.test(first) || !first.includes('<')) return false;
    const whole = LINES_OF_ZONE.get(first.length);
    return whole !== undefined && lines.length <= whole && lines.join('').length < whole * first.length;
  }

  /** The messages that `bytes` completed. */
  push(bytes: Uint8Array): string[][] {
    const messages: string[][] = [];
    for (const byte of bytes) {
      const message = this.take(byte);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  /** What has come so far, as a message; null when that is nothing. */
  flush(): string[] | null {
    this.endLine();
    const lines = cutLines(this.lines);
    this.reset();
    return lines.length === 0 ? null : lines;
  }

  /** Forgets a message that was cut off. */
  reset(): void {
    this.lines = [];
    this.line = [];
    this.bytesTaken = 0;
    this.skip = 0;
    this.inHeader = false;
    this.hadHeader = false;
    this.inText = false;
  }

  private take(byte: number): string[] | null {
    this.bytesTaken += 1;
    if (this.bytesTaken > MAX_BYTES) this.reset();
    if (this.skip > 0) {
      this.skip -= 1;
      return null;
    }
    switch (byte) {
      case SOH:
        this.reset();
        this.inHeader = true;
        this.hadHeader = true;
        // The length may be any value, that of STX too.
        this.skip = 1;
        return null;
      case STX:
        this.beginText();
        return null;
      case ETX:
        return this.endMessage();
      case CARRIAGE_RETURN:
      case LINE_FEED:
        this.endLine();
        return null;
      default:
        if (!this.inHeader && (byte >= 0x20 || TEXT_CONTROLS.includes(byte))) this.line.push(byte);
        return null;
    }
  }

  private beginText(): void {
    const { hadHeader } = this;
    this.reset();
    this.hadHeader = hadHeader;
    this.inText = true;
    if (hadHeader) this.skip = 1;
  }

  private endMessage(): string[] | null {
    const { hadHeader } = this;
    const message = this.flush();
    if (hadHeader) this.skip = 1;
    return message;
  }

  private endLine(): void {
    if (this.line.length > 0) this.lines.push(textOf(this.line));
    this.line = [];
  }
}

function textOf(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Cuts a zone that came without separators into its lines. */
function cutLines(lines: string[]): string[] {
  const [only] = lines;
  const length = only === undefined ? undefined : LINES_WITHOUT_SEPARATORS.get(only.length);
  if (only === undefined || lines.length !== 1 || length === undefined) return lines;
  if (!/^[A-Z0-9<]+$/.test(only)) return lines;
  const cut: string[] = [];
  for (let start = 0; start < only.length; start += length) cut.push(only.slice(start, start + length));
  return cut;
}
