import { fieldText, type MrzLayout } from './layout.ts';

export interface DocumentNumberReading {
  /** Without fillers at its end. */
  readonly number: string;
  /** What the check digit is computed over. */
  readonly checkedText: string;
  readonly checkDigit: string;
  /** Optional data 1 without the part of a long number. */
  readonly optionalData: string;
}

/**
 * Reads the document number with the rule for long ones (ICAO 9303-5, 4.2.2.1 note j; 9303-6 likewise): a
 * filler in place of the check digit says that the number goes on in the optional data, followed by its check
 * digit and a filler.
 */
export function readDocumentNumber(zone: string, layout: MrzLayout): DocumentNumberReading {
  const span = layout.fields['document-number'];
  const head = fieldText(zone, span);
  const optionalData = fieldText(zone, layout.fields['optional-data-1']);
  const digit = span.check === null ? '' : zone.charAt(span.check);
  const end = optionalData.indexOf('<');
  const tail = end < 0 ? optionalData : optionalData.slice(0, end);
  if (digit !== '<' || layout.format === 'TD3' || head.endsWith('<') || tail.length < 2) {
    return {
      number: trimFillers(head),
      checkedText: head,
      checkDigit: digit,
      optionalData: trimFillers(optionalData),
    };
  }
  const number = head + tail.slice(0, -1);
  const rest = trimFillers(optionalData.slice(tail.length + 1));
  return { number, checkedText: number, checkDigit: tail.slice(-1), optionalData: rest };
}

/** Takes the fillers off the end. */
export function trimFillers(text: string): string {
  return text.replace(/<+$/, '');
}
