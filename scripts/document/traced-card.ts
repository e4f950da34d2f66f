import { performance } from 'node:perf_hooks';
import type { CardTransport } from '../../src/domain/devices.ts';

/** One command and its answer, without what they carried: nothing of a person is in it. */
export interface TracedCommand {
  /** CLA, INS, P1 and P2 in hexadecimal. */
  readonly header: string;
  readonly commandBytes: number;
  readonly answerBytes: number;
  /** SW1 and SW2 in hexadecimal, or what the reader said. */
  readonly status: string;
  readonly milliseconds: number;
}

export interface TracedCard extends CardTransport {
  readonly commands: readonly TracedCommand[];
}

/** Passes commands on, and notes how long each took and how it ended. */
export function traceCard(card: CardTransport): TracedCard {
  const commands: TracedCommand[] = [];
  return {
    answerToReset: card.answerToReset,
    commands,
    transmit: async (command) => {
      const since = performance.now();
      const answer = await card.transmit(command);
      commands.push({
        header: Buffer.from(command.subarray(0, 4)).toString('hex'),
        commandBytes: command.length,
        answerBytes: answer.ok ? answer.value.length : 0,
        status: answer.ok ? Buffer.from(answer.value.subarray(-2)).toString('hex') : answer.error.code,
        milliseconds: performance.now() - since,
      });
      return answer;
    },
  };
}
