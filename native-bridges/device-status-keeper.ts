import type {
  DeviceInfo,
  DeviceProblemCode,
  DeviceState,
  DeviceStatus,
  Unsubscribe,
} from '../src/domain/devices.ts';
import { ListenerSet } from '../src/domain/listener-set.ts';

/** The status of one device as its driver last saw it; listeners hear of changes only. */
export class DeviceStatusKeeper {
  private readonly info: DeviceInfo;
  private state: DeviceState;
  private readonly listeners = new ListenerSet<DeviceStatus>();

  constructor(info: DeviceInfo, state: DeviceState) {
    this.info = info;
    this.state = state;
  }

  current(): DeviceStatus {
    return { info: this.info, status: this.state };
  }

  set(state: DeviceState): void {
    if (JSON.stringify(state) === JSON.stringify(this.state)) return;
    this.state = state;
    this.listeners.tell(this.current());
  }

  onStatus(listener: (status: DeviceStatus) => void): Unsubscribe {
    return this.listeners.add(listener);
  }
}

export function failedWith(code: DeviceProblemCode): DeviceState {
  return { state: 'failed', problem: { code } };
}
