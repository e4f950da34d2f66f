import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { formatCount } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout, Problem } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { FindTables } from './find-tables.tsx';
import { ResumeSheet } from './resume-sheet.tsx';
import { TableSigns } from './table-signs.tsx';
import { whyNotOwning } from './why-not-owning.ts';

interface LanesSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly lanes: LanesView;
  readonly onClose: () => void;
}

type Act = 'resume' | { readonly takeOver: number };

/** The tables of the station: who is connected, who owns which list numbers, and what two people may decide. */
export function LanesSheet({ snapshot, lanes, onClose }: LanesSheetProps) {
  const { say } = useWords();
  const [act, setAct] = useState<Act | null>(null);
  const done = (): void => setAct(null);
  if (act === 'resume') return <ResumeSheet {...{ snapshot, onClose }} onDone={done} />;
  if (act !== null) return <TakeOverSheet {...{ snapshot, onClose }} lane={act.takeOver} onDone={done} />;
  return (
    <Sheet testId="lanes-sheet" title={say('lanes.title')} onClose={onClose} wide>
      <div className="stack">
        {lanes.standing === 'owning' ? null : (
          <Callout tone="care" testId="lane-standing">
            <span>{say(`lanes.standing.${whyNotOwning(lanes.standing, lanes.missing)}`)}</span>
            <ActButton testId="lane-resume" icon="people" onPress={() => setAct('resume')}>
              {say('lanes.resume')}
            </ActButton>
          </Callout>
        )}
        {lanes.alone ? <Callout tone="care">{say('lanes.alone')}</Callout> : null}
        <ul className="plain-list">
          {lanes.lanes.map(({ lane, up, takenOver, misfit, answers, heldBy, list }) => (
            <li
              key={lane}
              className="row"
              data-testid={`lane-${lane}`}
              data-up={up}
              data-other={lane !== snapshot.lane}
              data-taken-over={takenOver}
            >
              <strong>{say('lanes.table', { lane })}</strong>
              <span>{say(laneWord(lane === snapshot.lane, up, takenOver))}</span>
              {list === null ? null : (
                <span className="numbers">
                  {say('lanes.list', { first: formatCount(list.first), last: formatCount(list.last) })}
                </span>
              )}
              {misfit === null || up ? null : (
                <strong data-testid={`misfit-${lane}`}>{say(`lanes.misfit.${misfit}`)}</strong>
              )}
              {answers && !up ? (
                <strong data-testid={`on-misfit-${lane}`}>{say('error.lane-on-misfit')}</strong>
              ) : null}
              {heldBy === lane ? null : <span>{say('lanes.held-by', { lane: heldBy })}</span>}
              {up || answers || takenOver || lane === snapshot.lane || lanes.standing !== 'owning' ? null : (
                <ActButton testId={`take-over-${lane}`} onPress={() => setAct({ takeOver: lane })}>
                  {say('lanes.take-over')}
                </ActButton>
              )}
            </li>
          ))}
        </ul>
        <GiveByCode />
        <FindTables lanes={lanes} />
        <TableSigns />
        {snapshot.mock ? <NetworkCable plugged={lanes.plugged} /> : null}
      </div>
    </Sheet>
  );
}

/** A rehearsal of a dead switch. */
function NetworkCable({ plugged }: { readonly plugged: boolean }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  return (
    <div className="row">
      <ActButton
        testId="network-cable"
        onPress={() => void act.run(station.plugNetwork({ plugged: !plugged }))}
      >
        {say(plugged ? 'lanes.unplug' : 'lanes.plug')}
      </ActButton>
      {plugged ? null : <strong>{say('lanes.unplugged')}</strong>}
    </div>
  );
}

function laneWord(
  own: boolean,
  up: boolean,
  takenOver: boolean,
): 'lanes.this' | 'lanes.up' | 'lanes.down' | 'lanes.taken-over' {
  if (own) return 'lanes.this';
  if (takenOver) return 'lanes.taken-over';
  return up ? 'lanes.up' : 'lanes.down';
}

interface TakeOverSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly lane: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function TakeOverSheet({ snapshot, lane, onDone, onClose }: TakeOverSheetProps) {
  const { say } = useWords();
  const station = useStation();
  return (
    <Sheet testId="lanes-take-over" title={say('lanes.take-over-title', { lane })} onClose={onClose}>
      <div className="stack">
        <p>{say('lanes.take-over-hint', { lane })}</p>
        <ApprovalPanel
          snapshot={snapshot}
          need={CHAIR_AND_MEMBER}
          onApproved={(approvals) => station.takeOverLane({ lane, approvals })}
          onDone={onDone}
        />
      </div>
    </Sheet>
  );
}

/** At the owning table: a voter of its list stands at a table that can't be reached. */
function GiveByCode() {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [number, setNumber] = useState('');
  const [lane, setLane] = useState('');
  const [code, setCode] = useState<string | null>(null);
  const [listNumber, table] = [Number(number), Number(lane)];
  const ready = Number.isInteger(listNumber) && listNumber > 0 && Number.isInteger(table) && table > 0;
  async function give(): Promise<void> {
    setCode(null);
    const result = await act.run(station.giveByCode({ listNumber, lane: table }));
    if (result.ok) setCode(result.value.code);
  }
  return (
    <section className="stack-tight" data-testid="give-by-code">
      <h3>{say('lanes.give')}</h3>
      <div className="row row-fields">
        <TextField className="field" value={number} onChange={setNumber} maxLength={5} inputMode="numeric">
          <Label>{say('lanes.give-number')}</Label>
          <Input data-testid="give-number" className="numbers" />
        </TextField>
        <TextField className="field" value={lane} onChange={setLane} maxLength={2} inputMode="numeric">
          <Label>{say('lanes.give-table')}</Label>
          <Input data-testid="give-table" className="numbers" />
        </TextField>
        <ActButton testId="give-act" disabled={!ready || act.pending} onPress={() => void give()}>
          {say('lanes.give-act')}
        </ActButton>
      </div>
      <Problem problem={act.problem} />
      {code === null ? null : (
        <Callout tone="good" testId="give-code">
          <div className="row">
            <span>{say('lanes.give-code', { lane: table })}</span>
            <strong className="numbers fact-large">{`${code.slice(0, 4)} ${code.slice(4)}`}</strong>
          </div>
        </Callout>
      )}
    </section>
  );
}
