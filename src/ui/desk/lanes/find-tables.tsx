import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { AddressCode } from '../../parts/address-code.tsx';
import { Callout, Problem } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import { ScannedOutcome } from './scanned-outcome.tsx';

/** For networks on which tables don't find each other by themselves: this one's address, and the other one's. */
export function FindTables({ lanes }: { readonly lanes: LanesView }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [address, setAddress] = useState('');
  const [found, setFound] = useState(false);
  // What came of a code that was read before is said over the desk; here it would contradict what is typed.
  const [before, setBefore] = useState(lanes.scanned?.number ?? 0);
  const scanned = (lanes.scanned?.number ?? 0) > before ? lanes.scanned : null;
  async function connect(): Promise<void> {
    setFound(false);
    setBefore(lanes.scanned?.number ?? 0);
    act.clear();
    const result = await act.run(station.connectLane({ address: address.trim() }));
    setFound(result.ok);
    if (result.ok) setAddress('');
  }
  return (
    <section className="stack-tight" data-testid="find-tables">
      <h3>{say('lanes.find')}</h3>
      <div className="row">
        <AddressCode text={lanes.addressCode} label={say('lanes.code-alt')} />
        <div className="stack-tight">
          <p className="soft">{say('lanes.find-hint')}</p>
          {lanes.addresses.map((one) => (
            <strong key={one} className="numbers fact-large" data-testid="own-address">
              {one}
            </strong>
          ))}
        </div>
      </div>
      <form
        className="row row-fields"
        onSubmit={(event) => {
          event.preventDefault();
          void connect();
        }}
      >
        <TextField className="field" value={address} onChange={setAddress} maxLength={400}>
          <Label>{say('lanes.find-field')}</Label>
          <Input data-testid="lane-address" className="numbers" autoComplete="off" />
        </TextField>
        <ActButton
          testId="lane-connect"
          disabled={address.trim() === '' || act.pending}
          onPress={() => void connect()}
        >
          {say('lanes.find-act')}
        </ActButton>
      </form>
      <ScannedOutcome scanned={scanned} />
      <Problem problem={act.problem} />
      {found ? (
        <Callout tone="good" testId="lane-found">
          {say('lanes.found')}
        </Callout>
      ) : null}
    </section>
  );
}
