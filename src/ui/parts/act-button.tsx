import type { ReactNode } from 'react';
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
  return (
    <Button
      data-testid={testId}
      className={`act act-${kind}`}
      isDisabled={disabled}
      onPress={onPress}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </Button>
  );
}
