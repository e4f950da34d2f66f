import type { Procedure } from '../../domain/procedure.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Clock } from '../../store/clock.ts';
import type { WritableStore } from '../../store/store.ts';
import { centreFields, privateFields, publicKind, type StationEvent } from '../events.ts';
import { publicPeriod, reportPeriod } from '../local-time.ts';
import { projectEvent } from '../projection/project-event.ts';

/**
 * Puts one event on record while no station runs, with what goes with it in the same transaction.
 * @returns false where the disk refuses; nothing of it has happened then
 */
export function recordEvent(
  { ledger, procedure }: { readonly ledger: Ledger; readonly procedure: Procedure },
  event: StationEvent,
  clock: Clock,
  alongside: (store: WritableStore) => void = () => {},
): boolean {
  const committed = ledger.commit(
    [
      {
        kind: publicKind(event),
        period: publicPeriod(
          publicKind(event),
          reportPeriod(clock.wallMs(), procedure.timeZone, procedure.reports.everyMinutes),
        ),
        centre: centreFields(event),
        private: privateFields(event, null),
      },
    ],
    (store, [stored]) => {
      alongside(store);
      if (stored !== undefined) projectEvent(store, event, stored.at.wallMs, stored.seq);
    },
  );
  return committed.ok;
}
