import { useWords } from '../words/use-words.ts';
import { ActButton } from './act-button.tsx';
import { Callout } from './callout.tsx';

interface ComparedDigitsProps {
  readonly digits: string;
  /** The people at this screen said that they are the same. */
  readonly agreed: boolean;
  readonly pending: boolean;
  readonly onDecide: (same: boolean) => void;
}

/** Six digits in two groups, as they stand on the other screen, or not. */
export function ComparedDigits({ digits, agreed, pending, onDecide }: ComparedDigitsProps) {
  const { say } = useWords();
  return (
    <div className="stack">
      <p className="compared-digits numbers" data-testid="digits" data-digits={digits}>
        {`${digits.slice(0, 3)} ${digits.slice(3)}`}
      </p>
      <p>{say('spare.compare-hint')}</p>
      {agreed ? (
        <Callout tone="calm" testId="digits-agreed">
          {say('spare.agreed')}
        </Callout>
      ) : (
        <div className="row">
          <ActButton
            testId="digits-same"
            kind="way-on"
            icon="check"
            disabled={pending}
            onPress={() => onDecide(true)}
          >
            {say('spare.same')}
          </ActButton>
          <ActButton
            testId="digits-differ"
            kind="danger"
            icon="cross"
            disabled={pending}
            onPress={() => onDecide(false)}
          >
            {say('spare.differ')}
          </ActButton>
        </div>
      )}
    </div>
  );
}
