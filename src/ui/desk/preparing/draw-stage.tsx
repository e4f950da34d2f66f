import { useState } from 'react';
import { Button } from 'react-aria-components';
import { DRAWN_JOBS, type DrawnJob } from '../../../domain/roles.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { StepFrame } from '../../parts/step-frame.tsx';
import { useWords } from '../../words/use-words.ts';
import type { StageProps } from './stage-props.ts';

/** Who was drawn for which job; the lots themselves are drawn by hand, before everybody's eyes. */
export function DrawStage({ snapshot, list }: StageProps) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { draw } = snapshot.opening;
  const next = DRAWN_JOBS.find((job) => draw[job] === undefined);
  const [chosenJob, setChosenJob] = useState<DrawnJob | null>(null);
  const job = chosenJob ?? next ?? null;
  const members = snapshot.people.filter((person) => person.role === 'member');
  const nameOf = (id: string | undefined): string =>
    snapshot.people.find((person) => person.id === id)?.name ?? say('draw.nobody-yet');

  async function record(drawn: DrawnJob, personId: string): Promise<void> {
    const result = await act.run(station.recordDraw({ job: drawn, personId }));
    if (result.ok) setChosenJob(null);
  }

  return (
    <StepFrame
      testId="preparing-draw"
      heading={job === null ? say('draw.done') : say(`draw.who.${job}`)}
      hint={say('draw.hint')}
      aside={list}
      problem={act.problem}
      wayOut={null}
      wayOn={null}
    >
      <div className="draw">
        <ul className="draw-jobs">
          {DRAWN_JOBS.map((one) => (
            <li key={one}>
              <Button
                className="draw-job"
                data-testid={`draw-${one}`}
                aria-pressed={one === job}
                onPress={() => setChosenJob(one)}
              >
                <span>{say(`job.${one}`)}</span>
                <strong>{nameOf(draw[one])}</strong>
              </Button>
            </li>
          ))}
        </ul>
        {job === null ? null : (
          <ul className="draw-people">
            {members.map((person) => (
              <li key={person.id}>
                <Button
                  className="person"
                  data-testid={`draw-person-${person.id}`}
                  isDisabled={act.pending}
                  onPress={() => void record(job, person.id)}
                >
                  <span className="person-name">{person.name}</span>
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </StepFrame>
  );
}
