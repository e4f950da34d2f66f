import {
  BUS_EXPLANATIONS,
  explainProblem,
  NOTICE_EXPLANATIONS,
} from '../../native-bridges/device-explanations.ts';
import type { DeviceManager } from '../../native-bridges/device-manager.ts';
import type { DeviceReport } from '../../src/domain/device-bench.ts';
import type { DeviceProblem, DeviceState } from '../../src/domain/devices.ts';

export function describeReport({ usbProblem, found }: DeviceReport): readonly string[] {
  const lines = found.map(
    ({ kind, model, port, serialNumber, problem }) =>
      `${kind}: ${model} at ${port}, ${serialNumber === null ? 'no serial number' : `serial number ${serialNumber}`}: ${problem === null ? 'works' : `${problem.code}: ${explainProblem(problem.code, null)}`}`,
  );
  if (usbProblem !== null) lines.unshift(BUS_EXPLANATIONS[usbProblem.code]);
  return lines.length === 0 ? ['nothing that a desk uses is plugged in'] : lines;
}

export function withExplanations({ usbProblem, found }: DeviceReport): object {
  return {
    usb: usbProblem === null ? null : { ...usbProblem, explanation: BUS_EXPLANATIONS[usbProblem.code] },
    found: found.map((device) => ({
      ...device,
      explanation: device.problem === null ? null : explainProblem(device.problem.code, null),
    })),
  };
}

export function describeState(manager: DeviceManager, status: DeviceState): string {
  switch (status.state) {
    case 'ready':
      return 'ready';
    case 'attention':
      return `${status.notice}: ${NOTICE_EXPLANATIONS[status.notice]}`;
    case 'failed':
      return explain(manager, status.problem);
  }
}

export function explain(manager: DeviceManager, { code }: DeviceProblem): string {
  return `${code}: ${explainProblem(code, manager.report().usbProblem?.code ?? null)}`;
}
