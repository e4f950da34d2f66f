import { ok } from '../../src/domain/result.ts';
import type { CardService } from '../card-readers/pcsc/card-service.ts';
import { driveSystemReader } from '../device-drivers.ts';
import type { JoinedDevices } from '../joined-devices.ts';
import type { SeenDevice } from './seen-device.ts';

/** Opens every reader of the system's card service. */
export class CardServiceFinder {
  private readonly service: CardService;
  private readonly joined: JoinedDevices;

  constructor(service: CardService, joined: JoinedDevices) {
    this.service = service;
    this.joined = joined;
  }

  async look(): Promise<SeenDevice[]> {
    const names = await this.service.list();
    const seen: SeenDevice[] = [];
    for (const name of names.ok ? names.value : []) {
      const joined = await this.joined.join('card-reader', name, async () => {
        const reader = await this.service.open(name);
        return reader.ok ? ok(driveSystemReader(reader.value)) : reader;
      });
      seen.push({ kind: 'card-reader', model: name, port: 'PC/SC', ...joined });
    }
    return seen;
  }
}
