import { useEffect, useRef } from 'react';
import { BurstDecoder, type BurstSettings, type KeyPress } from './burst-decoder.ts';
import { characterOf } from './key-codes.ts';

/** Marks the keys that are given back to the page, so that they are not held a second time. */
const RELEASED = new WeakSet<Event>();

/** A timer that fires later than this behind its time tells of a busy page. */
const LATE_MS = 25;

/** Listens to every key of the window before anything else does, and takes out what a reader typed. */
export function useWedge(
  settings: BurstSettings,
  enabled: boolean,
  onReading: (lines: readonly string[]) => void,
): void {
  const report = useRef(onReading);
  report.current = onReading;

  useEffect(() => {
    if (!enabled) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keys = new WeakMap<KeyPress, string>();
    const decoder = new BurstDecoder(settings, {
      reading: (lines) => report.current(lines),
      release: (presses) => {
        for (const press of presses) release(press, keys.get(press));
      },
    });

    function settle(): void {
      clearTimeout(timer);
      const due = decoder.dueAfter();
      if (due === null) return;
      const dueAt = performance.now() + due;
      timer = setTimeout(() => {
        const now = performance.now();
        // The page itself was held up: keys that came in the meantime may still wait behind this.
        if (now - dueAt <= LATE_MS) decoder.tick(now);
        settle();
      }, due);
    }

    function onKeyDown(event: KeyboardEvent): void {
      if (RELEASED.has(event) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      // A key kept down is a person's.
      if (event.repeat) return;
      // When the key went down, not when a busy page came to hear of it: a reader's pauses stay what they were.
      const press = { code: event.code, shift: event.shiftKey, time: event.timeStamp };
      keys.set(press, event.key);
      if (decoder.press(press) === 'hold') {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      settle();
    }

    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => {
      window.removeEventListener('keydown', onKeyDown, { capture: true });
      clearTimeout(timer);
      decoder.tick(Number.POSITIVE_INFINITY);
    };
  }, [settings, enabled]);
}

/** Types a held key into what has the focus now, as the keyboard would have, in the system's own layout. */
function release(press: KeyPress, key: string | undefined): void {
  const target = document.activeElement ?? document.body;
  const text = key !== undefined && key.length === 1 ? key : (characterOf(press.code, press.shift) ?? '');
  const event = new KeyboardEvent('keydown', {
    key: text,
    code: press.code,
    shiftKey: press.shift,
    bubbles: true,
    cancelable: true,
  });
  RELEASED.add(event);
  if (!target.dispatchEvent(event)) return;
  const typesHere = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  if (typesHere) insertText(target, text);
  else if (press.code === 'Space' && target instanceof HTMLElement) target.click();
}

function insertText(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const start = field.selectionStart ?? field.value.length;
  const end = field.selectionEnd ?? start;
  const limit = field.maxLength;
  if (field.readOnly || field.disabled || (limit >= 0 && field.value.length - (end - start) >= limit)) return;
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, data: text, inputType: 'insertText' }));
}
