/** How soon somebody has to look. */
export const SEVERITIES = ['critical', 'serious', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What people at the centre have to know of, among the events that are neither identification nor undo. */
export const INCIDENT_SEVERITY = {
  /** A line of the paper list contradicts an identification, or another line. */
  'paper-line-double': 'critical',
  /** A lane that couldn't ask the owner gave a ballot out on two people's word. */
  'override-during-cut': 'critical',
  'lane-overridden': 'serious',
  'paper-mode-declared': 'serious',
  'clock-jumped': 'serious',
  'stop-disputed': 'serious',
  /** Two people have said what happened with such a line. */
  'paper-line-settled': 'notice',
  'check-failed': 'notice',
  'pin-refused': 'notice',
  problem: 'notice',
} as const satisfies Readonly<Record<string, Severity>>;

export type Incident = keyof typeof INCIDENT_SEVERITY;

export function isIncident(text: string): text is Incident {
  return Object.hasOwn(INCIDENT_SEVERITY, text);
}

/** Of a centre part, what decides whether it is an incident. */
export interface IncidentFields {
  readonly type?: string | undefined;
  readonly result?: string | undefined;
  readonly doubleOf?: string | null | undefined;
  readonly what?: string | undefined;
  readonly duringCut?: boolean | undefined;
}

export function incidentOf({ type, result, doubleOf, what, duringCut }: IncidentFields): Incident | null {
  switch (type) {
    case 'paper-line-entered':
      return doubleOf == null ? null : 'paper-line-double';
    case 'lanes':
      if (what !== 'overridden') return null;
      return duringCut === true ? 'override-during-cut' : 'lane-overridden';
    case 'check-made':
      return result === 'failed' ? 'check-failed' : null;
    case 'problem':
    case 'clock-jumped':
    case 'stop-disputed':
    case 'paper-mode-declared':
    case 'paper-line-settled':
    case 'pin-refused':
      return type;
    default:
      // Most of what a station says, and what newer stations may say.
      return null;
  }
}
