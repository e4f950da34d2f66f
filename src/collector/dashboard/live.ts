import type { ServerResponse } from 'node:http';
import type { Result } from '../../domain/result.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { CollectorTotals } from '../collector-store.ts';
import type { CentreFigures } from './shared-totals.ts';

export const LIVE_EVERY_MS = 1000;
/** Walls and laptops of one centre; more are turned away. */
export const MOST_VIEWERS = 200;

/** Served as a file of its own: the page has no inline script. Plain JavaScript of the browser. */
export const LIVE_SCRIPT = `'use strict';
const source = new EventSource('/v1/live');
let underWay = false;
source.addEventListener('changed', async () => {
  if (underWay || document.hidden) return;
  underWay = true;
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const newer = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
    if (newer !== null) document.querySelector('main').replaceWith(newer);
  } finally {
    underWay = false;
  }
});
addEventListener('pagehide', () => source.close());
`;

/**
 * Tells open pages by server-sent events (HTML Living Standard, section 9.2) that there is something new: one look at
 * the sums a second, however many look at the page, and none when nobody does.
 */
export class LiveViewers {
  readonly #figures: () => Promise<Result<CentreFigures, StoreError>>;
  readonly #viewers = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | null = null;
  #shown = '';

  constructor(figures: () => Promise<Result<CentreFigures, StoreError>>) {
    this.#figures = figures;
  }

  /** False when there are too many. */
  add(response: ServerResponse): boolean {
    if (this.#viewers.size >= MOST_VIEWERS) return false;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.write('retry: 3000\n\n');
    this.#viewers.add(response);
    response.once('close', () => this.#viewers.delete(response));
    this.#timer ??= setTimeout(() => this.#look(), LIVE_EVERY_MS);
    return true;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
  }

  async #look(): Promise<void> {
    const figures = await this.#figures();
    if (figures.ok) this.#tell(figures.value.totals);
    this.#timer = this.#viewers.size === 0 ? null : setTimeout(() => this.#look(), LIVE_EVERY_MS);
  }

  #tell({ events, devices, quarantinedRanges, alarms, doubles }: CollectorTotals): void {
    const raised = alarms.reduce((sum, { times }) => sum + times, 0);
    // Whoever falls silent sends nothing: once a minute is looked at in any case.
    const minute = Math.floor(performance.now() / 60_000);
    const now = `${minute} ${events} ${devices.length} ${quarantinedRanges} ${raised} ${doubles.length}`;
    if (now === this.#shown) return;
    this.#shown = now;
    for (const viewer of this.#viewers) viewer.write(`event: changed\ndata: ${events}\n\n`);
  }
}
