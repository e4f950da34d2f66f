import { simulatedPeople } from '../../../fixtures/election/simulated-people.ts';
import { createRandom } from '../../../fixtures/random.ts';
import { serveDevices } from '../../../native-bridges/devices-process.ts';
import { createSimulatedDevices } from '../../../native-bridges/simulated/simulated-devices.ts';
import type { SimulatedPeople } from '../../../src/domain/dock.ts';
import type { GreyImage } from '../../../src/domain/grey-image.ts';
import { createPortPair, type MessagePortLike } from '../../../src/domain/message-port.ts';
import { FINGERS, type TestElection } from './elections.ts';
import { testTimer } from './test-timer.ts';

/** The devices at the other end of the devices' wire; a plug at a time, for they can crash and come back. */
export class SimulatedDesk {
  readonly #people: SimulatedPeople;
  #stop: () => void = () => {};

  /** Where no finger is compared, people's fingers are mere stripes: drawing real ones takes its time. */
  constructor(test: TestElection, fingers: 'drawn' | 'stripes') {
    const people = simulatedPeople(test.election, FINGERS);
    this.#people = fingers === 'drawn' ? people : { ...people, drawFinger: async () => stripes() };
  }

  /** Starts the devices anew, and gives the station's end of their wire. */
  start(): MessagePortLike {
    this.stop();
    const pair = createPortPair();
    const random = createRandom(3).fork('devices');
    const simulated = createSimulatedDevices({
      people: this.#people,
      random: () => random.next(),
      timer: testTimer(),
      crash: () => pair.close(),
    });
    const stopServing = serveDevices(simulated, pair.far);
    this.#stop = () => {
      stopServing();
      simulated.close();
    };
    return pair.near;
  }

  stop(): void {
    this.#stop();
  }
}

/** Enough for the scanner to notice that something lies on it. */
function stripes(): GreyImage {
  const [width, height] = [400, 480];
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => ((pixel >> 2) % 2) * 255);
  return { width, height, pixels, dpi: 500 };
}
