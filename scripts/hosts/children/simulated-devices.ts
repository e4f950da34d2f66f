import { drawnFingers } from '../../../fixtures/election/drawn-fingers.ts';
import { readElection, regenerateElection } from '../../../fixtures/election/election-package.ts';
import type { FingerSource } from '../../../fixtures/election/finger-source.ts';
import { generatedFingers } from '../../../fixtures/election/generated-fingers.ts';
import { simulatedPeople } from '../../../fixtures/election/simulated-people.ts';
import { threadedFingers } from '../../../fixtures/election/threaded-fingers.ts';
import { createRandom } from '../../../fixtures/random.ts';
import { serveDevices } from '../../../native-bridges/devices-process.ts';
import { createSimulatedDevices } from '../../../native-bridges/simulated/simulated-devices.ts';
import { unwrap } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { runDevices } from './run-devices.ts';

/** The devices process of a mock election: its people come to the desk with their cards and fingers. */
runDevices(({ packageDirectory, seed, speed }) => {
  const electionPackage = unwrap(readElection(packageDirectory));
  const fingers: FingerSource = threadedFingers(
    electionPackage.content.fingers === 'drawn' ? drawnFingers() : generatedFingers(),
  );
  const random = createRandom(seed ?? 0).fork('devices');
  const simulated = createSimulatedDevices({
    people: simulatedPeople(regenerateElection(electionPackage), fingers),
    random: () => random.next(),
    timer: systemTimer(speed ?? 1),
    // As a fault in a driver would end it: at once, with nothing tidied up.
    crash: () => process.kill(process.pid, 'SIGKILL'),
  });
  return (port) => {
    serveDevices(simulated, port);
  };
});
