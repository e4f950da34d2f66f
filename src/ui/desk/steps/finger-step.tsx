import { useState } from 'react';
import type { FingerPosition } from '../../../domain/finger.ts';
import type { ExceptionReason } from '../../../domain/outcome.ts';
import type { DeskSnapshot, DeskStep, FingerView } from '../../../station/api/snapshot.ts';
import { useMirror, useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout, Chip } from '../../parts/callout.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { VoterCard } from '../voter-card.tsx';
import { FingerPicture } from './pictures.tsx';
import { Quality } from './quality.tsx';

interface FingerStepProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'finger' }>;
}

/** The finger on the glass: what it looks like, how good it is, what to do about it, and what else there is. */
export function FingerStep({ snapshot, step }: FingerStepProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { stepId, voter, finger } = step;
  const take = (position?: FingerPosition): void => {
    void act.run(station.takeFinger(position === undefined ? { stepId } : { stepId, position }));
  };
  const ask = (reason: ExceptionReason): void => {
    void act.run(station.askCommission({ stepId, reason }));
  };
  const retry = finger.offers.includes('retry') && finger.state !== 'comparing';

  return (
    <StepFrame
      testId="desk-step-finger"
      heading={headingOf(finger, say)}
      hint={say('finger.attempt', { attempt: finger.attempt, attempts: finger.attempts })}
      aside={<VoterCard voter={voter} />}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{ label: say('way.put-aside'), onPress: () => void act.run(station.leaveDesk({ stepId })) }}
      wayOn={
        retry && mayRetry(finger)
          ? { label: say('finger.retry'), disabled: act.pending, onPress: () => take() }
          : { label: say('verified.print'), disabled: true, onPress: () => undefined }
      }
    >
      <div className="finger" data-testid="finger" data-state={finger.state} data-position={finger.position}>
        <Glass finger={finger} />
        <div className="finger-side">
          <FingerMessage finger={finger} />
          {finger.quality === null || finger.state !== 'on-glass' ? null : (
            <Quality quality={finger.quality} />
          )}
          <OtherWays finger={finger} pending={act.pending} onFinger={take} onAsk={ask} />
        </div>
      </div>
    </StepFrame>
  );
}

function mayRetry(finger: FingerView): boolean {
  return finger.state === 'no-match' || finger.state === 'unreadable' || finger.state === 'scanner-problem';
}

function headingOf(finger: FingerView, say: ReturnType<typeof useWords>['say']): string {
  switch (finger.state) {
    case 'comparing':
      return say('finger.comparing');
    case 'no-match':
      return say('finger.no-match');
    case 'scanner-problem':
      return say('finger.scanner-problem');
    case 'unreadable':
      return say('finger.unreadable');
    default:
      return say(`finger.place.${finger.position}`);
  }
}

/** The live picture while a finger lies there; a drawing while the glass is empty. */
function Glass({ finger }: { readonly finger: FingerView }) {
  const { say } = useWords();
  const preview = useMirror((mirror) => mirror.preview);
  return (
    <div className={`glass glass-${finger.state}`} data-testid="glass">
      {preview === null ? (
        <FingerPicture />
      ) : (
        <img
          data-testid="finger-preview"
          src={`data:${preview.mediaType};base64,${preview.base64}`}
          alt={say('finger.preview')}
        />
      )}
      {finger.state === 'comparing' ? <span className="glass-scan" /> : null}
    </div>
  );
}

function FingerMessage({ finger }: { readonly finger: FingerView }) {
  const { say } = useWords();
  switch (finger.state) {
    case 'no-match':
      return <Callout tone="care">{say('finger.no-match-next')}</Callout>;
    case 'unreadable':
      return <Callout tone="care">{say('finger.unreadable-next')}</Callout>;
    case 'scanner-problem':
      return <Callout tone="bad">{say('finger.scanner-problem-next')}</Callout>;
    case 'comparing':
      return <Chip tone="good">{say('finger.lift')}</Chip>;
    case 'starting':
      return <Chip tone="calm">{say('finger.starting')}</Chip>;
    case 'waiting':
      return <Chip tone="calm">{say('finger.waiting')}</Chip>;
    default:
      return null;
  }
}

interface OtherWaysProps {
  readonly finger: FingerView;
  readonly pending: boolean;
  readonly onFinger: (position: FingerPosition) => void;
  readonly onAsk: (reason: ExceptionReason) => void;
}

/** What to do when it does not work: another finger, or the commission. Every step of it goes on record. */
function OtherWays({ finger, pending, onFinger, onAsk }: OtherWaysProps) {
  const { say } = useWords();
  const [choosing, setChoosing] = useState(false);
  const others = finger.enrolled.filter((position) => position !== finger.position);
  const reason: ExceptionReason =
    finger.state === 'scanner-problem'
      ? 'scanner-failed'
      : finger.attempt > 1
        ? 'no-match'
        : 'cannot-be-captured';
  return (
    <section className="other-ways">
      <h3>{say('finger.if-not')}</h3>
      <p className="soft">{say('finger.ladder')}</p>
      <div className="row">
        {choosing ? (
          others.map((position) => (
            <ActButton
              key={position}
              testId={`other-finger-${position}`}
              disabled={pending}
              onPress={() => {
                setChoosing(false);
                onFinger(position);
              }}
            >
              {say(`finger.name.${position}`)}
            </ActButton>
          ))
        ) : (
          <ActButton
            testId="other-finger"
            disabled={pending || others.length === 0}
            onPress={() => setChoosing(true)}
          >
            {say('finger.other')}
          </ActButton>
        )}
        <ActButton
          testId="ask-commission"
          disabled={pending}
          onPress={() => onAsk(finger.offers.includes('commission') ? reason : 'cannot-be-captured')}
        >
          {say(finger.offers.includes('commission') ? 'finger.commission' : 'finger.impossible')}
        </ActButton>
      </div>
    </section>
  );
}
