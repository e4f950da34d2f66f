import { type FormEvent, useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { HandoverView, IssuingSnapshot } from '../../station/api/snapshot.ts';
import { Restarting } from '../desk/desk-window.tsx';
import { EarlierHandovers } from '../desk/handovers.tsx';
import { formatCount } from '../format/format.ts';
import { sayListNumber } from '../format/say-list-number.ts';
import { useMirror, useStation } from '../mirror/station-context.tsx';
import { type Act, useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Callout, Chip, Problem } from '../parts/callout.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { StationClock } from '../parts/station-clock.tsx';
import { ThemeSwitch } from '../parts/theme-switch.tsx';
import { Training } from '../parts/training.tsx';
import { CODE_SCANNER } from '../wedge/burst-decoder.ts';
import { useWedge } from '../wedge/use-wedge.ts';
import { useWords } from '../words/use-words.ts';

/** The issuing table: a receipt's code brings the ballot, the voter's signature ends the hand-over. */
export function IssuingWindow({ snapshot }: { readonly snapshot: IssuingSnapshot }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const restarting = useMirror((mirror) => mirror.connection === 'restarting');
  const scanning = snapshot.mode === 'scan';
  const confirm = (code: string): void => void act.run(station.confirmBallot({ code }));
  useWedge(CODE_SCANNER, scanning, ([code]) => {
    if (code !== undefined) confirm(code);
  });

  return (
    <div className="window issuing" data-testid="issuing" data-mode={snapshot.mode}>
      <Training mock={snapshot.mock} />
      <header className="bar">
        <span className="bar-product">{say('issuing.title')}</span>
        <span className="bar-place">{say('bar.station', { station: snapshot.stationNumber })}</span>
        <span className="bar-gap" />
        <ThemeSwitch />
        <LanguageSwitch />
        <StationClock timeZone={snapshot.timeZone} />
      </header>
      <main className="issuing-main">
        <section className="card issuing-act">
          {scanning ? <ScanForm act={act} onConfirm={confirm} /> : <HandCount />}
          <Problem problem={act.problem} />
          <LastHandover snapshot={snapshot} act={act} />
        </section>
        <section className="card issuing-list">
          <h2>{say('issuing.open', { count: scanning ? snapshot.waitingForBallot : 0 })}</h2>
          <p className="soft numbers" data-testid="issuing-counts">
            {say('issuing.counts', {
              waiting: formatCount(snapshot.waitingForBallot),
              signed: formatCount(snapshot.signed),
            })}
          </p>
          {scanning ? (
            <EarlierHandovers count={snapshot.waitingForBallot - snapshot.handovers.length} />
          ) : null}
          <ul className="handovers">
            {snapshot.handovers.map((handover) => (
              <IssuingLine key={handover.handoverId} handover={handover} act={act} />
            ))}
          </ul>
        </section>
      </main>
      {restarting ? <Restarting /> : null}
    </div>
  );
}

function ScanForm({ act, onConfirm }: { readonly act: Act; readonly onConfirm: (code: string) => void }) {
  const { say } = useWords();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const typed = (field.current?.value ?? code).trim();
    if (typed === '') return;
    setCode('');
    onConfirm(typed);
  }
  return (
    <form className="stack" onSubmit={submit}>
      <h1>{say('issuing.scan')}</h1>
      <p className="step-hint">{say('issuing.scan-hint')}</p>
      <TextField className="field field-big" value={code} onChange={setCode} autoFocus>
        <Label>{say('issuing.code')}</Label>
        <Input ref={field} data-testid="code-input" autoComplete="off" spellCheck="false" maxLength={80} />
      </TextField>
      <div className="row">
        <button
          type="submit"
          className="act act-way-on"
          data-testid="code-confirm"
          disabled={code.trim() === '' || act.pending}
        >
          {say('issuing.confirm')}
        </button>
      </div>
    </form>
  );
}

/** The members count ballots and signatures by hand, and type the sums in at closing. */
function HandCount() {
  const { say } = useWords();
  return (
    <div className="stack" data-testid="hand-count">
      <h1>{say('issuing.hand-count')}</h1>
      <p className="step-hint">{say('issuing.hand-count-hint')}</p>
      <ol className="compare">
        <li>{say('issuing.hand-count-1')}</li>
        <li>{say('issuing.hand-count-2')}</li>
        <li>{say('issuing.hand-count-3')}</li>
      </ol>
    </div>
  );
}

function LastHandover({ snapshot, act }: { readonly snapshot: IssuingSnapshot; readonly act: Act }) {
  const { say } = useWords();
  const station = useStation();
  const { last } = snapshot;
  if (last === null) return null;
  const waits = last.state === 'ballot';
  return (
    <div className="issuing-last" data-testid="issuing-last" data-state={last.state}>
      <Callout tone={waits ? 'calm' : 'good'}>
        {say(waits ? 'issuing.give-ballots' : 'issuing.finished', { count: last.ballots })}
      </Callout>
      <p className="issuing-name">
        {last.name}
        <span className="soft numbers"> · {sayListNumber(last.listNumber, say)}</span>
      </p>
      {waits ? (
        <ActButton
          testId="signed"
          kind="way-on"
          disabled={act.pending}
          onPress={() => void act.run(station.confirmSignature({ handoverId: last.handoverId }))}
        >
          {say('issuing.signed')}
        </ActButton>
      ) : null}
    </div>
  );
}

function IssuingLine({ handover, act }: { readonly handover: HandoverView; readonly act: Act }) {
  const { say } = useWords();
  const station = useStation();
  return (
    <li className="handover" data-testid={`handover-${handover.handoverId}`} data-state={handover.state}>
      <div className="handover-text">
        <strong>{handover.name}</strong>
        <span className="soft numbers">
          {sayListNumber(handover.listNumber, say)} · {handover.receiptNumbers.join(', ')}
        </span>
        <span className="row">
          <Chip tone="calm">
            {say(`handover.${handover.state}`)} · {say('handovers.minutes', { minutes: handover.minutes })}
          </Chip>
        </span>
      </div>
      {handover.state === 'ballot' ? (
        <ActButton
          testId={`signed-${handover.handoverId}`}
          disabled={act.pending}
          onPress={() => void act.run(station.confirmSignature({ handoverId: handover.handoverId }))}
        >
          {say('issuing.signed')}
        </ActButton>
      ) : null}
    </li>
  );
}
