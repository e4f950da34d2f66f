/**
 * The fingerprint engine on the caller's own thread, for tools and generators; the station goes through
 * `fingerprint-workers.ts`.
 */
export { extractTemplate } from './extraction/extract.ts';
export { compareTemplates } from './matching/compare.ts';
export { assessQuality } from './quality/capture-quality.ts';
export type { Template } from './template.ts';
export { verify } from './verify.ts';
