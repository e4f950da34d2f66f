/** The fingerprint engine without threads; the station uses `fingerprint-workers.ts` instead. */
export { type ExtractionError, type ExtractionErrorCode, extractTemplate } from './extraction/extract.ts';
export { compareTemplates } from './matching/compare.ts';
export { assessQuality } from './quality/capture-quality.ts';
export type { Minutia, MinutiaType, Template } from './template.ts';
export { fuseFingers, fuseImpressions, type Verification, verify } from './verify.ts';
