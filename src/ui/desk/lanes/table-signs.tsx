import { useState } from 'react';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout, Problem } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import { savePdf } from '../papers/save-file.ts';

/** The signs over the tables: which list numbers come to which. */
export function TableSigns() {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const [printed, setPrinted] = useState(false);
  async function print(): Promise<void> {
    const result = await act.run(station.printLaneSign({ language }));
    setPrinted(result.ok);
  }
  async function save(): Promise<void> {
    const result = await act.run(station.laneSignsPdf({ language }));
    if (result.ok) savePdf(result.value);
  }
  return (
    <div className="stack-tight">
      <div className="row">
        <ActButton testId="sign-print" icon="receipt" disabled={act.pending} onPress={() => void print()}>
          {say('lanes.sign-print')}
        </ActButton>
        <ActButton testId="sign-save" icon="list" disabled={act.pending} onPress={() => void save()}>
          {say('lanes.sign-save')}
        </ActButton>
      </div>
      {printed ? (
        <Callout tone="good" testId="sign-printed">
          {say('lanes.sign-printed')}
        </Callout>
      ) : null}
      <Problem problem={act.problem} />
    </div>
  );
}
