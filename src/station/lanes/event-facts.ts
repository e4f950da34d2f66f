import type { LaneFact } from '../../domain/lanes/lane-facts.ts';
import type { CborRecord } from '../../ledger/canonical.ts';
import type { StationEvent } from '../events.ts';

/** What an event of this lane tells the others beyond being kept by them. */
export function factOfEvent(event: StationEvent): LaneFact | null {
  switch (event.type) {
    case 'identified':
      return { type: 'identified', voter: event.voter, handover: event.handover };
    case 'identification-undone':
      return { type: 'undone', handover: event.handover };
    case 'lanes':
      return event.fact;
    case 'paper-line-entered':
      return event.voter === null ? null : { type: 'on-paper', voter: event.voter, line: event.line };
    case 'paper-line-settled':
      return {
        ...{ type: 'paper-settled', line: event.line },
        ...(event.matter === undefined ? {} : { matter: event.matter }),
      };
    default:
      return null;
  }
}

const HAVE_FACTS: readonly string[] = [
  'identified',
  'identification-undone',
  'lanes',
  'paper-line-entered',
  'paper-line-settled',
] satisfies StationEvent['type'][];

/** The same, read from the private part of an event that a lane of this station has signed. */
export function factOfPrivate(part: CborRecord): LaneFact | null {
  const { type } = part;
  if (typeof type !== 'string' || !HAVE_FACTS.includes(type)) return null;
  return factOfEvent(part as unknown as StationEvent);
}
