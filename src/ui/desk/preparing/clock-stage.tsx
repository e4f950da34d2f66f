import { useState } from 'react';
import { formatClock, formatLongDate, localDay } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useStationTime } from '../../parts/station-clock.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import type { StageProps } from './stage-props.ts';

/** Two people compare the laptop's date and time with the clock on the wall. */
export function ClockStage({ snapshot, list }: StageProps) {
  const { say, language } = useWords();
  const station = useStation();
  const [signing, setSigning] = useState(false);
  const now = useStationTime();
  const day = localDay(now, snapshot.timeZone);
  return (
    <StepFrame
      testId="preparing-clock"
      heading={say('clock.heading')}
      hint={say('clock.hint')}
      aside={list}
      wayOut={null}
      wayOn={{ label: say('clock.confirm'), onPress: () => setSigning(true) }}
    >
      <p className="big-clock numbers">{formatClock(now, snapshot.timeZone, true)}</p>
      <p className="big-date">{formatLongDate(day, language)}</p>
      {day === snapshot.electionDate ? null : (
        <Callout tone="care">
          {say('clock.other-day', { day: formatLongDate(snapshot.electionDate, language) })}
        </Callout>
      )}
      {snapshot.opening.clockConfirmed ? <Callout tone="good">{say('clock.confirmed')}</Callout> : null}
      <p className="soft">{say('clock.wrong')}</p>
      {signing ? (
        <Sheet testId="clock-approval" title={say('clock.confirm-title')} onClose={() => setSigning(false)}>
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.confirmClock({ approvals })}
            onDone={() => setSigning(false)}
          />
        </Sheet>
      ) : null}
    </StepFrame>
  );
}
