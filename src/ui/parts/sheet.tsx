import type { ReactNode } from 'react';
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
}

/** Something that lies over the desk for a moment: Escape or the cross puts it away. */
export function Sheet({ testId, title, onClose, children, side = 'middle', wide = false }: SheetProps) {
  const { say } = useWords();
  return (
    <ModalOverlay
      isOpen
      isDismissable
      className={`sheet-veil sheet-${side}`}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={wide ? 'sheet sheet-wide' : 'sheet'}>
        <Dialog className="sheet-dialog" data-testid={testId}>
          <header className="sheet-head">
            <Heading slot="title" level={2}>
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
