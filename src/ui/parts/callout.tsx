import type { ReactNode } from 'react';
import type { StationError } from '../../station/api/errors.ts';
import { useWords } from '../words/use-words.ts';
import { Icon, type IconName } from './icons.tsx';

export type Tone = 'good' | 'care' | 'bad' | 'calm';

const SHAPES: Readonly<Record<Tone, IconName>> = { good: 'check', care: 'care', bad: 'stop', calm: 'info' };

interface CalloutProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly testId?: string;
  readonly urgent?: boolean;
}

/** A short message with its shape and its colour. */
export function Callout({ tone, children, testId, urgent = false }: CalloutProps) {
  return (
    <div className={`callout tone-${tone}`} role={urgent ? 'alert' : 'status'} data-testid={testId}>
      <Icon name={SHAPES[tone]} />
      <div className="callout-text">{children}</div>
    </div>
  );
}

/** A word or two in a coloured pill, with a shape. */
export function Chip({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`chip tone-${tone}`}>
      <Icon name={SHAPES[tone]} size={18} />
      <span>{children}</span>
    </span>
  );
}

/** Why an act did not work, and what to do; nothing when it did. */
export function Problem({ problem }: { readonly problem: StationError | null }) {
  const { say } = useWords();
  if (problem === null) return null;
  return (
    <Callout tone="care" urgent testId={`problem-${problem.code}`}>
      {say(`error.${problem.code}`)}
      {problem.lines === undefined ? null : <> {problem.lines.join(', ')}</>}
      {problem.retryAfterSeconds === undefined ? null : (
        <> {say('error.retry-after', { seconds: problem.retryAfterSeconds })}</>
      )}
      {problem.tables === undefined ? null : (
        <> {say('error.which-tables', { tables: problem.tables.join(', ') })}</>
      )}
    </Callout>
  );
}
