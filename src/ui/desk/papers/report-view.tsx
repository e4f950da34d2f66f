import type { ReactNode } from 'react';
import type { ResumptionCase } from '../../../domain/lanes/resumption.ts';
import { EXCEPTION_REASONS, IDENTIFICATION_METHODS, STOP_OUTCOMES } from '../../../domain/outcome.ts';
import type { Report } from '../../../domain/report.ts';
import { formatCount, formatDate, formatShare } from '../../format/format.ts';
import { shortHash } from '../../format/mask.ts';
import { Callout } from '../../parts/callout.tsx';
import { useWords } from '../../words/use-words.ts';
import type { Say } from '../../words/words.ts';
import { ReconciliationTable } from '../closing/reconciliation-table.tsx';

/** A report as the papers say it: head, turnout by each property alone, exceptions, reconciliation, checkpoint. */
export function ReportView({ report }: { readonly report: Report }) {
  const { say, local, language } = useWords();
  const { turnout } = report;
  const { onPaper } = report.reconciliation.ledger;
  return (
    <article className="report" data-testid="report" data-kind={report.kind}>
      <header>
        <h3>
          {say(`report.${report.kind}`)} {say('report.number', { number: report.number })}
        </h3>
        <p className="soft">
          {local(report.electionTitle)} · {formatDate(report.electionDate)} ·{' '}
          {say('bar.place', { station: report.stationNumber, lane: report.lane })} · {report.printedAt}
        </p>
      </header>
      {report.addsUp ? null : <Callout tone="bad">{say('report.does-not-add-up')}</Callout>}
      <div className="report-grid">
        <Table title={say('report.register')}>
          <Line word={say('report.voters')} figure={formatCount(report.register.voters)} />
          <Line word={say('sex.female')} figure={formatCount(report.register.women)} />
          <Line word={say('sex.male')} figure={formatCount(report.register.men)} />
          <Line word={say('report.hash')} figure={shortHash(report.register.hash)} />
        </Table>
        <Table title={say('report.turnout')}>
          <Line word={say('report.identified')} figure={formatCount(turnout.identified)} strong />
          {report.visitors === 0 ? null : (
            <Line word={say('report.visitors')} figure={formatCount(report.visitors)} />
          )}
          {onPaper === undefined || onPaper.lines === 0 ? null : (
            <Line word={say('report.paper-lines')} figure={formatCount(onPaper.lines)} />
          )}
          <Lines cells={turnout.bySex} name={(key) => sexName(key, say)} />
          <Lines cells={turnout.byMethod} name={(key) => methodName(key, say)} />
          <Lines cells={turnout.byLane} name={(key) => say('report.lane', { lane: key })} />
        </Table>
        <Table title={say('report.by-hour')}>
          <Lines cells={turnout.byHour} name={(key) => `${key}:00`} />
        </Table>
        <Table title={say('report.by-age')}>
          <Lines cells={turnout.byAgeGroup} name={(key) => key} />
        </Table>
        <Table title={say('report.exceptions', { share: formatShare(report.exceptions.share, language) })}>
          <Lines cells={report.exceptions.byReason} name={(key) => reasonName(key, say)} />
        </Table>
        <Table title={say('report.stops')}>
          <Lines cells={report.stops} name={(key) => stopName(key, say)} />
        </Table>
      </div>
      {report.lanes === null ? null : (
        <Table title={say('report.lanes')}>
          <Line word={say('report.overrides')} figure={formatCount(report.lanes.overrides)} />
          <Line word={say('report.overrides-cut')} figure={formatCount(report.lanes.overridesDuringCut)} />
          <Line word={say('report.take-overs')} figure={formatCount(report.lanes.takeOvers)} />
          <Lines
            cells={report.lanes.resumptions}
            name={(key) => say(`report.resumed.${key as ResumptionCase}`)}
          />
          <Line word={say('report.matters')} figure={formatCount(report.lanes.matters.length)} strong />
        </Table>
      )}
      {(report.lanes?.matters ?? []).map((matter) => (
        <Callout key={JSON.stringify(matter)} tone="bad" testId="report-matter">
          {say(`report.matter.${matter.kind}`, {
            tables: [...new Set(matter.lanes)].join(', '),
            receipts: [
              ...matter.receipts.map((one) => one ?? '—'),
              ...matter.paperLines.map((line) => say('report.matter.paper-line', { line: String(line) })),
            ].join(', '),
          })}
        </Callout>
      ))}
      <ReconciliationTable reconciliation={report.reconciliation} />
      <p className="soft">{say('report.restarts', { count: report.restarts })}</p>
      {report.jobs.map(({ job, person }) => (
        <p key={job}>
          <span className="soft">{say(`job.${job}`)}:</span> {person}
        </p>
      ))}
      {report.checkpoint === null ? null : <pre className="mono">{report.checkpoint}</pre>}
    </article>
  );
}

function Table({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="report-table">
      <h4>{title}</h4>
      <dl>{children}</dl>
    </section>
  );
}

function Line({
  word,
  figure,
  strong,
}: {
  readonly word: string;
  readonly figure: string;
  readonly strong?: boolean;
}) {
  return (
    <div className={strong === true ? 'report-line report-line-strong' : 'report-line'}>
      <dt>{word}</dt>
      <dd className="numbers">{figure}</dd>
    </div>
  );
}

interface LinesProps {
  readonly cells: Readonly<Record<string, number>>;
  readonly name: (key: string) => string;
}

function Lines({ cells, name }: LinesProps) {
  return Object.entries(cells)
    .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
    .map(([key, count]) => <Line key={key} word={name(key)} figure={formatCount(count)} />);
}

function sexName(key: string, say: Say): string {
  return key === 'female' || key === 'male' ? say(`sex.${key}`) : key;
}

function methodName(key: string, say: Say): string {
  const method = IDENTIFICATION_METHODS.find((one) => one === key);
  return method === undefined ? key : say(`method.${method}`);
}

function reasonName(key: string, say: Say): string {
  const reason = EXCEPTION_REASONS.find((one) => one === key);
  return reason === undefined ? key : say(`reason.${reason}`);
}

function stopName(key: string, say: Say): string {
  const stop = STOP_OUTCOMES.find((one) => one === key);
  return stop === undefined ? key : say(`stop.${stop}.short`);
}
