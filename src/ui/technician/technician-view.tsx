import { useEffect, useState } from 'react';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { CustodySheet } from '../custody/custody-sheet.tsx';
import { PackageFacts } from '../custody/package-facts.tsx';
import { savePdf } from '../desk/papers/save-file.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Callout } from '../parts/callout.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useWords } from '../words/use-words.ts';
import { CalibrationPage } from './calibration-page.tsx';
import { DeviceCard } from './device-card.tsx';
import { TECHNICAL_NAMES } from './technician-words.ts';

interface TechnicianProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
  readonly onBecome: () => void;
}

/** Every device that is plugged in, what is wrong with it and what to do, and a test of each kind. */
export function TechnicianView({ snapshot, onClose, onBecome }: TechnicianProps) {
  const station = useStation();
  const [calibrating, setCalibrating] = useState(false);
  const stop = () => void station.stopTest({});
  // What is being tried ends with the screen that shows it.
  useEffect(() => () => void station.stopTest({}), [station]);
  if (calibrating) {
    return (
      <CalibrationPage
        snapshot={snapshot}
        onBack={() => {
          stop();
          setCalibrating(false);
        }}
      />
    );
  }
  return (
    <DevicesPage
      snapshot={snapshot}
      onClose={onClose}
      onBecome={onBecome}
      onCalibrate={() => setCalibrating(true)}
    />
  );
}

function DevicesPage({
  snapshot,
  onClose,
  onBecome,
  onCalibrate,
}: TechnicianProps & { readonly onCalibrate: () => void }) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [custody, setCustody] = useState(false);
  const { usbProblem, found } = snapshot.technician;
  const canCalibrate = found.some(({ calibration, problem }) => calibration !== null && problem === null);

  async function calibrate(): Promise<void> {
    const started = await act.run(station.startCalibration({}));
    if (started.ok) onCalibrate();
  }

  async function saveList(): Promise<void> {
    const list = await act.run(station.devicesPdf({ language }));
    if (list.ok) savePdf(list.value);
  }

  return (
    <StepFrame
      testId="technician"
      heading={say('technician.heading')}
      hint={say('technician.hint')}
      problem={act.problem}
      wayOut={{ label: say('technician.back'), onPress: onClose }}
      wayOn={{
        label: say('technician.look'),
        disabled: act.pending,
        onPress: () => void act.run(station.lookForDevices({})),
      }}
      foot={
        <div className="row">
          <ActButton
            testId="technician-calibrate"
            icon="fingerprint-scanner"
            disabled={act.pending || !canCalibrate}
            onPress={() => void calibrate()}
          >
            {say('technician.calibrate')}
          </ActButton>
          <ActButton
            testId="technician-pdf"
            icon="list"
            disabled={act.pending}
            onPress={() => void saveList()}
          >
            {say('technician.list')}
          </ActButton>
        </div>
      }
    >
      <section className="technician-package" data-testid="technician-package">
        <h2>{say('custody.package')}</h2>
        <PackageFacts custody={snapshot.custody} />
        {snapshot.becoming === null || snapshot.phase !== 'locked' ? null : (
          <div className="row">
            <ActButton testId="technician-become" icon="people" onPress={onBecome}>
              {say('become.title')}
            </ActButton>
          </div>
        )}
        {snapshot.custody.package === null ? null : snapshot.phase === 'locked' ? (
          <p>{say('custody.unlock-first')}</p>
        ) : (
          <div className="row">
            <ActButton testId="technician-custody" icon="list" onPress={() => setCustody(true)}>
              {say('custody.title')}
            </ActButton>
          </div>
        )}
      </section>
      {custody ? <CustodySheet snapshot={snapshot} onClose={() => setCustody(false)} /> : null}
      {usbProblem === null ? null : (
        <Callout tone="bad" testId={`technician-usb-${usbProblem}`}>
          {say(`technician.usb.${usbProblem}`, TECHNICAL_NAMES)}
        </Callout>
      )}
      <ul className="technician-devices">
        {DEVICE_KINDS.map((kind) => (
          <DeviceCard key={kind} kind={kind} snapshot={snapshot} act={act} />
        ))}
      </ul>
    </StepFrame>
  );
}
