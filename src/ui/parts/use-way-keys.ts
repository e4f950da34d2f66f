import { useEffect, useRef } from 'react';

export interface Way {
  readonly label: string;
  readonly onPress: () => void;
  readonly disabled?: boolean;
}

const OWN_ENTER = 'button, a, input, textarea, select, summary, [role="button"]';

/** Enter = the way on, Escape = the way out, wherever the focus is that does not want these keys itself. */
export function useWayKeys(wayOn: Way | null, wayOut: Way | null): void {
  const ways = useRef({ wayOn, wayOut });
  ways.current = { wayOn, wayOut };
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.repeat || document.querySelector('[role="dialog"]') !== null)
        return;
      const way =
        event.key === 'Enter' ? ways.current.wayOn : event.key === 'Escape' ? ways.current.wayOut : null;
      if (way === null || way.disabled === true) return;
      if (event.key === 'Enter' && event.target instanceof Element && event.target.matches(OWN_ENTER)) return;
      event.preventDefault();
      way.onPress();
    }
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
