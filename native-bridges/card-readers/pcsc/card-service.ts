import type { CardReader, DeviceProblem, Unsubscribe } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import type { Timer } from '../../../src/domain/timer.ts';
import { PcscReader, problemOf } from './pcsc-reader.ts';

/** Why the system's card service can't be used. */
export interface CardServiceProblem {
  /** `no-library`: the native module is missing; `no-service`: PC/SC is not running. */
  readonly code: 'no-library' | 'no-service';
}

export interface OpenCardReader extends CardReader {
  /** Told once, when the reader has gone. */
  onClose(listener: () => void): Unsubscribe;
  close(): Promise<void>;
}

/** The card readers that the operating system has for all its programs. */
export interface CardService {
  /** Their names, as the system gives them. */
  list(): Promise<Result<readonly string[], CardServiceProblem>>;
  open(name: string): Promise<Result<OpenCardReader, DeviceProblem>>;
}

export type NativePcsc = typeof import('smartcard');

/** Null where the package is not installed. */
async function loadNativePcsc(): Promise<NativePcsc | null> {
  try {
    return await import('smartcard');
  } catch {
    return null;
  }
}

/** PC/SC (pcscd on Linux, the smart card service on Windows). Nothing native is loaded before it is asked for. */
export function systemCardService(
  timer: Timer,
  load: () => Promise<NativePcsc | null> = loadNativePcsc,
): CardService {
  return {
    list: async () => {
      const pcsc = await load();
      if (pcsc === null) return err({ code: 'no-library' });
      try {
        const context = new pcsc.Context();
        try {
          return ok(context.listReaders().map(({ name }) => name));
        } finally {
          context.close();
        }
      } catch {
        return err({ code: 'no-service' });
      }
    },
    open: async (name) => {
      const pcsc = await load();
      if (pcsc === null) return err({ code: 'absent' });
      try {
        const context = new pcsc.Context();
        const reader = context.listReaders().find((each) => each.name === name);
        if (reader !== undefined) return ok(new PcscReader(pcsc, context, reader, timer));
        context.close();
        return err({ code: 'absent' });
      } catch (problem) {
        return err(problemOf(problem));
      }
    },
  };
}
