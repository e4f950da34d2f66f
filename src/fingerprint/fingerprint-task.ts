import { throwIllegalValue } from '../domain/assert.ts';
import type { CaptureQuality, FingerPosition } from '../domain/finger.ts';
import { type GreyImage, wipeImage } from '../domain/grey-image.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { encodeIso2005, ISO_ANGLE_UNIT } from './codecs/iso-19794-2-2005.ts';
import { recordFromTemplate } from './codecs/minutiae-record.ts';
import { readTemplates } from './codecs/read-templates.ts';
import { checkImage, type ExtractionErrorCode, extractTemplate } from './extraction/extract.ts';
import { wipeSimilarityKernel } from './kernels/similarity-kernel.ts';
import { assessQuality } from './quality/capture-quality.ts';
import type { Template } from './template.ts';
import { verify } from './verify.ts';

/** What a worker is asked to do: plain data that crosses a thread boundary. */
export type FingerprintTask =
  | { readonly method: 'assess-quality'; readonly image: GreyImage }
  | { readonly method: 'extract'; readonly image: GreyImage; readonly position: FingerPosition }
  | {
      readonly method: 'verify';
      readonly image: GreyImage;
      readonly enrolledIsoTemplates: readonly Uint8Array[];
    };

export interface FingerprintTaskError {
  readonly code: ExtractionErrorCode | 'unreadable-template' | 'worker-stopped';
}

export interface ExtractedTemplate {
  /** An ISO/IEC 19794-2:2005 record of one view. */
  readonly isoTemplate: Uint8Array;
  readonly minutiaeCount: number;
  readonly quality: CaptureQuality;
}

export interface ImageVerification {
  /** 10 k is about FMR 10^-k; the threshold is the procedure's. */
  readonly score: number;
  /** One score per enrolled template, in their order. */
  readonly impressionScores: readonly number[];
  readonly quality: CaptureQuality;
}

/** What each task gives when all goes well. */
export interface FingerprintTaskValues {
  readonly 'assess-quality': CaptureQuality;
  readonly extract: ExtractedTemplate;
  readonly verify: ImageVerification;
}

export type FingerprintTaskResult = Result<
  FingerprintTaskValues[keyof FingerprintTaskValues],
  FingerprintTaskError
>;

/** Does one task and wipes the image, the enrolled records and what comparison left behind, whatever comes of it. */
export function runTask(task: FingerprintTask): FingerprintTaskResult {
  try {
    const problem = checkImage(task.image);
    if (problem !== null) return err({ code: problem });
    switch (task.method) {
      case 'assess-quality':
        return ok(assessQuality(task.image));
      case 'extract':
        return extract(task.image, task.position);
      case 'verify':
        return verifyImage(task.image, task.enrolledIsoTemplates);
      default:
        return throwIllegalValue(task);
    }
  } finally {
    wipeImage(task.image);
    if (task.method === 'verify') for (const record of task.enrolledIsoTemplates) record.fill(0);
    wipeSimilarityKernel();
  }
}

function extract(
  image: GreyImage,
  position: FingerPosition,
): Result<ExtractedTemplate, FingerprintTaskError> {
  const quality = assessQuality(image);
  const template = extractTemplate(image);
  if (!template.ok) return template;
  const record = recordFromTemplate(template.value, { position, quality: quality.score }, ISO_ANGLE_UNIT);
  return ok({
    isoTemplate: encodeIso2005(record),
    minutiaeCount: template.value.minutiae.length,
    quality,
  });
}

function verifyImage(
  image: GreyImage,
  enrolledIsoTemplates: readonly Uint8Array[],
): Result<ImageVerification, FingerprintTaskError> {
  const enrolled: Template[] = [];
  for (const bytes of enrolledIsoTemplates) {
    const read = readTemplates(bytes);
    if (!read.ok) return err({ code: 'unreadable-template' });
    enrolled.push(...read.value.impressions.map(({ template }) => template));
  }
  const quality = assessQuality(image);
  const probe = extractTemplate(image);
  if (!probe.ok) return probe;
  return ok({ ...verify(probe.value, enrolled), quality });
}
