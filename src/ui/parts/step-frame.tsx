import { type ReactNode, useEffect, useRef } from 'react';
import type { StationError } from '../../station/api/errors.ts';
import { ActButton } from './act-button.tsx';
import { Problem } from './callout.tsx';
import { useWayKeys, type Way } from './use-way-keys.ts';

interface StepFrameProps {
  readonly testId: string;
  /** One decision, in one sentence. */
  readonly heading: string;
  readonly hint?: string;
  readonly badge?: ReactNode;
  readonly aside?: ReactNode;
  readonly children?: ReactNode;
  readonly foot?: ReactNode;
  readonly problem?: StationError | null;
  readonly wayOn: Way | null;
  readonly wayOut: Way | null;
  readonly tone?: 'good' | 'bad' | 'care';
  /** False where the screen itself puts the focus into a field. */
  readonly focusHeading?: boolean;
}

/** One screen: the voter on the left, the act on the right, the way out below left, the way on below right. */
export function StepFrame(props: StepFrameProps) {
  const { testId, heading, hint, aside, wayOn, wayOut, tone, focusHeading = true } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useWayKeys(wayOn, wayOut);
  useEffect(() => {
    if (focusHeading) title.current?.focus();
  }, [focusHeading]);

  return (
    <section className="step" data-testid={testId}>
      <div className={aside === undefined ? 'step-body' : 'step-body step-with-aside'}>
        {aside === undefined ? null : <aside className="card step-aside">{aside}</aside>}
        <div className={tone === undefined ? 'card step-act' : `card step-act step-${tone}`}>
          {props.badge}
          <h1 ref={title} tabIndex={-1} data-testid="heading">
            {heading}
          </h1>
          {hint === undefined ? null : <p className="step-hint">{hint}</p>}
          {props.children}
          <Problem problem={props.problem ?? null} />
        </div>
      </div>
      <footer className="ways">
        <div className="way">
          {wayOut === null ? null : (
            <ActButton
              testId="way-out"
              kind="way-out"
              icon="back"
              disabled={wayOut.disabled ?? false}
              onPress={wayOut.onPress}
            >
              {wayOut.label}
            </ActButton>
          )}
        </div>
        <div className="ways-middle">{props.foot}</div>
        <div className="way">
          {wayOn === null ? null : (
            <ActButton
              testId="way-on"
              kind="way-on"
              disabled={wayOn.disabled ?? false}
              onPress={wayOn.onPress}
            >
              {wayOn.label}
            </ActButton>
          )}
        </div>
      </footer>
      <p className="visually-hidden" aria-live={tone === 'bad' ? 'assertive' : 'polite'}>
        {heading}
      </p>
    </section>
  );
}
