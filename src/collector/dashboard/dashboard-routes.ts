import type { FastifyInstance, FastifyReply } from 'fastify';
import { LANGUAGES } from '../../domain/language.ts';
import type { Clock } from '../../store/clock.ts';
import { DASHBOARD_HEADERS, renderDashboard } from './dashboard-page.ts';
import { DASHBOARD_STYLE } from './dashboard-style.ts';
import { LIVE_SCRIPT, LiveViewers } from './live.ts';
import type { SharedTotals } from './shared-totals.ts';

export interface DashboardRoutesOptions {
  readonly figures: SharedTotals['get'];
  readonly mock: boolean;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Whether whoever looks has logged in. */
  readonly canLeave: boolean;
  readonly busy: (reply: FastifyReply) => FastifyReply;
}

/** The status page, and what keeps it up to date while somebody looks. */
export function addDashboardRoutes(
  app: FastifyInstance,
  { figures, mock, clock, canLeave, busy }: DashboardRoutesOptions,
): void {
  app.get<{ Querystring: { lang?: unknown; all?: unknown } }>(
    '/',
    { config: { who: 'viewer' } },
    async (request, reply) => {
      const now = await figures();
      if (!now.ok) return busy(reply);
      const { lang, all } = request.query;
      const page = renderDashboard({
        ...now.value,
        ...{ mock, nowWallMs: clock.wallMs(), all: all === '1', canLeave },
        language: LANGUAGES.find((known) => known === lang) ?? 'ky',
      });
      return reply.headers(DASHBOARD_HEADERS).send(page);
    },
  );
  app.get('/live.js', { config: { who: 'anybody' } }, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(LIVE_SCRIPT),
  );
  const viewers = new LiveViewers(figures);
  app.addHook('preClose', async () => viewers.close());
  app.get('/v1/live', { config: { who: 'viewer' } }, (_request, reply) => {
    if (!viewers.add(reply.raw)) return busy(reply);
    reply.hijack();
    return reply;
  });
  app.get('/status.css', { config: { who: 'anybody' } }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(DASHBOARD_STYLE),
  );
}
