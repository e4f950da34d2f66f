import { create } from 'qrcode';
import { useMemo, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { LanesView } from '../../../station/api/lanes-view.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout, Problem } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';

/** Light modules around the code (ISO/IEC 18004, 6.3.8). */
const QUIET_ZONE = 4;

/** For networks on which tables don't find each other by themselves: this one's address, and the other one's. */
export function FindTables({ lanes }: { readonly lanes: LanesView }) {
  const { say } = useWords();
  const station = useStation();
  const act = useAct();
  const [address, setAddress] = useState('');
  const [found, setFound] = useState(false);
  async function connect(): Promise<void> {
    setFound(false);
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
        className="row"
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
      <Problem problem={act.problem} />
      {found ? (
        <Callout tone="good" testId="lane-found">
          {say('lanes.found')}
        </Callout>
      ) : null}
    </section>
  );
}

/** Black on white whatever the theme: readers want it so. */
function AddressCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { path, side } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: 'M' });
    const squares: string[] = [];
    for (let row = 0; row < modules.size; row += 1)
      for (let column = 0; column < modules.size; column += 1)
        if (modules.get(row, column) !== 0)
          squares.push(`M${column + QUIET_ZONE} ${row + QUIET_ZONE}h1v1h-1z`);
    return { path: squares.join(''), side: modules.size + 2 * QUIET_ZONE };
  }, [text]);
  return (
    <svg
      className="address-code"
      viewBox={`0 0 ${side} ${side}`}
      role="img"
      aria-label={label}
      data-testid="address-code"
      data-text={text}
      shapeRendering="crispEdges"
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
