import { throwIllegalValue } from '../../domain/assert.ts';
import type { DeskStep } from '../../station/api/snapshot.ts';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';

const STEPS = ['document', 'voter', 'finger', 'receipt'] as const;

/** Which of the four steps of the desk a screen belongs to, 0-3. */
export function railPosition(step: DeskStep): 0 | 1 | 2 | 3 {
  switch (step.kind) {
    case 'idle':
    case 'reading-document':
      return 0;
    case 'search-results':
    case 'voter':
    case 'stop':
      return 1;
    case 'finger':
    case 'commission':
      return 2;
    case 'securing':
    case 'verified':
    case 'printing':
    case 'printer-problem':
    case 'done':
      return 3;
    default:
      throwIllegalValue(step);
  }
}

/** Document, voter, finger, receipt: done, now, to come. */
export function StepRail({ step }: { readonly step: DeskStep }) {
  const { say } = useWords();
  const now = railPosition(step);
  const finished = step.kind === 'done';
  const stopped = step.kind === 'stop';
  return (
    <ol className="rail" data-testid="rail" data-step={STEPS[now]}>
      {STEPS.map((name, index) => {
        const state =
          index < now || finished ? 'done' : index > now ? 'to-come' : stopped ? 'stopped' : 'now';
        return (
          <li
            key={name}
            className={`rail-step rail-${state}`}
            {...(state === 'now' ? { 'aria-current': 'step' as const } : {})}
          >
            <span className="rail-mark">
              {state === 'done' ? (
                <Icon name="check" size={16} />
              ) : state === 'stopped' ? (
                <Icon name="cross" size={16} />
              ) : (
                index + 1
              )}
            </span>
            <span className="rail-word">{say(`rail.${name}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}
