import { throwIllegalValue } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { CallParameters } from '../api/calls.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { refuseWhileOthersServe } from '../lanes/tables-of-station.ts';
import type { Handlers } from '../open-station.ts';
import type { PinKeeper } from '../people/pin-keeper.ts';
import { eraseLane } from '../provision/erase-lane.ts';
import { changePin, type RenewFault, renewPin } from '../provision/renew-pin.ts';
import type { OpenedVault } from '../station-dependencies.ts';
import type { CustodyPlace } from './custody-place.ts';
import { keepCertificate } from './erasure.ts';
import { ListKeeper } from './list-keeper.ts';
import { PackageKeeper } from './package-keeper.ts';

type CustodyCallName =
  | 'lookAtStick'
  | 'takeChanges'
  | 'replacePackage'
  | 'changePin'
  | 'renewPin'
  | 'eraseList';

/** After these the station locks itself, and is opened anew by two people. */
export const LOCKING_CALLS: ReadonlySet<string> = new Set(['replacePackage', 'eraseList']);

export interface CustodyParts {
  /** Null on a lane that has no files of its own (a bench). */
  readonly place: CustodyPlace | null;
  readonly opened: OpenedVault;
  /** Stops everything that reads the list. */
  readonly letGo: () => Promise<void>;
  /** Somebody's PIN is another one: what still goes by the old one forgets it. */
  readonly pinSet: (personId: string) => void;
  readonly practicePins: Readonly<Record<string, string>> | null;
}

/** What two people do with the laptop itself: its package, its list, their PINs, and the end of it all. */
export function custodyCalls(
  context: StationContext,
  pins: PinKeeper,
  { place, opened, letGo, pinSet, practicePins }: CustodyParts,
): Pick<Handlers, CustodyCallName> {
  const none = (): Result<never, StationError> => err({ code: 'no-package' });
  if (place === null || opened.packageVersion === null)
    return {
      ...{ lookAtStick: none, takeChanges: none, replacePackage: none, eraseList: none },
      changePin: place === null ? none : (call) => setOwnPin(context, pins, opened, place, pinSet, call),
      renewPin: place === null ? none : (call) => setForgottenPin(context, pins, opened, place, pinSet, call),
    };
  const list = new ListKeeper(context, opened, place);
  const packages = new PackageKeeper(context, opened, place, practicePins);
  context.lanes.onListChanges((changes) => list.heard(changes));
  return {
    lookAtStick: async () => {
      if (place.sticks().length === 0) return err({ code: 'no-stick' });
      return ok({ packages: packages.look(), changes: await list.look() });
    },
    takeChanges: ({ people }) => list.take(people),
    replacePackage: async ({ file, people }) => {
      await list.whenIdle();
      return packages.replace(file, people);
    },
    changePin: (call) => setOwnPin(context, pins, opened, place, pinSet, call),
    renewPin: (call) => setForgottenPin(context, pins, opened, place, pinSet, call),
    eraseList: async ({ gone, people }) => {
      await list.whenIdle();
      // Asked before the tables are let go: a refusal leaves the station as it is.
      const through = refuseWhileOthersServe(context.lanes.tables(), gone);
      if (!through.ok) {
        context.journal.record([{ type: 'problem', code: through.error.code }]);
        return through;
      }
      await letGo();
      return erase(context, opened, place, people, gone);
    },
  };
}

async function setOwnPin(
  context: StationContext,
  pins: PinKeeper,
  opened: OpenedVault,
  place: CustodyPlace,
  pinSet: CustodyParts['pinSet'],
  { personId, pin, newPin }: CallParameters<'changePin'>,
): Promise<Result<undefined, StationError>> {
  const known = await pins.verify({ personId, pin });
  if (!known.ok) return known;
  if (pin === newPin) return err({ code: 'pin-not-new' });
  const set = await changePin(settingPin(context, opened, place, personId, newPin));
  return afterSetting(set, pins, opened, pinSet, personId);
}

async function setForgottenPin(
  context: StationContext,
  pins: PinKeeper,
  opened: OpenedVault,
  place: CustodyPlace,
  pinSet: CustodyParts['pinSet'],
  {
    personId,
    newPin,
    people,
  }: Omit<CallParameters<'renewPin'>, 'approvals'> & { readonly people: readonly string[] },
): Promise<Result<undefined, StationError>> {
  const set = await renewPin({ ...settingPin(context, opened, place, personId, newPin), people });
  return afterSetting(set, pins, opened, pinSet, personId);
}

function settingPin(
  { journal }: StationContext,
  opened: OpenedVault,
  { directory, pinCost }: CustodyPlace,
  person: string,
  pin: string,
): Parameters<typeof changePin>[0] {
  return {
    ...{ vault: opened, directory, person, pin },
    ...(pinCost === undefined ? {} : { cost: pinCost }),
    record: (event, alongside) => journal.recordAlong([event], alongside).ok,
  };
}

function afterSetting(
  set: Result<void, RenewFault>,
  pins: PinKeeper,
  { laneStore }: OpenedVault,
  pinSet: CustodyParts['pinSet'],
  personId: string,
): Result<undefined, StationError> {
  if (!set.ok) return err({ code: codeOfRenewal(set.error) });
  const row = laneStore.get<{ hash: string }>('SELECT hash FROM person_pin WHERE person_id = ?', [personId]);
  if (row !== undefined) pins.renewed(personId, row.hash);
  pinSet(personId);
  return ok(undefined);
}

function codeOfRenewal(fault: RenewFault): StationError['code'] {
  switch (fault) {
    case 'two-others-needed':
      return 'two-people-needed';
    case 'unknown-person':
      return 'not-allowed';
    case 'laptop-share-missing':
    case 'disk-failed':
      return fault;
    default:
      return throwIllegalValue(fault);
  }
}

/** Nobody reads the list any more when it goes. */
function erase(
  { identity, clock, journal }: StationContext,
  opened: OpenedVault,
  { directory }: CustodyPlace,
  people: readonly string[],
  gone: readonly number[],
): Result<undefined, StationError> {
  const erased = eraseLane({
    ...{ vault: opened, identity, registerFile: opened.registerFile, people, gone, clock },
    record: (event, alongside) => journal.recordAlong([event], alongside).ok,
  });
  if (!erased.ok)
    return err({
      code:
        erased.error === 'not-closed'
          ? 'wrong-phase'
          : erased.error === 'register-missing'
            ? 'register-erased'
            : 'disk-failed',
    });
  keepCertificate(directory, erased.value, identity);
  return ok(undefined);
}
