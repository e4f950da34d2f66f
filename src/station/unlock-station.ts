import { err, ok, type Result } from '../domain/result.ts';
import type { Approval } from '../domain/roles.ts';
import type { StationRegister } from './adapters/station-register.ts';
import type { StationError } from './api/errors.ts';
import type { StationContext } from './context.ts';
import { coveredStep } from './cover.ts';
import type { CustodyParts } from './custody/custody-calls.ts';
import { restoreCertificate } from './custody/erasure.ts';
import { exportLog } from './export-log.ts';
import { Journal } from './journal.ts';
import { ONE_LANE, type StationLanes } from './lanes/station-lanes.ts';
import { OpenStation } from './open-station.ts';
import { PinKeeper } from './people/pin-keeper.ts';
import { pinRecords } from './people/pin-records.ts';
import { DayProjection } from './projection/day-projection.ts';
import { finishErasure } from './provision/erase-lane.ts';
import type { OpenedVault, StationDependencies, StickLine, UploadLine } from './station-dependencies.ts';
import { UploadCarrier, type UploadCarrierOptions } from './stick/carry-upload.ts';

/** What runs from the unlock to the end of the program. */
export interface UnlockedStation {
  readonly vault: OpenedVault;
  readonly open: OpenStation;
  readonly upload: UploadLine | null;
  readonly stickJournal: StickLine | null;
  /** The disk's log was an older one than what was said of it elsewhere. */
  readonly ledgerRestored: boolean;
}

/** What the unlocked station asks of the one around it. */
export type CustodyHooks = Pick<CustodyParts, 'letGo' | 'pinSet'>;

/** What the unlocked station tells the screens. */
export type ScreenHooks = Pick<StationContext, 'changed' | 'preview' | 'problem'>;

const NO_CARRIER: UploadCarrierOptions = { stick: null, collectorKey: null, collectorRecipient: null };

/** Opens the vault with these people's PINs, and puts together everything that needs what lies in it. */
export async function unlockStation(
  dependencies: StationDependencies,
  approvals: readonly Approval[],
  screens: ScreenHooks,
  custody: CustodyHooks,
): Promise<Result<UnlockedStation, StationError>> {
  const { vault, identity, clock, tries, reserve } = dependencies;
  const opened = await vault.unlock(approvals);
  if (!opened.ok) return opened;
  const { ledger, store, procedure, pinHashes, pinsOnRecord, ledgerVerified } = opened.value;
  const { register } = opened.value;
  const isErased = !register.ok && register.error === 'register-erased';
  // Before anything of this start is on record: what goes with the list is what came before its end.
  if (isErased) finishErasure(opened.value, opened.value.registerFile);
  const projection = new DayProjection(store);
  const journal = new Journal({
    ledger,
    clock,
    timeZone: procedure.timeZone,
    reportEveryMinutes: procedure.reports.everyMinutes,
    operatorId: () => projection.operatorId(),
    othersSinceIdentification: () => projection.othersSinceIdentification(),
    coveredStep: coveredStep(procedure),
    paperModeOn: () => projection.paperMode().on,
    reserve,
    verified: ledgerVerified,
  });
  // A look at a closed day is no reason to let one person alone open it again.
  if (projection.phase() === 'closed') vault.endDay();
  const people = approvals.map((approval) => approval.personId);
  const begun = journal.record([
    {
      type: 'program-started',
      first: !projection.startedBefore(),
      ...(pinsOnRecord ? {} : { pins: pinRecords(pinHashes) }),
    },
    { type: 'unlocked', people },
    ...people
      .filter((personId) => identity.envelopes?.includes(personId) === true)
      .map((envelope) => ({ type: 'envelope-opened', envelope, people }) as const),
  ]);
  if (!begun.ok || !register.ok) {
    if (!register.ok) journal.record([{ type: 'problem', code: register.error }]);
    if (isErased && dependencies.custody !== undefined)
      restoreCertificate(dependencies.custody.directory, opened.value, identity, clock);
    opened.value.close();
    return begun.ok ? err({ code: register.ok ? 'register-damaged' : register.error }) : begun;
  }
  register.value.visitors.restore(projection.admittedVisitors());
  const pins = new PinKeeper(identity.people, pinHashes, tries, (person) => {
    journal.record([{ type: 'pin-refused', person }]);
  });
  let desk: OpenStation['desk'] | null = null;
  const lanesChanged = (): void => {
    screens.changed();
    // What the lanes are in the middle of comes to its end first.
    queueMicrotask(() => desk?.standingChanged());
  };
  const lanes =
    (await dependencies.startLanes?.(opened.value, register.value, journal, lanesChanged)) ?? ONE_LANE;
  const problem: StationContext['problem'] = (code) => {
    journal.record([{ type: 'problem', code }]);
    screens.problem(code);
  };
  const upload = dependencies.startUpload(ledger);
  const context = contextOf(dependencies, opened.value, {
    ...{ register: register.value, journal, projection, lanes, upload },
    centre: dependencies.startCentre?.(ledger) ?? null,
    screens: {
      changed: () => screens.changed(),
      preview: (picture) => screens.preview(picture),
      problem,
    },
  });
  const open = new OpenStation(
    context,
    dependencies.machine,
    pins,
    (level) => {
      const parent = dependencies.exportDirectory;
      const reportDirectory = dependencies.custody?.directory ?? parent;
      const wallMs = (): number => clock.wallMs();
      return exportLog({ ledger, store, journal, parent, reportDirectory, wallMs }, level);
    },
    new UploadCarrier(dependencies.carrier ?? NO_CARRIER, ledger),
    dependencies.fingerSearch,
    {
      ...{ place: dependencies.custody ?? null, opened: opened.value, ...custody },
      practicePins: dependencies.practicePins,
    },
  );
  desk = open.desk;
  upload?.onChange(() => screens.changed());
  const stickJournal =
    dependencies.startStickJournal?.(opened.value, register.value, lanes, (trouble) => {
      if (trouble !== null) journal.record([{ type: 'problem', code: trouble }]);
      screens.changed();
    }) ?? null;
  return ok({ vault: opened.value, open, upload, stickJournal, ledgerRestored: ledger.missing !== null });
}

interface UnlockedParts extends Pick<StationContext, 'journal' | 'projection' | 'centre'> {
  readonly register: StationRegister;
  readonly lanes: StationLanes;
  readonly upload: UploadLine | null;
  readonly screens: ScreenHooks;
}

function contextOf(
  { identity, devices, bench, matcher, documents, paper, clock, timer }: StationDependencies,
  { procedure, receiptCodeKey, packageExpires }: OpenedVault,
  { register, journal, projection, lanes, centre, upload, screens }: UnlockedParts,
): StationContext {
  return {
    identity,
    procedure,
    register,
    journal,
    projection,
    lanes,
    centre,
    devices,
    deviceReport: () => bench.report(),
    matcher,
    documents,
    paper,
    clock,
    timer,
    receiptCodeKey,
    packageExpires,
    countersign: async () => {
      await Promise.all([lanes.countersign(), upload?.countersign()]);
    },
    changed: () => screens.changed(),
    preview: (picture) => screens.preview(picture),
    problem: (code) => screens.problem(code),
  };
}
