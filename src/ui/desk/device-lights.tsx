import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { DEVICE_KINDS, type DeviceKind } from '../../domain/devices.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Chip } from '../parts/callout.tsx';
import { Icon } from '../parts/icons.tsx';
import { technicianAdviceOn } from '../technician/technician-words.ts';
import { useWords } from '../words/use-words.ts';
import { deviceAdvice, deviceTone, deviceWord, NAMES } from './device-words.ts';

interface DeviceLightsProps {
  readonly snapshot: DeskSnapshot;
  /** Opens the technician's screen; null while it is open, and whoever reads this is the technician. */
  readonly onTechnician: (() => void) | null;
}

/** Quiet outlines while all is well; shape, colour and words for the one that wants a hand. */
export function DeviceLights({ snapshot, onTechnician }: DeviceLightsProps) {
  const { say } = useWords();
  const { devices } = snapshot;
  const troubled = DEVICE_KINDS.filter((kind) => devices[kind].status.state !== 'ready');
  const worst = troubled.find((kind) => devices[kind].status.state === 'failed') ?? troubled[0];
  return (
    <DialogTrigger>
      <Button className="lights" data-testid="devices" aria-label={say('bar.devices')}>
        {DEVICE_KINDS.map((kind) => (
          <Light key={kind} kind={kind} tone={deviceTone(devices[kind].status)} />
        ))}
        <WorstDevice devices={devices} worst={worst} more={troubled.length - 1} />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="popover-dialog" aria-label={say('bar.devices')}>
          {({ close }) => (
            <>
              <ul className="device-list">
                {DEVICE_KINDS.map((kind) => (
                  <DeviceLine
                    key={kind}
                    kind={kind}
                    snapshot={snapshot}
                    forTechnician={onTechnician === null}
                  />
                ))}
              </ul>
              {onTechnician === null ? null : (
                <ActButton
                  testId="technician-open"
                  onPress={() => {
                    close();
                    onTechnician();
                  }}
                >
                  {say('technician.open')}
                </ActButton>
              )}
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Light({ kind, tone }: { readonly kind: DeviceKind; readonly tone: 'good' | 'care' | 'bad' }) {
  return (
    <span className={`light light-${tone}`} data-testid={`device-${kind}`} data-tone={tone}>
      <Icon name={kind} size={24} />
      {tone === 'good' ? null : (
        <span className="light-shape" aria-hidden="true">
          {tone === 'care' ? '▲' : '✕'}
        </span>
      )}
    </span>
  );
}

interface WorstProps {
  readonly devices: DeskSnapshot['devices'];
  readonly worst: DeviceKind | undefined;
  readonly more: number;
}

function WorstDevice({ devices, worst, more }: WorstProps) {
  const { say } = useWords();
  if (worst === undefined) return null;
  const { status } = devices[worst];
  const word = deviceWord(worst, status);
  if (word === null) return null;
  return (
    <Chip tone={deviceTone(status)}>
      {say(word)}
      {more > 0 ? ` +${more}` : ''}
    </Chip>
  );
}

interface DeviceLineProps {
  readonly kind: DeviceKind;
  readonly snapshot: DeskSnapshot;
  readonly forTechnician: boolean;
}

function DeviceLine({ kind, snapshot, forTechnician }: DeviceLineProps) {
  const { say } = useWords();
  const { status, model, simulated } = snapshot.devices[kind];
  const { usbProblem } = snapshot.technician;
  const advice = forTechnician
    ? technicianAdviceOn(kind, status, usbProblem)
    : deviceAdvice(kind, status, usbProblem);
  return (
    <li className="device-line">
      <Light kind={kind} tone={deviceTone(status)} />
      <span className="stack-tight">
        <strong>{say(`device.name.${kind}`)}</strong>
        <span>{advice === null ? say('device.ready') : say(advice, NAMES)}</span>
        <span className="soft small">{simulated ? say('device.simulated', { model }) : model}</span>
      </span>
    </li>
  );
}
