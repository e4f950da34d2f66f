import { join } from 'node:path';
import type { ElectionPackage } from '../../fixtures/election/election-package.ts';
import { PRESENTED_IMPRESSIONS } from '../../fixtures/election/scanned-prints.ts';
import { simulatedPeople } from '../../fixtures/election/simulated-people.ts';
import { unwrap } from '../../src/domain/result.ts';
import { MockLane } from './lane.ts';
import { MockOperator } from './operator.ts';
import { type DayOptions, laneSetup, prepare } from './play-day.ts';
import { type PrintsTrial, PrintsTrialRun } from './prints-trial.ts';

/**
 * Fingers that did not match are counted on from visit to visit, and each voter is claimed by nine strangers here:
 * as many attempts as a procedure may give.
 */
function withEveryAttempt(electionPackage: ElectionPackage): ElectionPackage {
  const { content } = electionPackage;
  const fingerprint = { ...content.procedure.fingerprint, attemptsPerFinger: 10 };
  return {
    ...electionPackage,
    content: { ...content, procedure: { ...content.procedure, fingerprint } },
  };
}

/** Every impression of every voter against the own record, and one of each against everybody else's. */
export async function playPrintsTrial(options: DayOptions): Promise<PrintsTrial> {
  const { election } = options;
  const mock = await MockLane.open(
    laneSetup(
      {
        ...options,
        electionPackage: withEveryAttempt(options.electionPackage),
        directory: join(options.directory, 'trial'),
        collector: null,
      },
      1,
      { people: simulatedPeople(election, options.fingers) },
    ),
  );
  const operator = new MockOperator(mock, election.roster, () => true);
  try {
    await prepare(mock, operator);
    unwrap(await mock.desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    const trial = new PrintsTrialRun(mock, async (receiptNumber) => {
      unwrap(
        await mock.desk.call('undoIdentification', {
          of: { receiptNumber },
          reason: 'trial of single fingers',
          approvals: operator.approvals('chair', 'secretary'),
        }),
      );
    });
    const { voters } = election;
    let done = 0;
    const of = voters.length * (PRESENTED_IMPRESSIONS.length + voters.length - 1);
    for (const voter of voters) {
      for (const _ of PRESENTED_IMPRESSIONS) {
        await trial.genuine(voter);
        done += 1;
        options.progress(done, of);
      }
    }
    for (const claimed of voters) {
      for (const comes of voters.filter((voter) => voter !== claimed)) {
        await trial.impostor(claimed, comes);
        done += 1;
        options.progress(done, of);
      }
    }
    return trial.result();
  } finally {
    await mock.stop();
  }
}
