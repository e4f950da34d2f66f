import type { FoundDevice, UsbProblemCode } from '../../domain/device-bench.ts';
import type { DeviceKind } from '../../domain/devices.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import type { DeviceTestView } from '../../station/api/technician-view.ts';
import { deviceTone } from '../desk/device-words.ts';
import { useMirror, useStation } from '../mirror/station-context.tsx';
import type { Act } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Callout, Chip } from '../parts/callout.tsx';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';
import { TECHNICAL_NAMES, technicianAdvice, technicianAdviceOn } from './technician-words.ts';

/** Written as they are typed. */
const STOP_CARD_SERVICE = 'systemctl disable --now pcscd.socket pcscd';
const USE_CARD_SERVICE = '"cardReaders": "pcsc"';
const WRITE_RULES = 'tizme devices rules | sudo tee /etc/udev/rules.d/70-tizme.rules';

interface DeviceCardProps {
  readonly kind: DeviceKind;
  readonly snapshot: DeskSnapshot;
  readonly act: Act;
}

/** One kind of device that a desk needs: which are plugged in, where, and whether they work. */
export function DeviceCard({ kind, snapshot, act }: DeviceCardProps) {
  const { say, language } = useWords();
  const station = useStation();
  const { technician, devices } = snapshot;
  const { status } = devices[kind];
  const found = technician.found.filter((device) => device.kind === kind);
  const test = technician.test?.kind === kind ? technician.test : null;
  const busy = technician.test?.state === 'running';
  const advice = technicianAdviceOn(kind, status, technician.usbProblem);
  return (
    <li className="technician-device" data-testid={`technician-${kind}`} data-tone={deviceTone(status)}>
      <div className="technician-head">
        <Icon name={kind} size={30} />
        <h2>{say(`device.name.${kind}`)}</h2>
        <Chip tone={deviceTone(status)}>
          {say(status.state === 'ready' ? 'technician.works' : 'technician.look-at-it')}
        </Chip>
      </div>
      {found.map((device) => (
        <FoundLine key={device.port} device={device} />
      ))}
      {advice === null || test?.state === 'failed' || found.some(({ problem }) => problem !== null) ? null : (
        <p className="technician-advice">{say(advice, TECHNICAL_NAMES)}</p>
      )}
      {kind === 'mrz-reader' && found.length === 0 && technician.usbProblem === null ? (
        <p className="soft small">{say('technician.typing-reader')}</p>
      ) : null}
      {test === null ? null : <TestResult test={test} usb={technician.usbProblem} />}
      <div className="row">
        {test?.state === 'running' ? (
          <ActButton testId={`technician-stop-${kind}`} onPress={() => void act.run(station.stopTest({}))}>
            {say('technician.stop')}
          </ActButton>
        ) : (
          <ActButton
            testId={`technician-test-${kind}`}
            disabled={busy || act.pending}
            label={`${say('technician.test')}: ${say(`device.name.${kind}`)}`}
            onPress={() => void act.run(station.testDevice({ kind, language }))}
          >
            {say('technician.test')}
          </ActButton>
        )}
      </div>
    </li>
  );
}

/** Model, port and serial number, and in words what keeps it from working. */
function FoundLine({ device }: { readonly device: FoundDevice }) {
  const { say } = useWords();
  const { kind, model, port, serialNumber, simulated, problem } = device;
  // One that has just gone is not in the next report.
  const advice =
    problem === null || problem.code === 'absent' ? null : technicianAdvice(kind, problem.code, null);
  return (
    <div className="technician-found" data-testid={`found-${kind}`} data-problem={problem?.code ?? 'none'}>
      <strong>{simulated ? say('device.simulated', { model }) : model}</strong>
      <span className="soft small">
        {say('technician.port', { port })}
        {' · '}
        {serialNumber === null
          ? say('technician.no-serial-number')
          : say('technician.serial-number', { number: serialNumber })}
      </span>
      {advice === null ? null : <span className="technician-advice">{say(advice, TECHNICAL_NAMES)}</span>}
      {problem?.code === 'held-by-card-service' ? (
        <span className="soft small">
          {say('technician.card-service-how', { command: STOP_CARD_SERVICE, setting: USE_CARD_SERVICE })}
        </span>
      ) : null}
      {problem?.code === 'access-denied' ? (
        <span className="soft small">{say('technician.rights-how', { command: WRITE_RULES })}</span>
      ) : null}
    </div>
  );
}

interface TestResultProps {
  readonly test: DeviceTestView;
  readonly usb: UsbProblemCode | null;
}

function TestResult({ test, usb }: TestResultProps) {
  const { say } = useWords();
  const preview = useMirror((mirror) => mirror.preview);
  const { kind, state, problem, score, advice } = test;
  if (state === 'running') {
    return (
      <div className="technician-test" data-testid={`test-${kind}`} data-state={state}>
        <Callout tone="calm">{say(`technician.do.${kind}`)}</Callout>
        {kind !== 'fingerprint-scanner' || preview === null ? null : (
          <img
            className="technician-preview"
            data-testid="technician-preview"
            src={`data:${preview.mediaType};base64,${preview.base64}`}
            alt={say('technician.preview')}
          />
        )}
      </div>
    );
  }
  const failed = problem === null || problem === 'nothing-came' ? null : problem;
  return (
    <div className="technician-test" data-testid={`test-${kind}`} data-state={state}>
      {state === 'passed' ? (
        <Callout tone={advice === null || advice === 'ok' ? 'good' : 'care'}>
          {say(`technician.passed.${kind}`)}
          {score === null ? null : <> {say('technician.quality', { score: Math.round(score) })}</>}
          {advice === null || advice === 'ok' ? null : <> {say(`advice.${advice}`)}</>}
        </Callout>
      ) : (
        <Callout tone="bad" urgent>
          {failed === null
            ? say('technician.nothing-came')
            : say(technicianAdvice(kind, failed, usb), TECHNICAL_NAMES)}
        </Callout>
      )}
    </div>
  );
}
