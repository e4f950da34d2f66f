import { useEffect, useRef, useState } from 'react';
import { throwIllegalValue } from '../../domain/assert.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { Dock } from '../dock/dock.tsx';
import { formatCount } from '../format/format.ts';
import { useMirror, useStation } from '../mirror/station-context.tsx';
import { ActButton } from '../parts/act-button.tsx';
import { Training } from '../parts/training.tsx';
import { playOutcome, soundOf } from '../sounds/outcome-sounds.ts';
import { BecomeTablePage } from '../technician/become-table-page.tsx';
import { TechnicianView } from '../technician/technician-view.tsx';
import { technicianNotice } from '../technician/technician-words.ts';
import { DOCUMENT_READER } from '../wedge/burst-decoder.ts';
import { useWedge } from '../wedge/use-wedge.ts';
import { useWords } from '../words/use-words.ts';
import { ClosedView } from './closing/closed-view.tsx';
import { ClosingView } from './closing/closing-view.tsx';
import { MatterAlert } from './lanes/matter-alert.tsx';
import { ScannedStrip } from './lanes/scanned-outcome.tsx';
import { SpareStrip } from './lanes/spare-strip.tsx';
import { StandingStrip } from './lanes/standing-strip.tsx';
import { LockedView } from './locked-view.tsx';
import { NoticeStrip, noticeText } from './notice-strip.tsx';
import { PreparingView } from './preparing/preparing-view.tsx';
import { StepRail } from './step-rail.tsx';
import { DeskStepView } from './steps/desk-step-view.tsx';
import { TopBar } from './top-bar.tsx';

/** The operator's window, from the first unlock to the closing report. */
export function DeskWindow({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const station = useStation();
  const restarting = useMirror((mirror) => mirror.connection === 'restarting');
  const identifying = snapshot.phase === 'open' || snapshot.phase === 'closing';
  const reads = identifying || snapshot.lanes !== null;
  useWedge(DOCUMENT_READER, reads, (lines) => void station.typedByReader({ lines: [...lines] }));
  useStepSound(snapshot);
  const [becomeAsked, setBecome] = useState(false);
  const [technicianAsked, setTechnician] = useState(false);
  // A voter goes before a test: the desk's step comes back by itself.
  const technician = technicianAsked && !(identifying && snapshot.desk.kind !== 'idle');
  // A window that was opened anew goes on where the laptop is.
  const underWay = snapshot.becoming !== null && snapshot.becoming.step.state !== 'asking';
  const becoming = snapshot.phase === 'locked' && (becomeAsked || underWay) ? snapshot.becoming : null;
  useEffect(() => {
    if (!technician) setTechnician(false);
  }, [technician]);

  return (
    <div className="window desk" data-testid="desk" data-phase={snapshot.phase}>
      <Training mock={snapshot.mock} />
      <TopBar snapshot={snapshot} onTechnician={technician ? null : () => setTechnician(true)} />
      <div className="desk-row">
        <main className="desk-main">
          <NoticeStrip
            snapshot={snapshot}
            wording={technician ? technicianNotice : noticeText}
            withDevices={!technician}
          />
          {snapshot.lanes !== null && identifying ? (
            <StandingStrip snapshot={snapshot} lanes={snapshot.lanes} />
          ) : null}
          {snapshot.lanes === null ? null : <MatterAlert snapshot={snapshot} lanes={snapshot.lanes} />}
          {snapshot.lanes === null ? null : <ScannedStrip scanned={snapshot.lanes.scanned} />}
          {snapshot.lanes === null || snapshot.spareDoor === null ? null : (
            <SpareStrip snapshot={snapshot} lanes={snapshot.lanes} door={snapshot.spareDoor} />
          )}
          {becoming !== null ? (
            <BecomeTablePage becoming={becoming} onClose={() => setBecome(false)} />
          ) : technician ? (
            <TechnicianView
              snapshot={snapshot}
              onClose={() => setTechnician(false)}
              onBecome={() => setBecome(true)}
            />
          ) : (
            <Phase snapshot={snapshot} onBecome={() => setBecome(true)} />
          )}
          {restarting ? <Restarting /> : null}
        </main>
        {snapshot.dock === null ? null : <Dock dock={snapshot.dock} devices={snapshot.devices} />}
      </div>
    </div>
  );
}

interface PhaseProps {
  readonly snapshot: DeskSnapshot;
  readonly onBecome: () => void;
}

function Phase({ snapshot, onBecome }: PhaseProps) {
  switch (snapshot.phase) {
    case 'locked':
      return <LockedView snapshot={snapshot} onBecome={onBecome} />;
    case 'preparing':
      return <PreparingView snapshot={snapshot} />;
    case 'open':
      return <Identifying snapshot={snapshot} />;
    case 'closing':
      return <Closing snapshot={snapshot} />;
    case 'closed':
      return <ClosedView snapshot={snapshot} />;
    default:
      throwIllegalValue(snapshot.phase);
  }
}

function Identifying({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  return (
    <>
      <StepRail step={snapshot.desk} />
      <DeskStepView snapshot={snapshot} />
    </>
  );
}

/** Those who are inside are identified as before; the table of counts is one press away. */
function Closing({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say } = useWords();
  const { closing } = snapshot;
  const [counting, setCounting] = useState(closing?.stillInside === 0);
  if (closing === null) return <Identifying snapshot={snapshot} />;
  if (counting)
    return <ClosingView snapshot={snapshot} closing={closing} onBack={() => setCounting(false)} />;
  return (
    <>
      <div className="closing-strip" data-testid="closing-strip">
        <strong>
          {say('closing.still-inside', {
            count: formatCount(closing.stillInside),
            total: formatCount(closing.inside),
          })}
        </strong>
        <ActButton testId="to-closing" onPress={() => setCounting(true)}>
          {say('closing.to-counts')}
        </ActButton>
      </div>
      <Identifying snapshot={snapshot} />
    </>
  );
}

/** Calm: everything that was recorded is kept, and the desk opens again on the very step. */
export function Restarting() {
  const { say } = useWords();
  return (
    <div className="restarting" role="status" data-testid="restarting">
      <div className="restarting-card">
        <span className="spinner" aria-hidden="true" />
        <div className="stack-tight">
          <h2>{say('restarting.heading')}</h2>
          <p>{say('restarting.hint')}</p>
        </div>
      </div>
    </div>
  );
}

/** One sound for each step that comes up, not for each snapshot of it. */
function useStepSound(snapshot: DeskSnapshot): void {
  const sound = soundOf(snapshot.desk);
  const { stepId } = snapshot.desk;
  const played = useRef<string | null>(null);
  useEffect(() => {
    if (sound === null || played.current === stepId) return;
    played.current = stepId;
    playOutcome(sound);
  }, [stepId, sound]);
}
