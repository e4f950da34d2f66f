import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';

export interface ActButtonProps {
  readonly testId: string;
  readonly children: ReactNode;
  readonly onPress: () => void;
  readonly kind?: 'way-on' | 'way-out' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly pressed?: boolean;
}

/** Every button of the screens: large enough for a thumb, and pale (not hidden) while it can't be used. */
export function ActButton(props: ActButtonProps) {
  const { testId, children, onPress, kind = 'plain', icon, disabled = false, label, pressed } = props;
  const button = useRef<HTMLButtonElement>(null);
  const onPressed = useFocusKept(button, disabled, onPress);
  return (
    <Button
      ref={button}
      data-testid={testId}
      className={`act act-${kind}`}
      isDisabled={disabled}
      onPress={onPressed}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </Button>
  );
}

/**
 * A button that waits for its answer is disabled, and the browser takes the focus away from it. In a sheet it gets it back
 * with the answer, unless something else has it by then; on a step the focus stays nowhere, where Enter is the way on.
 */
function useFocusKept(
  button: RefObject<HTMLButtonElement | null>,
  disabled: boolean,
  onPress: () => void,
): () => void {
  const asked = useRef(false);
  useEffect(() => {
    if (disabled || !asked.current) return;
    asked.current = false;
    const isNowhere = document.activeElement === document.body;
    if (isNowhere && button.current?.closest('[role="dialog"]') != null) button.current.focus();
  }, [disabled, button]);
  return () => {
    asked.current = true;
    onPress();
  };
}
