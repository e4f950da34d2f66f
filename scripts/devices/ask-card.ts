import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { explain } from './describe-devices.ts';
import type { Answer, Request } from './devices-request.ts';

export async function apdu(manager: DeviceManager, { texts }: Request): Promise<Result<Answer, string>> {
  const commands = texts.map((text) => text.replace(/\s/g, ''));
  if (commands.length === 0 || commands.some((text) => !/^([0-9a-f]{2}){4,}$/i.test(text))) {
    return err('devices apdu wants commands of at least four bytes in hexadecimal');
  }
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
