import type { DeviceKind, DeviceState } from '../../domain/devices.ts';
import type { WordKey } from '../words/words.ts';

/** Short words for a device that wants a hand; null when all is well. */
export function deviceWord(kind: DeviceKind, status: DeviceState): WordKey | null {
  if (status.state === 'ready') return null;
  if (status.state === 'attention') return `device.notice.${status.notice}`;
  const { code } = status.problem;
  // Paper and cover speak for themselves; of anything else one has to know which device it is.
  return code === 'paper-out' || code === 'cover-open' ? `device.problem.${code}` : `device.trouble.${kind}`;
}

/** What is wrong and what to do about it, in a sentence. */
export function deviceAdvice(kind: DeviceKind, status: DeviceState): WordKey | null {
  if (status.state === 'ready') return null;
  if (status.state === 'attention') return `device.advice.${status.notice}`;
  const { code } = status.problem;
  if (code === 'absent' || code === 'no-answer') return `device.cable.${kind}`;
  return `device.advice.${code}`;
}

export function deviceTone(status: DeviceState): 'good' | 'care' | 'bad' {
  if (status.state === 'ready') return 'good';
  return status.state === 'attention' ? 'care' : 'bad';
}
