export { type ExtractionError, type ExtractionErrorCode, extractTemplate } from './extraction/extract.ts';
export { compareTemplates } from './matching/compare.ts';
