import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { parseCommand } from '../../card-readers/iso7816/command.ts';
import { decodeBlock, encodeBlock } from '../../card-readers/iso7816/protocol-t1.ts';
import type { EmulatedCard } from './ccid-emulator.ts';

/** What the card's application answers to a whole command. */
export type Application = (command: Uint8Array) => Uint8Array;

const ATR_T0 = Uint8Array.of(0x3b, 0x00);
/** T=1, information fields of 40 bytes, BWI 4 and CWI 5, LRC. */
const ATR_T1 = Uint8Array.of(0x3b, 0x80, 0x81, 0x31, 0x28, 0x45, 0x80 ^ 0x81 ^ 0x31 ^ 0x28 ^ 0x45);
/** As a contactless reader makes it up. */
const ATR_CONTACTLESS = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);

/** A card behind a reader that carries whole commands. */
export function apduCard(
  application: Application,
  powerSelects: readonly number[] = [0, 1, 2, 3],
): EmulatedCard {
  return {
    powerSelects,
    answerToReset: ATR_CONTACTLESS,
    transmit: async (command) => ok(application(command)),
  };
}

/** A card that speaks T=0: it has the answer fetched by GET RESPONSE, in parts of at most `part` bytes. */
export function t0Card(application: Application, part = 200, powerSelects = [0, 1, 2, 3]): EmulatedCard {
  let waiting: Uint8Array = new Uint8Array();
  return {
    powerSelects,
    answerToReset: ATR_T0,
    transmit: async (unit) => {
      const [, instruction, , , last = 0] = unit;
      if (instruction === 0xc0) {
        const length = last === 0 ? 256 : last;
        const now = waiting.slice(0, Math.min(length, part));
        waiting = waiting.slice(now.length);
        const status = waiting.length === 0 ? [0x90, 0] : [0x61, Math.min(waiting.length, part) & 0xff];
        return ok(Uint8Array.of(...now, ...status));
      }
      const parts = parseCommand(unit);
      if (parts === null) return ok(Uint8Array.of(0x67, 0));
      const answer = application(unit);
      waiting = answer.slice(0, -2);
      const isDataless = parts.data.length === 0;
      if (isDataless && waiting.length > 0 && last !== waiting.length && waiting.length <= 255) {
        return ok(Uint8Array.of(0x6c, waiting.length));
      }
      if (isDataless && last === waiting.length) return ok(answer);
      if (waiting.length === 0) return ok(answer.slice(-2));
      return ok(Uint8Array.of(0x61, Math.min(waiting.length, part) & 0xff));
    },
  };
}

export interface T1Faults {
  /** Blocks that arrive damaged. */
  damaged: number;
  /** Answers before which the card asks for more time. */
  waiting: number;
}

/** A card that speaks T=1 in blocks of 40 bytes, and its faults. */
export function t1Card(application: Application): EmulatedCard & { readonly faults: T1Faults } {
  const faults: T1Faults = { damaged: 0, waiting: 0 };
  const fieldSize = 40;
  let received: number[] = [];
  let answer: Uint8Array | null = null;
  let at = 0;
  let sendNumber = 0;
  let receiveNumber = 0;
  let last: Uint8Array = new Uint8Array();
  const empty = new Uint8Array();

  const nextPart = (): Uint8Array => {
    const part = (answer ?? empty).slice(at, at + fieldSize);
    const more = at + part.length < (answer ?? empty).length ? 0x20 : 0;
    return encodeBlock((sendNumber << 6) | more, part, false);
  };
  const answerTo = (bytes: Uint8Array): Uint8Array => {
    const block = decodeBlock(bytes, false);
    if (block === null) return encodeBlock(0x81 | (receiveNumber << 4), empty, false);
    const { control, information } = block;
    if (control === 0xc1) return encodeBlock(0xe1, information, false);
    if (control === 0xe3) return nextPart();
    if (control === 0xc0) {
      [sendNumber, receiveNumber, received, answer, at] = [0, 0, [], null, 0];
      return encodeBlock(0xe0, empty, false);
    }
    if ((control & 0x80) !== 0) {
      const acknowledged = ((control >> 4) & 1) !== sendNumber && answer !== null;
      if (!acknowledged) return last;
      at += fieldSize;
      sendNumber ^= 1;
      return nextPart();
    }
    if (((control >> 6) & 1) !== receiveNumber) return last;
    if (answer !== null) {
      sendNumber ^= 1;
      [answer, received] = [null, []];
    }
    receiveNumber ^= 1;
    received.push(...information);
    if ((control & 0x20) !== 0) return encodeBlock(0x80 | (receiveNumber << 4), empty, false);
    answer = application(Uint8Array.from(received));
    at = 0;
    if (faults.waiting > 0) {
      faults.waiting -= 1;
      return encodeBlock(0xc3, Uint8Array.of(2), false);
    }
    return nextPart();
  };
  const transmit = async (bytes: Uint8Array): Promise<Result<Uint8Array, DeviceProblem>> => {
    last = answerTo(bytes);
    const sent = last.slice();
    if (faults.damaged > 0) {
      faults.damaged -= 1;
      sent[sent.length - 1] = (sent.at(-1) ?? 0) ^ 0x55;
    }
    return ok(sent);
  };
  return { powerSelects: [0, 1, 2, 3], answerToReset: ATR_T1, transmit, faults };
}

/**
 * A card that offers the speed `offered` (TA1) and then works at that one only, once PPS agreed on it; before, and where
 * `takesIt` is false, at the default.
 */
export function fastCard(card: EmulatedCard, offered: number, takesIt = true): EmulatedCard {
  let speed = 0x11;
  const [, t0 = 0, ...rest] = card.answerToReset;
  const withSpeed = Uint8Array.of(0x3b, t0 | 0x10, offered, ...rest);
  // The check byte, where there is one, covers what was put in.
  const last = withSpeed.length - 1;
  if (rest.length > 0) withSpeed[last] = (withSpeed[last] ?? 0) ^ 0x10 ^ offered;
  return {
    powerSelects: card.powerSelects,
    answerToReset: withSpeed,
    reset: () => {
      speed = 0x11;
    },
    transmit: async (command, readerSpeed = null) => {
      if ((readerSpeed ?? 0x11) !== speed && command[0] !== 0xff) return err({ code: 'no-answer' });
      if (command[0] !== 0xff) return card.transmit(command);
      if ((command[1] ?? 0) >= 0x10) {
        if (!takesIt) return err({ code: 'no-answer' });
        speed = command[2] ?? 0x11;
      }
      return ok(command);
    },
  };
}
