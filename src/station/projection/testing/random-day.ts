import type { Random } from '../../../../fixtures/random.ts';
import { nextReceipt } from '../../../domain/handover.ts';
import { tenureOf } from '../../../domain/lanes/tenure.ts';
import type { LookupMethod } from '../../../domain/outcome.ts';
import type { CountedUnder, StationEvent } from '../../events.ts';
import { pinRecords } from '../../people/pin-records.ts';

interface OpenVisit {
  readonly id: string;
  readonly voter: string;
  readonly due: number;
  state: 'found' | 'verified' | 'receipt' | 'ballot' | 'signed';
  counted: CountedUnder | null;
  printed: number[];
  numbers: string[];
}

/** What a person's PIN is after an act, for the table that the act writes beside its events. */
export interface PinSet {
  readonly person: string;
  readonly hash: string;
}

export interface RandomAct {
  readonly events: readonly StationEvent[];
  readonly pin?: PinSet;
}

// Lists of its own: a word more in the program's would draw another day from the same seed.
const LOOKUPS = ['chip', 'personal-number', 'name'] as const;
const OUTCOMES = ['wrong-station', 'already-identified', 'under-age'] as const;
const AGES = ['18-25', '36-45', '61+'] as const;
const PEOPLE = ['chair', 'member-2', 'operator-1'];

/**
 * Acts of a day at one desk in an order drawn from the seed, with every event that a table beside the log is made of.
 * No station is behind it: each act is what one would have recorded.
 */
export class RandomDay {
  readonly hashes = new Map(PEOPLE.map((person) => [person, `hash of ${person}'s letter`]));
  readonly #random: Random;
  readonly #visits: OpenVisit[] = [];
  readonly #known: string[] = [];
  #handovers = 0;
  #receipts = 0;
  #lines = 0;
  #reports = 0;
  #lists = 0;
  #pins = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** As a laptop is switched on. */
  start(first: boolean, pinsOnRecord: boolean): RandomAct {
    return {
      events: [
        { type: 'program-started', first, ...(pinsOnRecord ? {} : { pins: pinRecords(this.hashes) }) },
        { type: 'unlocked', people: ['chair', 'member-2'] },
      ],
    };
  }

