import { z } from 'zod';
import type { VisitorFiles } from '../../src/collector/visitors/open-visitors.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { startCollector } from '../commands/collector.ts';
import type { DaySummary } from './summary.ts';

export type CentreTotals = NonNullable<DaySummary['collector']>;

/** What came of the voter who was identified at two stations. */
export interface DoublesFound {
  readonly planted: number;
  /** Null: at a collector that runs elsewhere; its page shows them. */
  readonly raised: number | null;
  /** Until the last of them was raised. */
  readonly seconds: number | null;
  readonly isAsPlanted: boolean;
}

/** The collector of a mock day: one in this process, or one that runs elsewhere and that somebody looks at. */
export interface MockCentre {
  readonly url: string;
  readonly publicKey: Uint8Array | null;
  /** Null where it runs elsewhere. */
  totals(): Promise<CentreTotals | null>;
  /** Waits for what should be raised, and then for anything that shouldn't. */
  findDoubles(planted: number): Promise<DoublesFound>;
  close(): Promise<void>;
}

/** Within a minute of the second upload it has to be raised. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 250;

/**
 * @param url Of a mock collector that runs elsewhere; null: one of this day's own.
 * @param visitors Sealed records of voters of other stations, for the day's own; null: it has none.
 */
export async function openMockCentre(
  url: string | null,
  visitors: VisitorFiles | null,
): Promise<Result<MockCentre, string>> {
  return url === null ? ok(await ownCentre(visitors)) : centreAt(url);
}

async function ownCentre(visitors: VisitorFiles | null): Promise<MockCentre> {
  const collector = await startCollector({ visitors });
  const raisedNow = async (): Promise<number> => (await collector.totals()).doubles;
  return {
    ...{ url: collector.url, publicKey: collector.publicKey, close: () => collector.close() },
    async totals() {
      const { identified, undone, events } = await collector.totals();
      return { identified, undone, events };
    },
    async findDoubles(planted) {
      const begun = performance.now();
      let raised = await raisedNow();
      while (raised < planted && performance.now() - begun < PATIENCE_MS) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
        raised = await raisedNow();
      }
      const seconds = planted === 0 ? null : Math.round((performance.now() - begun) / 100) / 10;
      return { planted, raised, seconds, isAsPlanted: raised === planted };
    },
  };
}

const healthSchema = z.object({ status: z.literal('ok'), mock: z.boolean() });

async function centreAt(url: string): Promise<Result<MockCentre, string>> {
  let health: z.infer<typeof healthSchema>;
  try {
    health = healthSchema.parse(await (await fetch(new URL('/health', url))).json());
  } catch {
    return err(`--collector: no collector answers at ${url}`);
  }
  if (!health.mock) return err(`--collector: the one at ${url} is of a real election; start one with --mock`);
  return ok({
    ...{ url, publicKey: null },
    totals: async () => null,
    findDoubles: async (planted) => ({ planted, raised: null, seconds: null, isAsPlanted: true }),
    close: async () => {},
  });
}

/** For people; nothing where nobody came twice. */
export function doublesLines({ planted, raised, seconds, isAsPlanted }: DoublesFound): string[] {
  if (planted === 0 && isAsPlanted) return [];
  if (raised === null)
    return [`${planted} voter was identified at two stations: the page of the collector raises it.`];
  const after = seconds === null ? '' : `, ${seconds} s after the last upload`;
  return [
    `Voters identified at two stations: ${planted}; raised at the centre: ${raised}${after}`,
    ...(isAsPlanted ? [] : ['PROBLEM: the centre did not raise what was planted, or raised something else.']),
  ];
}
