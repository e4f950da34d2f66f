import type { CollectorTotals } from './collector-store.ts';
import { groupDoubles } from './doubles/group-doubles.ts';
import type { IntakeQueue } from './intake-queue.ts';
import type { LogCheckState } from './log-check/log-check.ts';
import type { Sample } from './metrics.ts';

/** How the centre stands, as a monitor reads it. */
export function centreSamples(
  totals: CollectorTotals,
  queue: Pick<IntakeQueue, 'seated' | 'expected'>,
  logCheck: LogCheckState,
): Sample[] {
  return [
    gauge('tizme_collector_seats', 'Devices that may send just now.', queue.seated),
    gauge('tizme_collector_expected', 'Devices that are to come back.', queue.expected),
    ...stateSamples(totals),
    gauge(
      'tizme_collector_log_checking',
      'Stored events are being read again.',
      Number(logCheck === 'running'),
    ),
    gauge(
      'tizme_collector_damaged',
      'Nothing more is taken in on this database.',
      Number(logCheck === 'damaged'),
    ),
  ];
}

function stateSamples({ events, devices, quarantinedRanges, alarms, doubles }: CollectorTotals): Sample[] {
  return [
    gauge('tizme_collector_events', 'Events in the database.', events),
    gauge('tizme_collector_devices', 'Registered devices.', devices.length),
    gauge(
      'tizme_collector_devices_heard',
      'Devices that sent at least one event.',
      devices.filter(({ heardWallMs }) => heardWallMs !== null).length,
    ),
    gauge('tizme_collector_quarantined_ranges', 'Ranges kept aside.', quarantinedRanges),
    gauge('tizme_collector_alarms', 'Different alarms that were raised.', alarms.length),
    gauge(
      'tizme_collector_doubles',
      'Voters who are identified more than once by now.',
      groupDoubles(doubles).filter(({ state }) => state === 'open').length,
    ),
  ];
}

function gauge(name: string, help: string, value: number): Sample {
  return { name, help, type: 'gauge', values: [{ value }] };
}
