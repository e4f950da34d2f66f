import type { PrinterStatus } from '../../../src/domain/devices.ts';

/**
 * Status bytes of ESC/POS. Those of DLE EOT have bits 1 and 4 set and bits 0 and 7 clear; that of GS r has bits
 * 4 and 7 clear. So both can be told apart in one stream of answers, and from line noise.
 */
export function isRealTimeStatus(byte: number): boolean {
  return (byte & 0b1001_0011) === 0b0001_0010;
}

export function isTransmittedStatus(byte: number): boolean {
  return (byte & 0b1001_0000) === 0;
}

const COVER_OPEN = 0b0000_0100;
const STOPPED_FOR_PAPER = 0b0010_0000;
const PAPER_NEAR_END = 0b0000_1100;
const PAPER_END = 0b0110_0000;

/** From the answers to DLE EOT 2 (cause of being offline) and DLE EOT 4 (paper sensors). */
export function decodeStatus(offlineCause: number, paper: number): PrinterStatus {
  const out = (paper & PAPER_END) !== 0 || (offlineCause & STOPPED_FOR_PAPER) !== 0;
  const low = (paper & PAPER_NEAR_END) !== 0;
  return {
    paper: out ? 'out' : low ? 'low' : 'present',
    coverOpen: (offlineCause & COVER_OPEN) !== 0,
  };
}

/** The other direction, for the emulator. */
export function encodeStatus(status: PrinterStatus): {
  printer: number;
  offlineCause: number;
  paper: number;
} {
  const out = status.paper === 'out';
  const always = 0b0001_0010;
  const offline = out || status.coverOpen ? 0b0000_1000 : 0;
  return {
    printer: always | offline,
    offlineCause: always | (status.coverOpen ? COVER_OPEN : 0) | (out ? STOPPED_FOR_PAPER : 0),
    paper: always | (status.paper === 'present' ? 0 : PAPER_NEAR_END) | (out ? PAPER_END : 0),
  };
}
