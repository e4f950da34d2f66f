import { DEVICE_KINDS } from '../../domain/devices.ts';
import type { CheckView, DeskSnapshot } from '../../station/api/snapshot.ts';
import { deskWithDock, EXAMPLE_RECONCILIATION, exampleDesk } from './example-desk.ts';
import { EXAMPLE_NO_USB, EXAMPLE_TROUBLE } from './example-technician.ts';

/** A locked desk whose devices are as the technician finds them. */
function troubled(technician: DeskSnapshot['technician']): DeskSnapshot {
  const devices = { ...exampleDesk().devices };
  for (const kind of DEVICE_KINDS) {
    const problem = technician.found.find((each) => each.kind === kind)?.problem ?? { code: 'absent' };
    devices[kind] = { model: '', simulated: false, status: { state: 'failed', problem } };
  }
  return exampleDesk({ phase: 'locked', operator: null, technician, devices });
}

export function dayScreens(): Record<string, DeskSnapshot> {
  const ready = exampleDesk().opening;
  const check = (name: CheckView['name'], result: CheckView['result'], figure: number | null): CheckView => ({
    name,
    result,
    figure,
  });
  const preparing = (missing: DeskSnapshot['opening']['missing']): DeskSnapshot =>
    exampleDesk({
      phase: 'preparing',
      operator: null,
      opening: {
        ...ready,
        missing,
        draw: { 'operator-control': 'p-member-1' },
        checks: [
          check('clock', 'passed', 0),
          check('disk', 'passed', 212_000_000_000),
          check('battery', 'failed', 12),
          check('printer', 'passed', null),
          check('scanner', 'warning', null),
          check('card-reader', 'passed', null),
          check('mrz-reader', 'running', null),
          check('register', 'not-run', null),
          check('ledger', 'not-run', null),
        ],
      },
    });
  const closing = {
    inside: 7,
    stillInside: 3,
    counted: EXAMPLE_RECONCILIATION.counted,
    reconciliation: EXAMPLE_RECONCILIATION,
    closingReportNumber: null,
  };
  return {
    locked: exampleDesk({ phase: 'locked', operator: null }),
    'preparing-clock': preparing(['clock', 'checks', 'draw', 'operator', 'zero-report']),
    'preparing-checks': preparing(['checks', 'draw', 'operator', 'zero-report']),
    'preparing-draw': preparing(['draw', 'operator', 'zero-report']),
    'preparing-operator': preparing(['operator', 'zero-report']),
    'preparing-zero-report': preparing(['zero-report']),
    'preparing-open': preparing([]),
    idle: deskWithDock({
      desk: {
        stepId: 's1',
        kind: 'idle',
        problem: null,
        last: { name: 'Юсупова Дилдора Рустамовна', receiptNumbers: ['2-0641'] },
      },
    }),
    'technician-no-usb': troubled(EXAMPLE_NO_USB),
    'technician-trouble': troubled(EXAMPLE_TROUBLE),
    'finger-search': exampleDesk({ fingerSearch: { state: 'open', voters: 1688 } }),
    'idle-problem': exampleDesk({
      desk: { stepId: 's1', kind: 'idle', problem: 'personal-number-invalid', last: null },
      notices: [{ kind: 'voting-hours-over' }, { kind: 'report-due' }],
      counts: { ...exampleDesk().counts, exceptionWarning: true, exceptions: 52, exceptionShare: 0.081 },
      devices: {
        ...exampleDesk().devices,
        printer: {
          model: 'Simulated',
          simulated: true,
          status: { state: 'failed', problem: { code: 'paper-out' } },
        },
        'card-reader': {
          model: 'Simulated',
          simulated: true,
          status: { state: 'failed', problem: { code: 'no-answer' } },
        },
      },
    }),
    'closing-desk': exampleDesk({ phase: 'closing', closing }),
    'closing-counts': exampleDesk({ phase: 'closing', closing: { ...closing, stillInside: 0 } }),
    closed: exampleDesk({
      phase: 'closed',
      closing: { ...closing, stillInside: 0, closingReportNumber: 14 },
    }),
  };
}
