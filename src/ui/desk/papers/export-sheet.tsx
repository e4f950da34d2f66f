import { useState } from 'react';
import type { CallValue } from '../../../station/api/api.ts';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ApprovalPanel } from '../../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../../parts/approval-rules.ts';
import { Callout } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';

type Level = 'public' | 'full';

interface ExportSheetProps {
  readonly snapshot: DeskSnapshot;
  readonly onClose: () => void;
}

/** Chair and a second member write the log into a folder: the public part for observers, or all of it. */
export function ExportSheet({ snapshot, onClose }: ExportSheetProps) {
  const { say } = useWords();
  const station = useStation();
  const [level, setLevel] = useState<Level | null>(null);
  const [written, setWritten] = useState<CallValue<'exportLog'> | null>(null);

  return (
    <Sheet testId="export-sheet" title={say('export.title')} onClose={onClose}>
      <div className="stack">
        <p>{say('export.hint')}</p>
        <fieldset className="choice">
          <legend>{say('export.level')}</legend>
          <div className="row">
            {(['public', 'full'] as const).map((one) => (
              <ActButton
                key={one}
                testId={`export-${one}`}
                pressed={one === level}
                onPress={() => {
                  setLevel(one);
                  setWritten(null);
                }}
              >
                {say(`export.${one}`)}
              </ActButton>
            ))}
          </div>
        </fieldset>
        {written === null ? null : (
          <Callout tone="good">
            {say('export.done', { directory: written.directory, events: written.events })}
          </Callout>
        )}
        {written?.tablesDiffer === true ? (
          <Callout tone="bad" urgent testId="export-tables-differ">
            {say('error.tables-differ')}
          </Callout>
        ) : null}
        {level === null || written !== null ? null : (
          <ApprovalPanel
            key={level}
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={async (approvals) => {
              const exported = await station.exportLog({ level, approvals });
              if (exported.ok) setWritten(exported.value);
              return exported;
            }}
          />
        )}
      </div>
    </Sheet>
  );
}
