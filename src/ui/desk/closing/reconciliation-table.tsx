import { expectedCounts, type Reconciliation } from '../../../domain/reconciliation.ts';
import { formatCount } from '../../format/format.ts';
import { Callout } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import type { WordKey } from '../../words/words.ts';

/** What the log says beside what members counted by hand; each difference is named in words, none is averaged away. */
export function ReconciliationTable({ reconciliation }: { readonly reconciliation: Reconciliation }) {
  const { say } = useWords();
  const { ledger, counted, ballotsIssued, differences } = reconciliation;
  const expected = expectedCounts(ledger);
  const rows: readonly (readonly [WordKey, number, number | null])[] = [
    ['reconciliation.receipts', ledger.receiptsDue, ledger.receiptsPrinted],
    ['reconciliation.receipts-collected', expected.receiptsCollected, counted.receiptsCollected],
    ['reconciliation.ballots', expected.ballots, ballotsIssued],
    ['reconciliation.stubs', expected.stubs, counted.ballotStubs],
    ['reconciliation.signatures', expected.signatures, counted.signatures],
  ];
  return (
    <section className="reconciliation" data-testid="reconciliation" data-agrees={reconciliation.agrees}>
      <h3>{say('reconciliation.title')}</h3>
      <p>
        {say('reconciliation.identified', {
          count: formatCount(ledger.identified),
          undone: formatCount(ledger.undone),
          reprinted: formatCount(ledger.receiptsReprinted),
        })}
      </p>
      {ledger.onPaper === undefined || ledger.onPaper.lines === 0 ? null : (
        <p data-testid="reconciliation-on-paper">
          {say('reconciliation.on-paper', {
            lines: formatCount(ledger.onPaper.lines),
            ballots: formatCount(ledger.onPaper.receipts),
          })}
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{say('reconciliation.what')}</th>
            <th scope="col">{say('reconciliation.expected')}</th>
            <th scope="col">{say('reconciliation.counted')}</th>
            <th scope="col">{say('reconciliation.difference')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([word, due, actual]) => (
            <tr key={word} className={actual !== null && actual !== due ? 'differs' : ''}>
              <th scope="row">{say(word)}</th>
              <td>{formatCount(due)}</td>
              <td>{actual === null ? '—' : formatCount(actual)}</td>
              <td>{actual === null ? '' : difference(actual - due)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {differences.map(({ name, expected: due, counted: figure }) => (
        <Callout key={name} tone="care" testId={`difference-${name}`}>
          {say(`difference.${name}`, {
            expected: formatCount(due),
            counted: formatCount(figure),
            by: formatCount(Math.abs(figure - due)),
          })}
        </Callout>
      ))}
      {reconciliation.agrees ? <Callout tone="good">{say('reconciliation.agrees')}</Callout> : null}
    </section>
  );
}

function difference(by: number): string {
  if (by === 0) return '✓ 0';
  return by > 0 ? `▲ +${formatCount(by)}` : `▼ ${formatCount(by)}`;
}
