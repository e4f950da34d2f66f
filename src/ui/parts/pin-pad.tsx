import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { useWords } from '../words/use-words.ts';
import { Icon } from './icons.tsx';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const LONGEST = 12;
const SHORTEST = 4;

interface PinPadProps {
  readonly pin: string;
  readonly onChange: (pin: string) => void;
  readonly onEnter: () => void;
  readonly busy: boolean;
  /** Whose PIN it is, said to screen readers. */
  readonly label: string;
  /** Takes the focus when it appears; only where somebody is being asked. */
  readonly focus: boolean;
  /** A PIN that is chosen anew is longer than one that once may have been. */
  readonly shortest?: number;
}

/** A PIN by touch or by keyboard: digits, erase, Enter. Only the number of digits shows. */
export function PinPad({ pin, onChange, onEnter, busy, label, focus, shortest = SHORTEST }: PinPadProps) {
  const { say } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const ready = pin.length >= shortest && !busy;
  const add = (digit: string): void => onChange((pin + digit).slice(0, LONGEST));

  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    if (ready) onEnter();
  }

  return (
    <div className="pin-pad">
      <input
        ref={field}
        className="pin-field"
        data-testid="pin-input"
        type="password"
        inputMode="none"
        autoComplete="off"
        aria-label={label}
        value={pin}
        maxLength={LONGEST}
        onChange={(event) => onChange(event.target.value.replace(/\D/g, '').slice(0, LONGEST))}
        onKeyDown={onKeyDown}
      />
      <div className="pin-keys">
        {DIGITS.map((digit) => (
          <PinKey key={digit} digit={digit} onPress={() => add(digit)} />
        ))}
        <Button
          data-testid="pin-erase"
          className="pin-key pin-erase"
          aria-label={say('pin.erase')}
          onPress={() => onChange(pin.slice(0, -1))}
        >
          <Icon name="erase" size={28} />
        </Button>
        <PinKey digit="0" onPress={() => add('0')} />
        <Button
          data-testid="pin-enter"
          className="pin-key pin-enter"
          aria-label={say('pin.enter')}
          isDisabled={!ready}
          onPress={onEnter}
        >
          <Icon name="check" size={30} />
        </Button>
      </div>
    </div>
  );
}

function PinKey({ digit, onPress }: { readonly digit: string; readonly onPress: () => void }) {
  return (
    <Button data-testid={`pin-key-${digit}`} className="pin-key" onPress={onPress} excludeFromTabOrder>
      {digit}
    </Button>
  );
}
