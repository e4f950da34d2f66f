import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { Calibration } from '../../domain/device-bench.ts';
import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import type { CalibrationView } from '../../station/api/technician-view.ts';
import { useMirror, useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { ApprovalPanel } from '../parts/approval-panel.tsx';
import { CHAIR_AND_MEMBER } from '../parts/approval-rules.ts';
import { Callout } from '../parts/callout.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useWords } from '../words/use-words.ts';

const LEAST_DPI = 100;
const MOST_DPI = 1_200;

interface CalibrationPageProps {
  readonly snapshot: DeskSnapshot;
  readonly onBack: () => void;
}

/** The scanner's picture as it would be with what is set here; the printed target measures it. */
export function CalibrationPage({ snapshot, onBack }: CalibrationPageProps) {
  const { say } = useWords();
  const { calibration } = snapshot.technician;
  if (calibration === null) {
    return (
      <StepFrame
        testId="calibration"
        heading={say('calibration.heading')}
        hint={say('calibration.no-scanner')}
        wayOut={{ label: say('technician.back'), onPress: onBack }}
        wayOn={null}
      />
    );
  }
  // What was typed belongs to what is in force: after saving it begins anew.
  const { dpi, flipRows, flipColumns } = calibration.inForce;
  const key = `${dpi} ${flipRows} ${flipColumns}`;
  return <Calibrating key={key} snapshot={snapshot} calibration={calibration} onBack={onBack} />;
}

function Calibrating({
  snapshot,
  calibration,
  onBack,
}: CalibrationPageProps & { readonly calibration: CalibrationView }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const { inForce, model, serialNumber, running } = calibration;
  const [dpi, setDpi] = useState(String(inForce.dpi));
  const [flipRows, setFlipRows] = useState(inForce.flipRows);
  const [flipColumns, setFlipColumns] = useState(inForce.flipColumns);
  const [approving, setApproving] = useState(false);
  const wanted: Calibration = { dpi: Number(dpi), flipRows, flipColumns };
  const isPossible = wanted.dpi >= LEAST_DPI && wanted.dpi <= MOST_DPI;
  const isChanged = JSON.stringify(wanted) !== JSON.stringify(inForce);

  function take(found: Calibration): void {
    setDpi(String(found.dpi));
    setFlipRows(found.flipRows);
    setFlipColumns(found.flipColumns);
  }

  async function save(): Promise<void> {
    if (snapshot.phase === 'locked') await act.run(station.setUpScanner({ calibration: wanted }));
    else setApproving(true);
  }

  return (
    <StepFrame
      testId="calibration"
      heading={say('calibration.heading')}
      hint={say('calibration.hint')}
      problem={act.problem}
      wayOut={{ label: say('technician.back'), onPress: onBack }}
      wayOn={{
        label: say('calibration.save'),
        disabled: act.pending || !isPossible || !isChanged,
        onPress: () => void save(),
      }}
      foot={
        <ActButton
          testId="calibration-target"
          icon="printer"
          disabled={act.pending}
          onPress={() => void act.run(station.printTarget({}))}
        >
          {say('calibration.print-target')}
        </ActButton>
      }
    >
      <div className="calibration">
        <CalibrationPicture
          turnRows={flipRows !== inForce.flipRows}
          turnColumns={flipColumns !== inForce.flipColumns}
        />
        <div className="stack">
          <p>
            <strong>{model}</strong>
            <br />
            <span className="soft small">
              {serialNumber === null
                ? say('technician.no-serial-number')
                : say('technician.serial-number', { number: serialNumber })}
            </span>
          </p>
          {running ? (
            <Seen calibration={calibration} wanted={wanted} onTake={take} />
          ) : (
            <Callout tone="bad">{say('calibration.stopped')}</Callout>
          )}
          <TextField
            className="field field-count"
            value={dpi}
            onChange={(text) => setDpi(text.replace(/[^\d.]/g, ''))}
            isInvalid={!isPossible}
          >
            <Label>{say('calibration.dpi')}</Label>
            <Input data-testid="calibration-dpi" inputMode="decimal" autoComplete="off" maxLength={6} />
          </TextField>
          <div className="row">
            <ActButton testId="calibration-rows" pressed={flipRows} onPress={() => setFlipRows(!flipRows)}>
              {say('calibration.flip-rows')}
            </ActButton>
            <ActButton
              testId="calibration-columns"
              pressed={flipColumns}
              onPress={() => setFlipColumns(!flipColumns)}
            >
              {say('calibration.flip-columns')}
            </ActButton>
          </div>
        </div>
      </div>
      {approving ? (
        <Sheet
          testId="calibration-approval"
          title={say('calibration.approve')}
          onClose={() => setApproving(false)}
        >
          <ApprovalPanel
            snapshot={snapshot}
            need={CHAIR_AND_MEMBER}
            onApproved={(approvals) => station.calibrateScanner({ calibration: wanted, approvals })}
            onDone={() => setApproving(false)}
          />
        </Sheet>
      ) : null}
    </StepFrame>
  );
}

/** What the target says, and one press to take it over. */
function Seen({
  calibration,
  wanted,
  onTake,
}: {
  readonly calibration: CalibrationView;
  readonly wanted: Calibration;
  readonly onTake: (found: Calibration) => void;
}) {
  const { say } = useWords();
  const { seen, measured, inForce } = calibration;
  if (measured === null) {
    return (
      <Callout tone="calm" testId="calibration-seen">
        {say(`calibration.seen.${seen === 'target' ? 'nothing' : seen}`)}
      </Callout>
    );
  }
  const agrees =
    measured.flipRows === inForce.flipRows &&
    measured.flipColumns === inForce.flipColumns &&
    Math.abs(measured.dpi - inForce.dpi) <= inForce.dpi / 50;
  const isTaken = JSON.stringify(measured) === JSON.stringify(wanted);
  return (
    <>
      <Callout tone={agrees ? 'good' : 'care'} testId="calibration-seen">
        {say(agrees ? 'calibration.agrees' : 'calibration.differs', { dpi: measured.dpi })}
        {measured.flipRows === inForce.flipRows ? null : <> {say('calibration.is-upside-down')}</>}
        {measured.flipColumns === inForce.flipColumns ? null : <> {say('calibration.is-mirrored')}</>}
      </Callout>
      <ActButton testId="calibration-take" disabled={isTaken} onPress={() => onTake(measured)}>
        {say('calibration.take')}
      </ActButton>
    </>
  );
}

/** The live picture, turned as the settings that are not saved yet would turn it. */
function CalibrationPicture({
  turnRows,
  turnColumns,
}: {
  readonly turnRows: boolean;
  readonly turnColumns: boolean;
}) {
  const { say } = useWords();
  const preview = useMirror((mirror) => mirror.preview);
  const turned = `${turnRows ? ' turn-rows' : ''}${turnColumns ? ' turn-columns' : ''}`;
  return (
    <div className="glass calibration-glass">
      {preview === null ? (
        <p className="calibration-dark">{say('calibration.no-picture')}</p>
      ) : (
        <img
          className={`calibration-picture${turned}`}
          data-testid="calibration-preview"
          src={`data:${preview.mediaType};base64,${preview.base64}`}
          alt={say('technician.preview')}
        />
      )}
    </div>
  );
}
