import { useState } from 'react';
import { Button } from 'react-aria-components';
import { throwIllegalValue } from '../../../domain/assert.ts';
import type { DeskSnapshot, OpeningView } from '../../../station/api/snapshot.ts';
import { Icon } from '../../parts/icons.tsx';
import { useWords } from '../../words/use-words.ts';
import { ChecksStage } from './checks-stage.tsx';
import { ClockStage } from './clock-stage.tsx';
import { DrawStage } from './draw-stage.tsx';
import { OpenStage } from './open-stage.tsx';
import { OperatorStage } from './operator-stage.tsx';
import { ZeroReportStage } from './zero-report-stage.tsx';

const STAGES = ['clock', 'checks', 'draw', 'operator', 'zero-report', 'open'] as const;
export type Stage = (typeof STAGES)[number];

/** The first thing that is missing; `open` when nothing is. */
export function nextStage(opening: OpeningView): Stage {
  return opening.missing[0] ?? 'open';
}

/** Before opening: one decision at a time, in order; what is done can be looked at again. */
export function PreparingView({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const next = nextStage(snapshot.opening);
  const [looking, setLooking] = useState<{ stage: Stage; since: Stage } | null>(null);
  // A glance back ends as soon as the work has gone on.
  const stage = looking !== null && looking.since === next ? looking.stage : next;
  const list = (
    <StageList snapshot={snapshot} stage={stage} onLook={(one) => setLooking({ stage: one, since: next })} />
  );
  switch (stage) {
    case 'clock':
      return <ClockStage snapshot={snapshot} list={list} />;
    case 'checks':
      return <ChecksStage snapshot={snapshot} list={list} />;
    case 'draw':
      return <DrawStage snapshot={snapshot} list={list} />;
    case 'operator':
      return <OperatorStage snapshot={snapshot} list={list} />;
    case 'zero-report':
      return <ZeroReportStage snapshot={snapshot} list={list} />;
    case 'open':
      return <OpenStage snapshot={snapshot} list={list} />;
    default:
      throwIllegalValue(stage);
  }
}

interface StageListProps {
  readonly snapshot: DeskSnapshot;
  readonly stage: Stage;
  readonly onLook: (stage: Stage) => void;
}

function StageList({ snapshot, stage, onLook }: StageListProps) {
  const { say } = useWords();
  const missing: readonly string[] = snapshot.opening.missing;
  const ready = missing.length === 0;
  return (
    <nav className="stages" aria-label={say('preparing.title')}>
      <h2>{say('preparing.title')}</h2>
      <ol>
        {STAGES.map((one, index) => {
          const done = one !== 'open' && !missing.includes(one);
          return (
            <li key={one}>
              <Button
                className="stage"
                data-testid={`stage-${one}`}
                data-state={one === stage ? 'now' : done ? 'done' : 'to-come'}
                aria-current={one === stage ? 'step' : 'false'}
                isDisabled={one === 'open' && !ready}
                onPress={() => onLook(one)}
              >
                <span className="rail-mark">{done ? <Icon name="check" size={16} /> : index + 1}</span>
                {say(`stage.${one}`)}
              </Button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
