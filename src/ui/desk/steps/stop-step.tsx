import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import type { DeskSnapshot, DeskStep, StopDetails } from '../../../station/api/snapshot.ts';
import { formatDate } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Icon } from '../../parts/icons.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';
import { OtherLaneFact, OtherLaneWays, TableWaitsWays } from './other-lane-ways.tsx';

type Stop = Extract<DeskStep, { kind: 'stop' }>;

interface StopStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Stop;
}

/** Why the visit halts here: what happened, what to do next, and a way to disagree that goes on record. */
export function StopStep({ snapshot, step }: StopStepProps) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [disputing, setDisputing] = useState(false);
  const [slipPrinted, setSlipPrinted] = useState(false);
  const { stepId, outcome, voter, details } = step;
  const leave = (): void => void act.run(station.leaveDesk({ stepId }));

  async function printSlip(): Promise<void> {
    const result = await act.run(station.printSlip({ stepId, language }));
    if (result.ok) setSlipPrinted(true);
  }

  return (
    <StepFrame
      testId="desk-step-stop"
      tone="bad"
      badge={
        <span className="stop-badge" data-testid={`stop-${outcome}`}>
          <Icon name="stop" size={30} />
          {say('stop.badge')}
        </span>
      }
      heading={say(`stop.${outcome}.heading`)}
      {...(voter === null ? {} : { aside: <VoterCard voter={voter} /> })}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('stop.free'), onPress: leave }}
      wayOn={
        details.slip && !slipPrinted
          ? { label: say('stop.slip'), disabled: act.pending, onPress: () => void printSlip() }
          : { label: say('done.next'), onPress: leave }
      }
    >
      <p className="step-what">{say(`stop.${outcome}.what`)}</p>
      {details.notHere === null ? null : (
        <Callout tone="care" testId="not-here">
          {say(`stop.not-here.${details.notHere}`)}
        </Callout>
      )}
      {details.otherLane === null || outcome === 'table-waits' ? (
        <StopFacts details={details} />
      ) : (
        <OtherLaneFact {...details.otherLane} />
      )}
      <div className="next-box">
        <h3>{say('stop.next')}</h3>
        <p>{say(`stop.${outcome}.next`)}</p>
        {details.otherLane === null ? null : outcome === 'table-waits' ? (
          <TableWaitsWays {...{ snapshot, stepId }} />
        ) : (
          <OtherLaneWays
            {...{ snapshot, stepId, otherLane: details.otherLane }}
            byCode={voter?.visitor == null}
          />
        )}
      </div>
      {slipPrinted ? (
        <Callout tone="good" testId="slip-printed">
          {say('stop.slip-printed')}
        </Callout>
      ) : null}
      {details.disputed ? (
        <Callout tone="good" testId="disputed">
          {say('stop.disputed')}
        </Callout>
      ) : (
        <div className="row">
          <ActButton testId="dispute" onPress={() => setDisputing(true)}>
            {say('stop.dispute')}
          </ActButton>
        </div>
      )}
      {disputing ? (
        <DisputeSheet snapshot={snapshot} stepId={stepId} onClose={() => setDisputing(false)} />
      ) : null}
    </StepFrame>
  );
}

function StopFacts({ details }: { readonly details: StopDetails }) {
  const { say } = useWords();
  const { elsewhere, earlier, expired, fromDay } = details;
  return (
    <dl className="facts facts-big" data-testid="stop-facts">
      {elsewhere === null ? null : (
        <>
          <div>
            <dt>{say('stop.fact.station')}</dt>
            <dd className="fact-large numbers">{elsewhere.stationNumber}</dd>
          </div>
          <div>
            <dt>{say('stop.fact.address')}</dt>
            <dd>{elsewhere.address}</dd>
          </div>
        </>
      )}
      {earlier === null ? null : (
        <>
          <div>
            <dt>{say('stop.fact.lane')}</dt>
            <dd className="numbers">{earlier.lane}</dd>
          </div>
          {earlier.receiptNumber === null ? null : (
            <div>
              <dt>{say('stop.fact.receipt')}</dt>
              <dd className="numbers">{earlier.receiptNumber}</dd>
            </div>
          )}
          {earlier.period === '' ? null : (
            <div>
              <dt>{say('stop.fact.period')}</dt>
              <dd className="numbers">{earlier.period}</dd>
            </div>
          )}
        </>
      )}
      {expired === null ? null : (
        <div>
          <dt>{say('stop.fact.expired')}</dt>
          <dd className="numbers">{formatDate(expired)}</dd>
        </div>
      )}
      {fromDay === null ? null : (
        <div>
          <dt>{say('stop.fact.from-day')}</dt>
          <dd className="numbers">{formatDate(fromDay)}</dd>
        </div>
      )}
    </dl>
  );
}

interface DisputeSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly stepId: string;
  readonly onClose: () => void;
}

/** The voter disagrees: what was said goes on record under the chair's PIN, and nothing is decided by it. */
function DisputeSheet({ snapshot, stepId, onClose }: DisputeSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [note, setNote] = useState('');
  const enough = note.trim().length >= 3;
  return (
    <Sheet testId="dispute-sheet" title={say('dispute.title')} onClose={onClose}>
      <div className="stack">
        <TextField className="field" value={note} onChange={setNote} maxLength={300} autoFocus>
          <Label>{say('dispute.note')}</Label>
          <TextArea data-testid="dispute-note" rows={3} />
        </TextField>
        {enough ? (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR}
            onApproved={(approvals) => station.disputeStop({ stepId, note: note.trim(), approvals })}
            onDone={onClose}
          />
        ) : (
          <p className="soft">{say('reason.first')}</p>
        )}
      </div>
    </Sheet>
  );
}
