/** Counters in the Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface Sample {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Counts of one process; they begin again when it does, as Prometheus expects. */
export class IntakeMetrics {
  readonly #answers = new Map<string, number>();
  #stored = 0;

  /** @param answer `accepted`, `quarantined`, `gap`, `busy`, or the code of a refusal. */
  countAnswer(answer: string): void {
    this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
  }

  countStored(events: number): void {
    this.#stored += events;
  }

  samples(): Sample[] {
    return [
      {
        name: 'tizme_collector_ranges_total',
        help: 'Ranges that arrived, by the answer they got.',
        type: 'counter',
        values: [...this.#answers].map(([answer, value]) => ({ labels: { answer }, value })),
      },
      {
        name: 'tizme_collector_events_stored_total',
        help: 'Events stored since this process began.',
        type: 'counter',
        values: [{ value: this.#stored }],
      },
    ];
  }
}

export function renderMetrics(samples: readonly Sample[]): string {
  return samples.map(renderSample).join('');
}

function renderSample({ name, help, type, values }: Sample): string {
  const lines = values.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
