import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { explain } from './describe-devices.ts';
import type { Answer, Command, Request } from './devices-request.ts';

/** ISO 7816-4: a header of four bytes, then length and data. */
const COMMAND = /^([0-9a-f]{2}){4,}$/i;

export const apdu: Command = { check: checkCommands, run: askCard };

function checkCommands({ texts }: Request): Result<void, string> {
  if (texts.length === 0) return err('it wants commands of at least four bytes in hexadecimal');
  const wrong = texts.find((text) => !COMMAND.test(withoutBlanks(text)));
  return wrong === undefined
    ? ok()
    : err(`a command is at least four bytes in hexadecimal, and "${wrong.slice(0, 40)}" is none`);
}

function withoutBlanks(text: string): string {
  return text.replace(/\s/g, '');
}

async function askCard(manager: DeviceManager, { texts }: Request): Promise<Result<Answer, string>> {
  const commands = texts.map(withoutBlanks);
  const card = await manager.devices.cardReader.connect();
  if (!card.ok) return err(explain(manager, card.error));
  const answerToReset = hex(card.value.answerToReset);
  const answers: string[] = [];
  for (const command of commands) {
    const answer = await card.value.transmit(Uint8Array.from(Buffer.from(command, 'hex')));
    if (!answer.ok) return err(explain(manager, answer.error));
    answers.push(hex(answer.value));
  }
  return ok({ lines: [`ATR ${answerToReset}`, ...answers], json: { answerToReset, answers }, good: true });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
