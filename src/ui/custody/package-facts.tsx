import type { CustodyView } from '../../station/api/custody-view.ts';
import { formatCount, formatDate } from '../format/format.ts';
import { Callout } from '../parts/callout.tsx';
import { useWords } from '../words/use-words.ts';

/** The package of this laptop: version, last day, who signed it, the list and what changed in it since. */
export function PackageFacts({ custody }: { readonly custody: CustodyView }) {
  const { say } = useWords();
  const { package: facts } = custody;
  if (facts === null) return <Callout tone="calm">{say('custody.no-package')}</Callout>;
  const rows: readonly (readonly [string, string])[] = [
    [say('custody.version'), String(facts.version)],
    [say('custody.expires'), formatDate(facts.expires)],
    [say('custody.signed-by'), facts.signedBy.join(', ')],
    [say('custody.voters'), formatCount(facts.voters)],
    [say('custody.changes'), facts.changes === null ? say('custody.not-looked') : String(facts.changes)],
    [say('custody.index'), say(`custody.index.${facts.index}`)],
  ];
  return (
    <dl className="custody-facts" data-testid="package-facts" data-version={facts.version}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
