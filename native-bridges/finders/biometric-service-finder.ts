import { type DriverSurroundings, driveBiometricService } from '../device-drivers.ts';
import type { JoinedDevices } from '../joined-devices.ts';
import type { SeenDevice } from './seen-device.ts';

/** A maker's service stands in for its scanner; ports where nothing listens are no finding. */
export async function lookAtBiometricService(
  joined: JoinedDevices,
  around: DriverSurroundings,
): Promise<SeenDevice[]> {
  const service = around.settings.biometricService;
  const seen: SeenDevice[] = [];
  for (let number = service?.firstPort ?? 1; number <= (service?.lastPort ?? 0); number += 1) {
    const port = `127.0.0.1:${number}`;
    if (!joined.isOpen(port) && !joined.hasNone('fingerprint-scanner')) continue;
    const opened = await joined.join('fingerprint-scanner', port, () =>
      driveBiometricService(number, around),
    );
    if (opened.problem?.code === 'absent' || opened.problem?.code === 'bad-data') continue;
    const model = joined.devices.scanner.status().info.model || 'Biometric service';
    seen.push({ kind: 'fingerprint-scanner', model, port, ...opened });
  }
  return seen;
}
