import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words/use-words.ts';
import { ActButton } from './act-button.tsx';

interface SheetProps {
  readonly testId: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly side?: 'middle' | 'right';
  readonly wide?: boolean;
  /** Over the whole window: something that nobody may overlook. */
  readonly full?: boolean;
}

/** Something that lies over the desk for a moment: Escape or the cross puts it away. */
export function Sheet({
  testId,
  title,
  onClose,
  children,
  side = 'middle',
  wide = false,
  full = false,
}: SheetProps) {
  const { say } = useWords();
  useEscapeFromNowhere(onClose);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusOnNewTitle(heading, title);
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className={`sheet-veil sheet-${side}`}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={full ? 'sheet sheet-full' : wide ? 'sheet sheet-wide' : 'sheet'}>
        <Dialog className="sheet-dialog" data-testid={testId}>
          <header className="sheet-head">
            <Heading slot="title" level={2} ref={heading} tabIndex={-1}>
              {title}
            </Heading>
            <ActButton
              testId="sheet-close"
              kind="quiet"
              icon="cross"
              label={say('common.close')}
              onPress={onClose}
            >
              {null}
            </ActButton>
          </header>
          <div className="sheet-body">{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * A button that waits for its answer is disabled, and the browser then takes the focus away from it, out of the
 * dialog that listens for Escape. Escape means the same then.
 */
function useEscapeFromNowhere(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const focus = document.activeElement;
      const nowhere = focus === null || focus === document.body;
      if (event.key === 'Escape' && nowhere && !event.defaultPrevented) close.current();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** Another page of the same sheet: its title is read, and not the cross, which is the first thing in it. */
function useFocusOnNewTitle(heading: RefObject<HTMLHeadingElement | null>, title: string): void {
  const shown = useRef(title);
  useEffect(() => {
    if (shown.current === title) return;
    shown.current = title;
    if (document.activeElement === document.body) heading.current?.focus();
  }, [heading, title]);
}
