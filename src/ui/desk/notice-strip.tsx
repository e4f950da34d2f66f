import { throwIllegalValue } from '../../domain/assert.ts';
import { DEVICE_KINDS } from '../../domain/devices.ts';
import type { DeskSnapshot, Notice } from '../../station/api/snapshot.ts';
import { Icon } from '../parts/icons.tsx';
import { useWords } from '../words/use-words.ts';
import type { Say } from '../words/words.ts';
import { deviceAdvice, NAMES } from './device-words.ts';

interface Line {
  readonly key: string;
  readonly tone: 'care' | 'bad' | 'calm';
  readonly text: string;
}

interface NoticeStripProps {
  readonly snapshot: DeskSnapshot;
  /** How each is said to the one who reads it. */
  readonly wording: (notice: Notice, say: Say) => string;
  /** False where the screen below says it of each device itself. */
  readonly withDevices: boolean;
}

/** What those who sit here should know: at most two lines, the most urgent first; empty when all is well. */
export function NoticeStrip({ snapshot, wording, withDevices }: NoticeStripProps) {
  const { say } = useWords();
  const lines = [
    ...noticeLines(snapshot, (notice) => wording(notice, say)),
    ...(withDevices ? deviceLines(snapshot, say) : []),
  ];
  if (lines.length === 0) return null;
  return (
    <ul className="notices" data-testid="notices">
      {lines.slice(0, 2).map((line) => (
        <li key={line.key} className={`notice tone-${line.tone}`} data-testid={`notice-${line.key}`}>
          <Icon name={line.tone === 'calm' ? 'info' : line.tone === 'care' ? 'care' : 'stop'} size={20} />
          <span>{line.text}</span>
        </li>
      ))}
    </ul>
  );
}

function noticeLines(snapshot: DeskSnapshot, textOf: (notice: Notice) => string): readonly Line[] {
  const { desk } = snapshot;
  // What the desk itself already explains beside its field is not said twice.
  const said = desk.kind === 'idle' ? desk.problem : null;
  const notices = snapshot.notices.filter((notice) => notice.kind !== 'error' || notice.code !== said);
  return notices.map((notice) => ({
    key: notice.kind === 'error' ? notice.code : notice.kind,
    tone: noticeTone(notice),
    text: textOf(notice),
  }));
}

export function noticeText(notice: Notice, say: Say): string {
  switch (notice.kind) {
    case 'clock-jumped':
      return say('notice.clock-jumped', { minutes: notice.minutes });
    case 'disk-low':
    case 'disk-on-reserve':
      return say(`notice.${notice.kind}`, { megabytes: notice.megabytes });
    case 'open-handovers':
      return say('notice.open-handovers', { count: notice.count });
    case 'error':
      return say(`error.${notice.code}`);
    case 'clock-implausible':
    case 'restarted':
    case 'voting-hours-over':
    case 'report-due':
    case 'devices-restarting':
      return say(`notice.${notice.kind}`);
    default:
      throwIllegalValue(notice);
  }
}

function noticeTone(notice: Notice): Line['tone'] {
  if (
    notice.kind === 'clock-implausible' ||
    notice.kind === 'disk-low' ||
    notice.kind === 'disk-on-reserve' ||
    notice.kind === 'error'
  )
    return 'bad';
  return notice.kind === 'clock-jumped' ? 'care' : 'calm';
}

function deviceLines(snapshot: DeskSnapshot, say: Say): readonly Line[] {
  const said = new Set<string>();
  return DEVICE_KINDS.flatMap((kind) => {
    const { status } = snapshot.devices[kind];
    const advice = deviceAdvice(kind, status, snapshot.technician.usbProblem);
    // Where nothing can be plugged in, one line says it of all.
    if (advice === null || status.state !== 'failed' || said.has(advice)) return [];
    said.add(advice);
    return [{ key: `device-${kind}`, tone: 'care' as const, text: say(advice, NAMES) }];
  });
}
