import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { DeskSnapshot, DeskStep } from '../../../station/api/snapshot.ts';
import { formatCount } from '../../format/format.ts';
import { maskTyped } from '../../format/mask.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { moveByArrows } from '../../parts/arrow-keys.ts';
import { Callout } from '../../parts/callout.tsx';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import { CountsLine } from '../counts-line.tsx';
import { searchHeading } from './search-heading.ts';

interface SearchResultsProps {
  readonly snapshot: DeskSnapshot;
  readonly step: Extract<DeskStep, { kind: 'search-results' }>;
}

/** Everybody whom the typed text may mean; birth year and street tell people of one name apart. */
export function SearchResultsStep({ snapshot, step }: SearchResultsProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const list = useRef<HTMLUListElement>(null);
  const choose = (voterId: string): void => {
    void act.run(station.chooseVoter({ stepId: step.stepId, voterId }));
  };
  const only = step.hits.length === 1 ? step.hits[0] : undefined;
  useEffect(() => list.current?.querySelector('button')?.focus(), []);

  return (
    <StepFrame
      testId="desk-step-search-results"
      heading={say(searchHeading(step))}
      hint={say('search.found', { count: step.total, query: maskTyped(step.query) })}
      focusHeading={step.hits.length === 0}
      problem={act.problem}
      foot={<CountsLine snapshot={snapshot} />}
      wayOut={{
        label: say('search.again'),
        onPress: () => void act.run(station.leaveDesk({ stepId: step.stepId })),
      }}
      wayOn={
        only === undefined
          ? null
          : { label: say('search.this-one'), disabled: act.pending, onPress: () => choose(only.voterId) }
      }
    >
      <ul className="hits" ref={list} onKeyDown={moveByArrows}>
        {step.hits.map((hit) => (
          <li key={hit.voterId}>
            <Button
              className="hit"
              data-testid={`hit-${hit.stationNumber === null ? '' : `${hit.stationNumber}-`}${hit.listNumber}`}
              isDisabled={act.pending}
              onPress={() => choose(hit.voterId)}
            >
              <span className="hit-name">{hit.name}</span>
              <span className="hit-born numbers">{say('search.born', { year: hit.birthYear })}</span>
              <span className="hit-address">{hit.address}</span>
              <span className="hit-number numbers">
                {hit.stationNumber === null ? null : (
                  <span className="hit-station">{say('bar.station', { station: hit.stationNumber })}</span>
                )}
                {say('voter.list-number', { number: formatCount(hit.listNumber) })}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      {step.hits.length > 0 && step.total > step.hits.length ? (
        <Callout tone="calm">{say('search.more', { count: step.total - step.hits.length })}</Callout>
      ) : null}
      {step.hits.length > 0 ? null : (
        <p className="step-next">{say(step.total === 0 ? 'search.none-next' : 'search.too-many-next')}</p>
      )}
    </StepFrame>
  );
}
