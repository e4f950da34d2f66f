import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../store/clock.ts';
import type { ErasedView } from '../api/custody-view.ts';
import type { LaneIdentity } from '../context.ts';
import { localTime } from '../local-time.ts';
import { DayProjection } from '../projection/day-projection.ts';
import type { ErasureCertificate } from '../provision/erase-lane.ts';
import type { OpenedVault } from '../station-dependencies.ts';

/**
 * The certificate of an erasure as it was made, so that it can be printed as often as somebody asks: it names no voter.
 * The ledger has the same, and it is made again from there where the power went before it was written.
 */
const certificateSchema = z.strictObject({
  version: z.literal(1),
  names: z.array(z.string()),
  certificate: z.strictObject({
    mock: z.boolean(),
    electionId: z.string(),
    electionTitle: z.strictObject({ ky: z.string(), ru: z.string(), en: z.string() }),
    stationNumber: z.int(),
    lane: z.int(),
    device: z.string(),
    erasedAt: z.string(),
    register: z.string(),
    voters: z.int(),
    templates: z.int(),
    identified: z.int(),
    people: z.array(z.string()).readonly(),
    /** Missing in one that an older program wrote. */
    gone: z.array(z.int()).default([]).readonly(),
    checkpoint: z.string(),
  }),
});
export interface KeptCertificate {
  readonly certificate: ErasureCertificate;
  /** Of the two who answer for it. */
  readonly names: readonly string[];
}

const FILE = 'erasure.json';

export function keepCertificate(
  directory: string,
  certificate: ErasureCertificate,
  { people }: Pick<LaneIdentity, 'people'>,
): KeptCertificate {
  const names = certificate.people.map((id) => people.find((person) => person.id === id)?.name ?? id);
  const file = join(directory, FILE);
  const content = { version: 1, names, certificate };
  writeFileSync(`${file}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.part`, file);
  return { certificate, names };
}

export function readCertificate(directory: string): KeptCertificate | null {
  try {
    const parsed = certificateSchema.safeParse(JSON.parse(readFileSync(join(directory, FILE), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function erasedViewOf(kept: KeptCertificate | null): ErasedView | null {
  if (kept === null) return null;
  const { erasedAt, voters, templates, identified } = kept.certificate;
  return { at: erasedAt, voters, templates, identified };
}

/** On a lane whose list was destroyed: the certificate as the ledger has it, if it isn't there. */
export function restoreCertificate(
  directory: string,
  { ledger, laneStore, procedure }: OpenedVault,
  identity: LaneIdentity,
  clock: Clock,
): void {
  if (existsSync(join(directory, FILE))) return;
  let after: { epoch: number; seq: number } | null = null;
  for (;;) {
    const page = ledger.events(after, 500);
    if (!page.ok) return;
    for (const event of page.value) {
      const centre = ledger.openCentre(event);
      if (!centre.ok || (centre.value as { type?: unknown }).type !== 'register-erased') continue;
      const { register, voters, templates, gone } = centre.value as Readonly<Record<string, unknown>>;
      const own = ledger.openPrivate(event);
      const people = own.ok ? (own.value as { people?: unknown }).people : [];
      // Exact times went with the private parts: it was done by now.
      const { date, time } = localTime(clock.wallMs(), procedure.timeZone);
      const certificate = {
        ...{ mock: identity.mock, electionId: identity.electionId, electionTitle: identity.electionTitle },
        ...{ stationNumber: identity.stationNumber, lane: identity.lane, device: identity.deviceId },
        erasedAt: `${date} ${time}`,
        ...{ register, voters, templates, people: Array.isArray(people) ? people : [] },
        gone: Array.isArray(gone) ? gone : [],
        identified: new DayProjection(laneStore).figures(procedure).identified,
        checkpoint: ledger.checkpoint().note,
      };
      keepCertificate(directory, certificate as ErasureCertificate, identity);
      return;
    }
    const last = page.value.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
