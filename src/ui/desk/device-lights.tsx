import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { DEVICE_KINDS, type DeviceKind } from '../../domain/devices.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Chip } from '../parts/callout.tsx';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';
import { deviceAdvice, deviceTone, deviceWord } from './device-words.ts';

interface DeviceLightsProps {
  readonly devices: DeskSnapshot['devices'];
  readonly onTechnician: () => void;
}

/** Quiet outlines while all is well; shape, colour and words for the one that wants a hand. */
export function DeviceLights({ devices, onTechnician }: DeviceLightsProps) {
  const { say } = useWords();
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
                  <DeviceLine key={kind} kind={kind} devices={devices} />
                ))}
              </ul>
              <ActButton
                testId="technician-open"
                onPress={() => {
                  close();
                  onTechnician();
                }}
              >
                {say('technician.open')}
              </ActButton>
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

function DeviceLine({
  kind,
  devices,
}: {
  readonly kind: DeviceKind;
  readonly devices: DeskSnapshot['devices'];
}) {
  const { say } = useWords();
  const { status, model, simulated } = devices[kind];
  const advice = deviceAdvice(kind, status);
  return (
    <li className="device-line">
      <Light kind={kind} tone={deviceTone(status)} />
      <span className="stack-tight">
        <strong>{say(`device.name.${kind}`)}</strong>
        <span>{advice === null ? say('device.ready') : say(advice)}</span>
        <span className="soft small">{simulated ? say('device.simulated', { model }) : model}</span>
      </span>
    </li>
  );
}
