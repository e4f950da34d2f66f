import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout } from '../../parts/callout.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';

interface VoterStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'voter' }>;
}

/** The record is found: the operator compares the face, then the finger follows, or the commission. */
export function VoterStep({ snapshot, step }: VoterStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { stepId, voter, fingers } = step;
  const withFinger = fingers.length > 0;
  const byChip = voter.visitor?.source === 'chip';
  const ask = (reason: 'no-fingers' | 'scanner-failed'): void => {
    void act.run(station.askCommission({ stepId, reason }));
  };
  const scannerFailed = snapshot.devices['fingerprint-scanner'].status.state === 'failed';

  return (
    <StepFrame
      testId="desk-step-voter"
      heading={say('voter.heading')}
      hint={say('voter.hint')}
      aside={<VoterCard voter={voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('voter.not-this'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
      wayOn={
        withFinger
          ? {
              label: say('voter.to-finger'),
              disabled: act.pending,
              onPress: () => void act.run(station.takeFinger({ stepId })),
            }
          : {
              label: say('voter.to-commission'),
              disabled: act.pending,
              onPress: () => ask('no-fingers'),
            }
      }
    >
      <ol className="compare">
        <li>{say('voter.compare-face')}</li>
        <li>{say('voter.compare-name')}</li>
        <li>{say('voter.compare-document')}</li>
      </ol>
      <p className="address">
        <span className="soft">{say('voter.address')}</span> {voter.address}
      </p>
      {voter.chip === 'altered' ? <Callout tone="bad">{say('chip.altered-next')}</Callout> : null}
      {voter.chip === 'consistent-issuer-not-trusted' || voter.chip === 'not-checked' ? (
        <Callout tone="care">{say('chip.not-trusted-next')}</Callout>
      ) : null}
      {voter.visitor === null ? null : (
        <Callout tone="calm" testId={`visitor-${voter.visitor.source}`}>
          {say(voter.visitor.source === 'chip' ? 'voter.visitor-chip' : 'voter.visitor-record')}
        </Callout>
      )}
      {withFinger || byChip ? null : (
        <Callout tone="calm" testId="no-fingers">
          {say('voter.no-fingers')}
        </Callout>
      )}
      {withFinger || byChip ? null : (
        <div className="row">
          <ActButton
            testId="ask-no-templates"
            disabled={act.pending}
            onPress={() => void act.run(station.takeFinger({ stepId }))}
          >
            {say('voter.no-templates')}
          </ActButton>
        </div>
      )}
      {withFinger && scannerFailed ? (
        <div className="stack">
          <Callout tone="care">{say('voter.scanner-failed')}</Callout>
          <div className="row">
            <ActButton
              testId="ask-scanner-failed"
              disabled={act.pending}
              onPress={() => ask('scanner-failed')}
            >
              {say('voter.to-commission')}
            </ActButton>
          </div>
        </div>
      ) : null}
    </StepFrame>
  );
}
