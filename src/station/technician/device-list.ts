import type { DeviceReport, FoundDevice, UsbProblemCode } from '../../domain/device-bench.ts';
import type { LaneIdentity } from '../context.ts';

/** The devices of one laptop on paper, with their serial numbers: what it was found ready with. */
export interface DeviceList {
  readonly mock: boolean;
  readonly stationNumber: number;
  readonly lane: number;
  /** The laptop's name in the ledger. */
  readonly deviceId: string;
  /** Local date and time. */
  readonly printedAt: string;
  readonly usbProblem: UsbProblemCode | null;
  readonly devices: readonly FoundDevice[];
}

export function deviceListOf(
  identity: Pick<LaneIdentity, 'mock' | 'stationNumber' | 'lane' | 'deviceId'>,
  { usbProblem, found }: DeviceReport,
  printedAt: string,
): DeviceList {
  const { mock, stationNumber, lane, deviceId } = identity;
  return {
    mock,
    stationNumber,
    lane,
    deviceId,
    printedAt,
    usbProblem: usbProblem?.code ?? null,
    devices: found,
  };
}
