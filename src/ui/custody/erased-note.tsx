import type { ErasedView } from '../../station/api/custody-view.ts';
import { savePdf } from '../desk/papers/save-file.ts';
import { formatMoment } from '../format/format.ts';
import { useStation } from '../mirror/station-context.tsx';
import { useAct } from '../mirror/use-act.ts';
import { ActButton } from '../parts/act-button.tsx';
import { Callout, Problem } from '../parts/callout.tsx';
import { useWords } from '../words/use-words.ts';

/** On the lock screen of a laptop whose list was destroyed: when, and the certificate as often as it is wanted. */
export function ErasedNote({ erased }: { readonly erased: ErasedView }) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();

  async function save(): Promise<void> {
    const pdf = await act.run(station.erasureCertificate({ language }));
    if (pdf.ok) savePdf(pdf.value);
  }

  return (
    <div className="stack" data-testid="erased">
      <Callout tone="good">
        {say('erase.done', {
          time: formatMoment(erased.at),
          count: erased.voters,
          identified: erased.identified,
        })}
      </Callout>
      <div className="row">
        <ActButton testId="erased-pdf" icon="list" disabled={act.pending} onPress={() => void save()}>
          {say('erase.pdf')}
        </ActButton>
        <ActButton
          testId="erased-print"
          icon="printer"
          disabled={act.pending}
          onPress={() => void act.run(station.printErasure({ language }))}
        >
          {say('erase.print')}
        </ActButton>
      </div>
      <Problem problem={act.problem} />
    </div>
  );
}
