import type { ScannerProfile } from './scanner-profile.ts';

/** Observed on a device: rows from the bottom; variance about 48 on the empty glass, 2100 under a finger. */
export const FUTRONIC_FS81: ScannerProfile = {
  model: 'Futronic FS81',
  dpi: 500,
  orientation: { flipRows: true, flipColumns: false, invert: false },
  presence: { on: 300, off: 150 },
};

/** Ridges come light and upside down. The sensor says itself when a finger lies there. */
export const DIGITALPERSONA_4500: ScannerProfile = {
  model: 'DigitalPersona U.are.U 4500',
  dpi: 512,
  orientation: { flipRows: true, flipColumns: true, invert: true },
  presence: { on: 300, off: 150 },
};

/** A module for training and the bench: its resolution is not stated by the maker. */
export const ZFM_MODULE: ScannerProfile = {
  model: 'ZFM serial module',
  dpi: 500,
  orientation: { flipRows: false, flipColumns: false, invert: false },
  presence: { on: 300, off: 150 },
};