  act(): RandomAct {
    const dice = this.#random.integer(100);
    if (dice < 30) return { events: this.#goOn() };
    if (dice < 55) return { events: this.#arrive() };
    if (dice < 70) return { events: [this.#prepare()] };
    if (dice < 74) return { events: [this.#report()] };
    if (dice < 84) return { events: [this.#paper()] };
    if (dice < 89) return { events: [this.#lanes()] };
    if (dice < 91) return { events: [this.#closing()] };
    if (dice < 94) return this.#setPin();
    if (dice < 95) return this.start(false, true);
    return { events: [this.#random.pick(SILENT)] };
  }

  /** One voter from the document to the signature, with as many events as the desk's cover makes of it. */
  visit(cover: number): readonly StationEvent[] {
    const visit = this.#newVisit(null);
    const events: StationEvent[] = [found(visit, 'chip')];
    while (visit.state !== 'signed') events.push(...this.#next(visit, 9));
    while (events.length < cover) events.push({ type: 'cover' });
    return events;
  }

  /** @param voter Null: somebody who was not here yet */
  #newVisit(voter: string | null): OpenVisit {
    this.#handovers += 1;
    return {
      ...{ id: `handover-${this.#handovers}`, voter: voter ?? `voter-${this.#handovers}` },
      ...{ due: 1 + this.#random.integer(2), state: 'found', counted: null, printed: [], numbers: [] },
    };
  }

  #arrive(): readonly StationEvent[] {
    const lookup = this.#random.pick(LOOKUPS);
    if (this.#random.integer(3) === 0) {
      const outcome = this.#random.pick(OUTCOMES);
      return [{ type: 'voter-stopped', outcome, voter: null, lookup, chip: null }];
    }
    // Somebody who was released or undone comes again.
    const visit = this.#newVisit(this.#random.integer(4) === 0 ? (this.#known.shift() ?? null) : null);
    this.#visits.push(visit);
    const admitted = this.#random.integer(5) === 0 ? [visitor(visit.voter, this.#random.integer(9))] : [];
    return [...admitted, found(visit, lookup)];
  }

  #goOn(): readonly StationEvent[] {
    const visit = this.#visits.length === 0 ? undefined : this.#random.pick(this.#visits);
    return visit === undefined ? [{ type: 'cover' }] : this.#next(visit, this.#random.integer(10));
  }

  #next(visit: OpenVisit, dice: number): readonly StationEvent[] {
    const { id: handover, voter } = visit;
    switch (visit.state) {
      case 'found':
        if (dice === 0) return this.#end(visit, { type: 'released', handover });
        if (dice === 1)
          return this.#end(visit, { type: 'commission-refused', handover, note: '', people: PEOPLE });
        if (dice === 2) return [{ type: 'commission-asked', handover, reason: 'no-match' }];
        if (dice < 6) return [finger(handover, this.#random.integer(3), false)];
        visit.state = 'verified';
        visit.counted = this.#counted();
        return [
          finger(handover, 2, true),
          { type: 'identified', handover, voter, counted: visit.counted, note: '', people: [] },
        ];
      case 'verified':
        return dice === 0 ? this.#undo(visit) : this.#print(visit, dice);
      case 'receipt':
        if (dice === 0) return this.#undo(visit);
        if (dice === 1)
          return [{ type: 'receipt-reprinted', handover, number: visit.numbers[0] ?? '', people: ['chair'] }];
        visit.state = 'ballot';
        return [{ type: 'ballot-issued', handover }];
      case 'ballot':
        if (dice === 0) return this.#undo(visit);
        visit.state = 'signed';
        return [{ type: 'signed', handover }];
      case 'signed':
        return dice < 2 ? this.#undo(visit) : [{ type: 'cover' }];
    }
  }

  #print(visit: OpenVisit, dice: number): readonly StationEvent[] {
    const { id: handover, due } = visit;
    const index = nextReceipt({ state: 'verified', receiptsDue: due, receiptsPrinted: visit.printed }) ?? 0;
    const begun = visit.numbers[index];
    if (begun === undefined) this.#receipts += 1;
    const number = begun ?? `1-${this.#receipts}`;
    visit.numbers[index] = number;
    const started: StationEvent = {
      ...{ type: 'receipt-started', handover, number, index },
      copy: begun === undefined ? 1 : 2,
    };
    if (dice < 3) return [started, { type: 'receipt-failed', handover, number, problem: 'paper-out' }];
    visit.printed.push(index);
    if (visit.printed.length === due) visit.state = 'receipt';
    return [started, { type: 'receipt-printed', handover, number, index }];
  }

  #undo(visit: OpenVisit): readonly StationEvent[] {
    const { id: handover, counted } = visit;
    if (counted === null) throw new Error('an identification is counted under something');
    return this.#end(visit, {
      ...{ type: 'identification-undone', handover, counted, reason: '', people: PEOPLE },
    });
  }

  #end(visit: OpenVisit, event: StationEvent): readonly StationEvent[] {
    this.#visits.splice(this.#visits.indexOf(visit), 1);
    this.#known.push(visit.voter);
    return [event];
  }

  #counted(): CountedUnder {
    const method = this.#random.pick(['fingerprint', 'commission'] as const);
    return {
      method,
      exception: method === 'commission' ? 'no-match' : null,
      sex: this.#random.pick(['female', 'male'] as const),
      ageGroup: this.#random.pick(AGES),
      hour: 8 + this.#random.integer(12),
    };
  }

  #prepare(): StationEvent {
    const random = this.#random;
    this.#lists += 1;
    return random.pick<StationEvent>([
      { type: 'clock-confirmed', day: `2027-01-${10 + random.integer(9)}`, people: PEOPLE },
      { type: 'check-made', check: 'disk', result: 'passed', figure: random.integer(64) / 4 },
      { type: 'check-made', check: 'printer', result: 'warning', figure: null },
      { type: 'check-accepted', check: 'printer', people: PEOPLE },
      { type: 'job-drawn', job: 'ballots', person: random.pick(PEOPLE) },
      { type: 'desk-taken', person: random.pick(PEOPLE) },
      { type: 'station-opened', people: PEOPLE },
      {
        type: 'devices-found',
        devices: [SCANNER, { serialNumber: 'X7', model: 'TM-T20', device: 'printer', calibration: null }],
      },
      {
        ...{ type: 'scanner-calibrated', people: PEOPLE },
        ...{ dpi: 490 + random.integer(20), flipRows: true, flipColumns: false },
      },
      {
        ...{ type: 'list-changed', sequence: this.#lists, changes: 1, effects: { added: 1 } },
        ...{ fromLane: null, sealed: null, people: PEOPLE },
      },
      {
        ...{ type: 'package-replaced', from: 1, version: 2, build: 'b', register: 'r', voters: 3 },
        ...{ people: PEOPLE, pins: pinRecords(this.hashes) },
      },
      {
        ...{ type: 'spare-admitted', lane: 1, device: 'spare', revokes: null, packageVersion: 1 },
        ...{ people: PEOPLE, receiptsFrom: 10_000 * (1 + random.integer(5)) },
      },
    ]);
  }

  #report(): StationEvent {
    this.#reports += 1;
    const [asOf, count] = [`${8 + this.#random.integer(12)}:00`, this.#random.integer(99)];
    const cells = [{ count, last: 'male', first: 'female' }];
    return {
      ...{ type: 'report-made', report: this.#random.pick(['opening', 'hourly', 'closing'] as const) },
      ...{ number: this.#reports, checkpoint: this.#random.integer(2) === 0 ? null : `note ${count}` },
      ...(this.#random.integer(2) === 0
        ? {}
        : {
            published: {
              reasons: { others: count, kept: [], asOf },
              ...{ sex: { cells, asOf }, age: { asOf, cells } },
            },
          }),
    } as StationEvent;
  }

  #paper(): StationEvent {
    const dice = this.#random.integer(6);
    if (dice === 0) return { type: 'paper-mode-declared', reason: 'power', people: PEOPLE };
    if (dice === 1) return { type: 'paper-mode-ended', people: PEOPLE };
    if (dice === 2 && this.#lines > 0)
      return {
        ...{ type: 'paper-line-settled', line: 1 + this.#random.integer(this.#lines) },
        ...{ note: '', people: PEOPLE },
      };
    this.#lines += 1;
    const isDouble = this.#random.integer(3) === 0;
    return {
      ...{ type: 'paper-line-entered', line: this.#lines, listNumber: this.#random.integer(99) },
      ...{ voter: isDouble ? null : `on-paper-${this.#lines}`, receipts: 1 },
      ...{ doubleOf: isDouble ? 'unknown-number' : null, doubleRef: isDouble ? 'line' : null },
      people: PEOPLE,
    };
  }

  #lanes(): StationEvent {
    const [from, to] = [tenureOf(2, 0), tenureOf(2, 1)];
    return this.#random.pick<StationEvent>([
      {
        type: 'lanes',
        fact: {
          ...{ type: 'overridden', voter: 'v', people: PEOPLE },
          duringCut: this.#random.integer(2) === 0,
        },
      },
      { type: 'lanes', fact: { type: 'taken-over', from, to, people: PEOPLE } },
    ]);
  }

  #closing(): StationEvent {
    return this.#random.pick<StationEvent>([
      { type: 'inside-entered', inside: this.#random.integer(9), people: PEOPLE },
      { type: 'counts-entered', counts: COUNTS, people: PEOPLE },
      { type: 'station-closed', reason: '', people: PEOPLE },
    ]);
  }

  #setPin(): RandomAct {
    const person = this.#random.pick(PEOPLE);
    this.#pins += 1;
    const hash = `hash ${this.#pins} of ${person}`;
    this.hashes.set(person, hash);
    const pins = pinRecords(this.hashes);
    return {
      pin: { person, hash },
      events: [
        this.#random.integer(2) === 0
          ? { type: 'pin-changed', person, pins }
          : { type: 'pin-renewed', person, pins, people: PEOPLE },
      ],
    };
  }
}

const SCANNER = {
  device: 'fingerprint-scanner',
  model: 'S',
  serialNumber: null,
  calibration: { flipColumns: true, dpi: 500, flipRows: false },
} as const;

/** Not in the order in which the log gives them back. */
const COUNTS = {
  ...{ signatures: 5, ballotsInBox: 5, ballotsReceived: 9, receiptsCollected: 5 },
  ...{ ballotsUnused: 4, ballotStubs: null, ballotsSpoiled: 0 },
};

const SILENT: readonly StationEvent[] = [
  { type: 'cover' },
  { type: 'problem', code: 'stick-failed' },
  { type: 'pin-refused', person: 'chair' },
  { type: 'clock-jumped', minutes: 3 },
  { type: 'numbers-printed', count: 3, people: PEOPLE },
];

function found({ id, voter, due }: OpenVisit, lookup: LookupMethod): StationEvent {
  return { type: 'voter-found', handover: id, voter, lookup, chip: null, receiptsDue: due };
}

function finger(handover: string, position: number, matched: boolean): StationEvent {
  return { type: 'finger-compared', handover, position, attempt: 1, matched, quality: 70 };
}

function visitor(id: string, dice: number): StationEvent {
  return {
    ...{ type: 'visitor-admitted', id, source: dice < 5 ? 'centre' : 'chip' },
    person: {
      ...{ ballotStyles: ['president'], hasFingerprints: true, address: 'far away', sex: 'female' },
      ...{ name: { patronymic: null, given: 'A', surname: 'B' }, birthDate: '1987-03-12' },
      ...{ stationNumber: 9000 + dice, districtNumber: 2 },
    },
  };
}
