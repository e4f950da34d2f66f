import { useState } from 'react';
import type { LanesView, MatterView } from '../../../station/api/lanes-view.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { formatCount } from '../../format/format.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

interface MatterAlertProps {
  readonly snapshot: DeskSnapshot;
  readonly lanes: LanesView;
}

/**
 * Comes up over everything on every table the moment that something is raised. It can be put aside, so that the
 * queue goes on, and stands in a strip until two people have settled it.
 */
export function MatterAlert({ snapshot, lanes }: MatterAlertProps) {
  const { say } = useWords();
  const [aside, setAside] = useState<readonly string[]>([]);
  const [reopened, setReopened] = useState<string | null>(null);
  const open = lanes.matters.filter((matter) => !matter.settled);
  const shown = open.find(({ name }) => name === reopened) ?? open.find(({ name }) => !aside.includes(name));
  if (open.length === 0) return null;
  return (
    <>
      <div className="closing-strip strip-care" role="alert" data-testid="matters">
        <strong>{say('matter.title')}</strong>
        {open.map((matter) => (
          <ActButton
            key={matter.name}
            testId={`matter-${matter.kind}`}
            onPress={() => setReopened(matter.name)}
          >
            {matterWord(say, matter)}
          </ActButton>
        ))}
      </div>
      {shown === undefined ? null : (
        <MatterSheet
          key={shown.name}
          snapshot={snapshot}
          matter={shown}
          onClose={() => {
            setAside([...aside, shown.name]);
            setReopened(null);
          }}
        />
      )}
    </>
  );
}

type Say = ReturnType<typeof useWords>['say'];

function matterWord(say: Say, matter: MatterView): string {
  if (matter.kind !== 'collision') return say(`matter.${matter.kind}`, { lane: matter.lane });
  const tables = [...new Set(matter.lanes)].join(', ');
  return say('matter.collision', { tables, number: formatCount(matter.voter?.listNumber ?? 0) });
}

/** Both records, as they lie at their tables. */
function Records({ records }: { readonly records: Extract<MatterView, { kind: 'collision' }>['records'] }) {
  const { say } = useWords();
  return (
    <dl className="matter-records" data-testid="matter-records">
      {records.map(({ lane, receiptNumber, hour, paperLine }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a table may have two records of one voter
        <div key={`${lane}-${index}`}>
          <dt>{say('lanes.table', { lane })}</dt>
          <dd className="numbers matter-number">
            {paperLine === null
              ? (receiptNumber ?? '—')
              : say('matter.paper-line', { line: String(paperLine) })}
          </dd>
          {hour === null ? null : <dd className="numbers">{`${hourText(hour)}–${hourText(hour + 1)}`}</dd>}
        </div>
      ))}
    </dl>
  );
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

interface MatterSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly matter: MatterView;
  readonly onClose: () => void;
}

function MatterSheet({ snapshot, matter, onClose }: MatterSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [settling, setSettling] = useState(false);
  return (
    <Sheet testId="matter-alert" title={say('matter.title')} onClose={onClose} full>
      <div className="stack matter">
        {matter.kind === 'collision' && matter.voter !== null ? (
          <strong className="voter-name">{matter.voter.name}</strong>
        ) : null}
        <p className="matter-what">{matterWord(say, matter)}</p>
        {matter.kind === 'collision' ? <Records records={matter.records} /> : null}
        <p className="step-what">{say(`matter.${matter.kind}-hint`)}</p>
        {settling ? (
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.settleMatter({ matter: matter.name, approvals })}
            onDone={onClose}
          />
        ) : (
          <div className="row">
            <ActButton testId="matter-settle" icon="people" onPress={() => setSettling(true)}>
              {say('matter.settle')}
            </ActButton>
            <ActButton testId="matter-later" onPress={onClose}>
              {say('common.close')}
            </ActButton>
          </div>
        )}
      </div>
    </Sheet>
  );
}
