import { type GreyImage, wipeImage } from '../../domain/grey-image.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { StationContext } from '../context.ts';

/** Frames with a finger on them after which the best is taken, however poor: about two seconds. */
const PATIENCE_FRAMES = 20;
const WAIT_MS = 20_000;

export type CaptureProblem = 'no-finger' | 'scanner-problem' | 'desk-moved-on';

/**
 * One finger from the glass, whosever it is: the first frame of the asked quality, or the best one after some
 * patience. Ends when nobody lays a finger on it, and when `stillWanted` says no. The caller wipes the image.
 */
export async function captureFinger(
  context: StationContext,
  stillWanted: () => boolean,
): Promise<Result<GreyImage, CaptureProblem>> {
  const { devices, matcher, timer, procedure } = context;
  const abort = new AbortController();
  let best: { readonly image: GreyImage; readonly score: number } | null = null;
  let problem: CaptureProblem = 'no-finger';
  let frames = 0;
  let assessing = false;
  const cancelWait = timer.after(WAIT_MS, () => abort.abort());
  const ended = await devices.scanner.capture((frame) => {
    const { image } = frame;
    if (!stillWanted()) {
      problem = 'desk-moved-on';
      abort.abort();
    }
    if (!frame.fingerPresent || assessing || abort.signal.aborted) {
      wipeImage(image);
      return;
    }
    assessing = true;
    frames += 1;
    void matcher.assessQuality(image).then((assessed) => {
      assessing = false;
      const score = assessed.ok ? assessed.value.score : 0;
      if (abort.signal.aborted || (best !== null && best.score >= score)) wipeImage(image);
      else {
        if (best !== null) wipeImage(best.image);
        best = { image, score };
      }
      if (score >= procedure.fingerprint.minimumQuality || frames >= PATIENCE_FRAMES) abort.abort();
    });
  }, abort.signal);
  cancelWait();
  const taken = best as { readonly image: GreyImage } | null;
  if (!ended.ok && ended.error.code !== 'cancelled') problem = 'scanner-problem';
  if (taken !== null && problem === 'no-finger') return ok(taken.image);
  if (taken !== null) wipeImage(taken.image);
  return err(problem);
}
