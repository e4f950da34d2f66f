import { useState } from 'react';
import type { Language } from '../../../domain/language.ts';
import type { CheckName, CheckView } from '../../../station/api/snapshot.ts';
import { formatCount, formatGigabytes } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR } from '../../parts/approval-rules.ts';
import { Chip } from '../../parts/callout.tsx';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import type { Say } from '../../words/words.ts';
import type { StageProps } from './stage-props.ts';

const SHAPES: Readonly<Record<CheckView['result'], IconName>> = {
  'not-run': 'clock',
  running: 'clock',
  passed: 'check',
  warning: 'care',
  failed: 'stop',
};

/** Each part of the desk says whether it is ready; what is not can be mended, or taken on record by the chair. */
export function ChecksStage({ snapshot, list }: StageProps) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [accepting, setAccepting] = useState<CheckName | null>(null);
  const { checks, acceptedChecks } = snapshot.opening;
  const running = checks.some((check) => check.result === 'running');
  return (
    <StepFrame
      testId="preparing-checks"
      heading={say('checks.heading')}
      hint={say('checks.hint')}
      aside={list}
      problem={act.problem}
      wayOut={null}
      wayOn={{
        label: say('checks.run'),
        disabled: running || act.pending,
        onPress: () => void act.run(station.runChecks({})),
      }}
    >
      <ul className="checks">
        {checks.map((check) => (
          <li
            key={check.name}
            className={`check check-${check.result}`}
            data-testid={`check-${check.name}`}
            data-result={check.result}
          >
            <Icon name={SHAPES[check.result]} />
            <span className="check-text">
              <strong>{say(`check.${check.name}`)}</strong>
              <span className="soft">{checkText(check, say, language)}</span>
            </span>
            {acceptedChecks.includes(check.name) ? (
              <Chip tone="calm">{say('checks.accepted')}</Chip>
            ) : check.result === 'failed' ? (
              <ActButton testId={`accept-${check.name}`} onPress={() => setAccepting(check.name)}>
                {say('checks.accept')}
              </ActButton>
            ) : null}
          </li>
        ))}
      </ul>
      {accepting === null ? null : (
        <Sheet
          testId="accept-check"
          title={say('checks.accept-title', { check: say(`check.${accepting}`) })}
          onClose={() => setAccepting(null)}
        >
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR}
            onApproved={(approvals) => station.acceptCheck({ check: accepting, approvals })}
            onDone={() => setAccepting(null)}
          />
        </Sheet>
      )}
    </StepFrame>
  );
}

function checkText(check: CheckView, say: Say, language: Language): string {
  if (check.result === 'failed' || check.result === 'warning') return say(`check.${check.name}.failed`);
  if (check.result !== 'passed') return say(`check.result.${check.result}`);
  if (check.figure === null) return say('check.result.passed');
  switch (check.name) {
    case 'disk':
      return say('check.figure.disk', { gigabytes: formatGigabytes(check.figure, language) });
    case 'battery':
      return say('check.figure.battery', { percent: Math.round(check.figure) });
    case 'register':
    case 'ledger':
      return say(`check.figure.${check.name}`, { count: formatCount(check.figure) });
    default:
      return say('check.result.passed');
  }
}
