import { useEffect, useState } from 'react';
import { formatClock } from '../format/format.ts';
import { useMirror } from '../mirror/station-context.tsx';

/** The station's wall clock in epoch milliseconds, carried on from the last snapshot. */
export function useStationTime(): number {
  const nowMs = useMirror((mirror) => mirror.snapshot?.nowMs ?? 0);
  const receivedAt = useMirror((mirror) => mirror.receivedAt);
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const update = (): void => setPassed(Math.max(0, performance.now() - receivedAt));
    update();
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  }, [receivedAt]);
  return nowMs + passed;
}

export function StationClock({
  timeZone,
  seconds = false,
}: {
  readonly timeZone: string;
  readonly seconds?: boolean;
}) {
  const now = useStationTime();
  return (
    <time className="clock numbers" data-testid="clock">
      {formatClock(now, timeZone, seconds)}
    </time>
  );
}
