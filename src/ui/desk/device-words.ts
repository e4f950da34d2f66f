import type { UsbProblemCode } from '../../domain/device-bench.ts';
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

/** Names that are written the same in every language. */
export const NAMES = { bus: 'USB' } as const;

/**
 * What is wrong and what to do about it, in a sentence, to those at the desk; `technicianAdvice` is for whom they call.
 * Takes `NAMES`.
 * @param usb why nothing on the USB can be used: no cable helps then
 */
export function deviceAdvice(
  kind: DeviceKind,
  status: DeviceState,
  usb: UsbProblemCode | null,
): WordKey | null {
  if (status.state === 'ready') return null;
  if (status.state === 'attention') return `device.advice.${status.notice}`;
  const { code } = status.problem;
  if (code === 'absent' && usb !== null) return 'device.advice.no-usb';
  if (code === 'absent' || code === 'no-answer') return `device.cable.${kind}`;
  return `device.advice.${code}`;
}

export function deviceTone(status: DeviceState): 'good' | 'care' | 'bad' {
  if (status.state === 'ready') return 'good';
  return status.state === 'attention' ? 'care' : 'bad';
}
