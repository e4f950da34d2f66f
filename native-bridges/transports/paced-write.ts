import type { DeviceProblem } from '../../src/domain/devices.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { sleep, type Timer } from '../../src/domain/timer.ts';

/** What a machine that raises its hand in time still takes: the least that receipt printers leave free. */
const PIECE_BYTES = 32;
/** Real-time commands are heard also while nothing else is taken: they ask why. */
const REAL_TIME_BYTES = 4;
const LOOK_MILLISECONDS = 5;

export interface PacedLine {
  /** Returns once the bytes have left this machine. */
  write(bytes: Uint8Array): Promise<Result<void, DeviceProblem>>;
  /** Whether the far end says that it can take more; null where the line does not tell. */
  isReady(): Promise<boolean | null>;
}

/**
 * Writes in pieces, each once the far end says by its own signal (DTR of a printer, DSR here) that it can take it. The
 * operating system knows this way of holding back only for RTS and CTS.
 */
export async function writePaced(
  bytes: Uint8Array,
  line: PacedLine,
  timer: Timer,
  signal: AbortSignal,
): Promise<Result<void, DeviceProblem>> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    while (bytes.length > REAL_TIME_BYTES && (await line.isReady()) === false) {
      if (signal.aborted) return err({ code: 'absent' });
      await sleep(timer, LOOK_MILLISECONDS);
    }
    if (signal.aborted) return err({ code: 'absent' });
    const written = await line.write(piece);
    if (!written.ok) return written;
  }
  return ok();
}
