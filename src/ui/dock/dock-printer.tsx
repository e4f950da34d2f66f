import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import type { DockState, PaperAction, PrintedStrip } from '../../domain/dock.ts';
import { formatCount } from '../format/format.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useWords } from '../words/use-words.ts';
import type { PerformDock } from './dock.tsx';

/** A roll that ends in the middle of the next receipt. */
const ENDS_SOON_MM = 40;
/** Strips that are shown as pictures. */
const SHOWN = 4;

interface DockPrinterProps {
  readonly state: DockState;
  readonly perform: PerformDock;
}

/** The printer's paper and cover, and what came out of it. */
export function DockPrinter({ state, perform }: DockPrinterProps) {
  const { say } = useWords();
  const { remainingMillimetres, coverOpen, speed } = state.paper;
  const paper = (action: PaperAction): void => perform({ type: 'paper', action });
  return (
    <section className="dock-part">
      <h3>{say('device.name.printer')}</h3>
      <p className="soft small numbers" data-testid="dock-paper">
        {say('dock.paper-left', { millimetres: formatCount(Math.round(remainingMillimetres)) })}
      </p>
      <div className="dock-fingers">
        <Button className="dock-act" data-testid="dock-paper-tear" onPress={() => paper({ do: 'tear' })}>
          {say('dock.tear')}
        </Button>
        <Button className="dock-act" data-testid="dock-paper-refill" onPress={() => paper({ do: 'refill' })}>
          {say('dock.refill')}
        </Button>
        <Button
          className="dock-act"
          data-testid="dock-paper-run-low"
          onPress={() => paper({ do: 'run-low' })}
        >
          {say('dock.run-low')}
        </Button>
        <Button
          className="dock-act"
          data-testid="dock-paper-end-after"
          onPress={() => paper({ do: 'end-after', millimetres: ENDS_SOON_MM })}
        >
          {say('dock.end-after', { millimetres: ENDS_SOON_MM })}
        </Button>
        <Button
          className="dock-act"
          data-testid="dock-paper-out"
          onPress={() => paper({ do: 'end-after', millimetres: 0 })}
        >
          {say('dock.paper-out')}
        </Button>
        <Button
          className="dock-act"
          data-testid="dock-cover"
          aria-pressed={coverOpen}
          onPress={() => perform({ type: 'cover', open: !coverOpen })}
        >
          {say(coverOpen ? 'dock.cover-close' : 'dock.cover-open')}
        </Button>
        <Button
          className="dock-act"
          data-testid="dock-printer-speed"
          aria-pressed={speed === 'slow'}
          onPress={() => perform({ type: 'printer-speed', speed: speed === 'slow' ? 'normal' : 'slow' })}
        >
          {say('dock.slow')}
        </Button>
      </div>
      <div className="dock-strips">
        {state.strips.slice(0, SHOWN).map((strip) => (
          <Strip key={`${strip.id}-${strip.ending}-${strip.height}`} strip={strip} />
        ))}
      </div>
    </section>
  );
}

/** One printed strip, as its picture; torn and unfinished ones say so. */
function Strip({ strip }: { readonly strip: PrintedStrip }) {
  const { say } = useWords();
  const station = useStation();
  const [png, setPng] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    void station.dockStrip({ stripId: strip.id }).then((result) => {
      if (current && result.ok) setPng(result.value.pngBase64);
    });
    return () => {
      current = false;
    };
  }, [station, strip.id]);
  return (
    <figure className={`strip strip-${strip.ending}`} data-testid={`dock-strip-${strip.id}`}>
      {png === null ? null : <img src={`data:image/png;base64,${png}`} alt={say('dock.strip')} />}
      <figcaption>{say(`strip.${strip.ending}`)}</figcaption>
    </figure>
  );
}
