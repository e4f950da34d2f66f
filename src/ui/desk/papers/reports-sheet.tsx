import { useEffect, useState } from 'react';
import { REPORT_KINDS, type Report, type ReportKind } from '../../../domain/report.ts';
import { useStation } from '../../mirror/station-context.tsx';
import { useAct } from '../../mirror/use-act.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { Callout, Problem } from '../../parts/callout.tsx';
import { Sheet } from '../../parts/sheet.tsx';
import { useWords } from '../../words/use-words.ts';
import { ReportView } from './report-view.tsx';
import { savePdf } from './save-file.ts';

interface ReportsSheetProps {
  readonly first: ReportKind;
  readonly onClose: () => void;
}

/** A report on screen, on the receipt printer's strip, or as a PDF. */
export function ReportsSheet({ first, onClose }: ReportsSheetProps) {
  const { say } = useWords();
  const [kind, setKind] = useState<ReportKind>(first);
  return (
    <Sheet testId="reports" title={say('reports.title')} wide onClose={onClose}>
      <div className="row tabs">
        {REPORT_KINDS.map((one) => (
          <ActButton
            key={one}
            testId={`report-${one}`}
            kind={one === kind ? 'plain' : 'quiet'}
            pressed={one === kind}
            onPress={() => setKind(one)}
          >
            {say(`report.${one}`)}
          </ActButton>
        ))}
      </div>
      <ReportPanel key={kind} kind={kind} />
    </Sheet>
  );
}

/** Fetches one report anew and offers its papers. */
export function ReportPanel({ kind }: { readonly kind: ReportKind }) {
  const { say, language } = useWords();
  const station = useStation();
  const act = useAct();
  const { run } = act;
  const [report, setReport] = useState<Report | null>(null);
  const [printed, setPrinted] = useState<number | null>(null);

  useEffect(() => {
    let current = true;
    void run(station.viewReport({ kind })).then((result) => {
      if (current && result.ok) setReport(result.value);
    });
    return () => {
      current = false;
    };
  }, [kind, run, station]);

  async function print(): Promise<void> {
    const result = await act.run(station.printReport({ kind, language }));
    if (result.ok) setPrinted(result.value.number);
  }

  async function save(): Promise<void> {
    const result = await act.run(station.reportPdf({ kind, language }));
    if (result.ok) savePdf(result.value);
  }

  return (
    <div className="stack" data-testid={`report-panel-${kind}`}>
      <div className="row">
        <ActButton testId="report-print" icon="printer" disabled={act.pending} onPress={() => void print()}>
          {say('reports.print')}
        </ActButton>
        <ActButton testId="report-pdf" icon="report" disabled={act.pending} onPress={() => void save()}>
          {say('reports.pdf')}
        </ActButton>
      </div>
      <Problem problem={act.problem} />
      {printed === null ? null : (
        <Callout tone="good" testId="report-printed">
          {say('reports.printed', { number: printed })}
        </Callout>
      )}
      {report === null ? null : <ReportView report={report} />}
    </div>
  );
}
