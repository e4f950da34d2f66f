import { reconcile } from '../../domain/reconciliation.ts';
import type { Report, ReportKind } from '../../domain/report.ts';
import { publishTables } from '../../domain/small-cells/publish-tables.ts';
import { turnoutAddsUp } from '../../domain/turnout.ts';
import type { StationContext } from '../context.ts';
import { drawnPeople } from '../day/election-day.ts';
import { localTime } from '../local-time.ts';
import { ledgerFigures } from './ledger-figures.ts';

/** What two people decided about other tables, and what they still have to look into. */
function laneReport({ lanes, projection }: StationContext): Report['lanes'] {
  const view = lanes.view();
  if (view === null) return null;
  const matters = view.matters
    .filter(({ settled }) => !settled)
    .map((matter) =>
      matter.kind === 'collision'
        ? {
            kind: matter.kind,
            lanes: matter.lanes,
            receipts: matter.records
              .filter(({ paperLine }) => paperLine === null)
              .map(({ receiptNumber }) => receiptNumber),
            paperLines: matter.records.flatMap(({ paperLine }) => (paperLine === null ? [] : [paperLine])),
          }
        : { kind: matter.kind, lanes: [matter.lane], receipts: [], paperLines: [] },
    );
  return { ...projection.laneDecisions(), matters };
}

/** A report as it stands now. Making one changes nothing; printing one gives it its number in the ledger. */
export function makeReport(context: StationContext, kind: ReportKind, number: number): Report {
  const { identity, projection, procedure, register, clock, journal } = context;
  const at = localTime(clock.wallMs(), procedure.timeZone);
  const turnout = projection.turnout(identity.lane);
  const visitors = projection.visitors();
  const figures = ledgerFigures(context);
  const reconciliation = reconcile(figures, projection.counts());
  const exceptions = projection.exceptions();
  const { voters, women, men, contentHash: hash } = register.info();
  return {
    kind,
    number,
    mock: identity.mock,
    electionTitle: identity.electionTitle,
    electionDate: identity.electionDate,
    stationNumber: identity.stationNumber,
    lane: identity.lane,
    printedAt: `${at.date} ${at.time}`,
    register: { voters, women, men, hash },
    turnout,
    visitors,
    exceptions: {
      byReason: exceptions.byReason,
      share: turnout.identified === 0 ? 0 : exceptions.total / turnout.identified,
    },
    stops: projection.stops(),
    reconciliation,
    lanes: laneReport(context),
    published: publishTables({ turnout, exceptions }, projection.publishedTables(), at.time),
    restarts: projection.restarts(),
    jobs: drawnPeople(context),
    ...journal.checkpoint(),
    addsUp:
      turnoutAddsUp(turnout) &&
      turnout.identified === figures.identified &&
      turnout.identified - visitors <= voters,
  };
}
