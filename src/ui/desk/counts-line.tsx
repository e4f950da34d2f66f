import type { DeskSnapshot } from '../../station/api/snapshot.ts';
import { formatCount, formatShare } from '../format/format.ts';
import { Chip } from '../parts/callout.tsx';
import { useWords } from '../words/use-words.ts';

/** How many came, how many wait for a ballot, how many the commission passed. */
export function CountsLine({ snapshot }: { readonly snapshot: DeskSnapshot }) {
  const { say, language } = useWords();
  const { counts } = snapshot;
  const exceptions = say('counts.exceptions', {
    count: formatCount(counts.exceptions),
    share: formatShare(counts.exceptionShare, language),
  });
  return (
    <p className="counts" data-testid="counts">
      <span data-testid="count-identified" data-value={counts.identified}>
        {say('counts.identified', {
          count: formatCount(counts.identified),
          total: formatCount(counts.registered),
        })}
      </span>
      <span data-testid="count-waiting" data-value={counts.waitingForBallot}>
        {say('counts.waiting', { count: formatCount(counts.waitingForBallot) })}
      </span>
      <span data-testid="count-exceptions" data-value={counts.exceptions}>
        {counts.exceptionWarning ? <Chip tone="care">{exceptions}</Chip> : exceptions}
      </span>
    </p>
  );
}
