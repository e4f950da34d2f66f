import type { CardTransport, DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type AnswerToReset, parseAnswerToReset, UNREADABLE } from '../iso7816/answer-to-reset.ts';
import { encodeShort, parseCommand, WRONG_LENGTH } from '../iso7816/command.ts';
import { transmitT0 } from '../iso7816/protocol-t0.ts';
import { ProtocolT1 } from '../iso7816/protocol-t1.ts';
import { type CcidAnswer, type CcidSlot, FAILURE, REQUEST } from './ccid-link.ts';
import { DEFAULT_SPEED, type ReaderPlan, speedFor } from './descriptor.ts';

/** wLevelParameter and bChainParameter of a command in parts (USB CCID 1.1, 6.1.4 and 6.2.1). */
const CHAIN = { whole: 0, begins: 1, ends: 2, continues: 3, sendMore: 0x10 } as const;
const MAX_PARTS = 1_000;

/**
 * Powers a card up, trying the voltages of the plan, agrees on protocol and parameters where the reader does not
 * do so itself, and gives the way to send it commands.
 * @returns `card-lost` without a card, `no-answer` for one that stays mute at every voltage
 */
export async function openCard(
  link: CcidSlot,
  plan: ReaderPlan,
): Promise<Result<CardTransport, DeviceProblem>> {
  let powered = await powerOn(link, plan);
  if (!powered.ok) return powered;
  let parsed = parseAnswerToReset(powered.value);
  if (!parsed.ok) {
    // What came damaged may come whole the second time (ISO/IEC 7816-3, 6.3.2).
    await link.ask(REQUEST.powerOff, [0, 0, 0]);
    powered = await powerOn(link, plan);
    if (!powered.ok) return powered;
    parsed = parseAnswerToReset(powered.value);
  }
  // A reader that carries commands and settles the rest itself has understood the card, or it had not powered it up.
  if (!parsed.ok && isSelfReliant(plan)) parsed = ok(UNREADABLE);
  if (!parsed.ok) return parsed;
  const fast = speedFor(plan.speed, parsed.value.speed);
  let agreed = await agree(link, plan, parsed.value, fast);
  if (!agreed.ok && agreed.error.code !== 'absent' && fast !== DEFAULT_SPEED) {
    // A card that does not take the speed is begun anew, at the one that every card has.
    const again = await powerOn(link, plan);
    if (!again.ok) return again;
    agreed = await agree(link, plan, parsed.value, DEFAULT_SPEED);
  }
  if (!agreed.ok) return agreed;
  const transmit = await transmitter(link, plan, parsed.value, agreed.value);
  return ok({ answerToReset: powered.value, transmit });
}

function isSelfReliant(plan: ReaderPlan): boolean {
  return plan.level !== 'tpdu' && plan.negotiatesItself && plan.setsParametersItself;
}

async function powerOn(link: CcidSlot, plan: ReaderPlan): Promise<Result<Uint8Array, DeviceProblem>> {
  for (const select of plan.powerSelects) {
    const answer = await link.ask(REQUEST.powerOn, [select, 0, 0]);
    if (!answer.ok) return answer;
    if (answer.value.card === 'none') return err({ code: 'card-lost' });
    if (answer.value.failure === null) return ok(answer.value.data);
    await link.ask(REQUEST.powerOff, [0, 0, 0]);
  }
  return err({ code: 'no-answer' });
}

/**
 * The protocol that reader and card use from now on. `fast`: the speed to be agreed on. A reader that carries units has
 * PPS sent by us; one that sends it itself takes the speed from the parameters (USB CCID 1.1, 5.1, dwFeatures 80h).
 */
async function agree(
  link: CcidSlot,
  plan: ReaderPlan,
  card: AnswerToReset,
  fast: number,
): Promise<Result<0 | 1, DeviceProblem>> {
  const first = card.specificMode?.protocol ?? card.protocols[0] ?? 0;
  // Such a reader has chosen among what it can do, whatever numbers it states.
  const able = isSelfReliant(plan) ? ([0, 1] as const) : plan.protocols;
  const usable = able.filter((each) => card.protocols.includes(each));
  const protocol = usable.find((each) => each === first) ?? usable[0];
  if (protocol === undefined || (card.specificMode !== null && protocol !== first)) {
    return err({ code: 'bad-data' });
  }
  let speed = DEFAULT_SPEED;
  if (card.specificMode !== null) {
    if (card.specificMode.ownParameters) speed = card.speed ?? DEFAULT_SPEED;
  } else if (plan.negotiatesItself) {
    speed = fast;
  } else if (plan.level === 'tpdu' && (protocol !== first || fast !== DEFAULT_SPEED)) {
    const selected = await selectProtocol(link, protocol, fast);
    if (!selected.ok) return selected;
    speed = selected.value;
  }
  // A reader that follows the answer to reset does not know what was agreed on beside it.
  const isBeside = (speed !== DEFAULT_SPEED || protocol !== first) && !plan.negotiatesItself;
  if (!plan.setsParametersItself || isBeside) {
    const set = await link.ask(REQUEST.setParameters, [protocol, 0, 0], parametersOf(card, protocol, speed));
    const problem = problemOf(set);
    const isRefused = set.ok && set.value.failure === FAILURE.notSupported && speed === DEFAULT_SPEED;
    if (problem !== null && !isRefused) return err(problem);
  }
  return ok(protocol);
}

/**
 * PPS (ISO/IEC 7816-3, 9): the card says the same again when it agrees; one that leaves the speed out keeps the
 * default. @returns the speed that was agreed on
 */
async function selectProtocol(
  link: CcidSlot,
  protocol: number,
  speed: number,
): Promise<Result<number, DeviceProblem>> {
  const plain = [0xff, protocol, 0xff ^ protocol];
  const withSpeed = [0xff, 0x10 | protocol, speed, 0xff ^ (0x10 | protocol) ^ speed];
  const request = Uint8Array.from(speed === DEFAULT_SPEED ? plain : withSpeed);
  const answer = await link.ask(REQUEST.transfer, [0, 0, 0], request);
  const problem = problemOf(answer);
  if (problem !== null || !answer.ok) return err(problem ?? { code: 'bad-data' });
  const says = (expected: readonly number[]) =>
    expected.every((byte, index) => answer.value.data[index] === byte);
  if (says([...request])) return ok(speed);
  return says(plain) ? ok(DEFAULT_SPEED) : err({ code: 'bad-data' });
}

/** The protocol data structures of SetParameters (USB CCID 1.1, 6.1.7). */
export function parametersOf(card: AnswerToReset, protocol: 0 | 1, speed: number): Uint8Array {
  const convention = card.inverse ? 0x02 : 0;
  if (protocol === 0) return Uint8Array.of(speed, convention, card.guardTime, card.waitingInteger, 0);
  const checks = 0x10 | convention | (card.checkedByCrc ? 1 : 0);
  return Uint8Array.of(speed, checks, card.guardTime, card.waitingTimes, 0, card.informationFieldSize, 0);
}

async function transmitter(
  link: CcidSlot,
  plan: ReaderPlan,
  card: AnswerToReset,
  protocol: 0 | 1,
): Promise<CardTransport['transmit']> {
  // What the reader can't take is answered as by a card that does not take it: whoever asks tries a shorter one.
  const carry = async (bytes: Uint8Array, waitFactor = 0) =>
    bytes.length > plan.maxPayload ? ok(WRONG_LENGTH.slice()) : carryWhole(link, bytes, waitFactor);
  switch (plan.level) {
    case 'extended-apdu':
      // 61xx and 6Cxx of T=0 are left to us by some readers of this level, as by those of the shorter one.
      return (command) =>
        protocol === 0 && isShort(command)
          ? transmitT0(command, (unit) => carryInParts(link, unit, plan.maxPayload), 'apdu')
          : carryInParts(link, command, plan.maxPayload);
    case 'short-apdu':
      return (command) => (protocol === 0 ? transmitT0(command, carry, 'apdu') : carryShort(command, carry));
    case 'tpdu': {
      if (protocol === 0) return (command) => transmitT0(command, carry, 'tpdu');
      const t1 = new ProtocolT1(carry, card.informationFieldSize, card.checkedByCrc, plan.maxPayload);
      if (!plan.offersFieldSizeItself) await t1.offerFieldSize(plan.fieldSize);
      return (command) => t1.transmit(command);
    }
  }
}

function isShort(command: Uint8Array): boolean {
  const parts = parseCommand(command);
  return parts !== null && encodeShort(parts) !== null;
}

async function carryShort(
  command: Uint8Array,
  carry: (bytes: Uint8Array) => Promise<Result<Uint8Array, DeviceProblem>>,
): Promise<Result<Uint8Array, DeviceProblem>> {
  const parts = parseCommand(command);
  const short = parts === null ? null : encodeShort(parts);
  return short === null ? ok(WRONG_LENGTH.slice()) : carry(short);
}

async function carryWhole(
  link: CcidSlot,
  bytes: Uint8Array,
  waitFactor: number,
): Promise<Result<Uint8Array, DeviceProblem>> {
  const answer = await link.ask(REQUEST.transfer, [waitFactor, 0, 0], bytes);
  const problem = problemOf(answer);
  if (problem !== null || !answer.ok) return err(problem ?? { code: 'bad-data' });
  return ok(answer.value.data);
}

/** An extended APDU, in as many parts both ways as the reader's messages want. */
async function carryInParts(
  link: CcidSlot,
  command: Uint8Array,
  maxPayload: number,
): Promise<Result<Uint8Array, DeviceProblem>> {
  const collected: Uint8Array[] = [];
  let sent = 0;
  for (let part = 0; part < MAX_PARTS; part += 1) {
    const piece = command.slice(sent, sent + maxPayload);
    const isFirst = sent === 0;
    const isLast = sent + piece.length >= command.length;
    const allSent = sent >= command.length;
    const place = isFirst ? (isLast ? CHAIN.whole : CHAIN.begins) : isLast ? CHAIN.ends : CHAIN.continues;
    const answer = await link.ask(REQUEST.transfer, [0, allSent ? CHAIN.sendMore : place, 0], piece);
    const problem = problemOf(answer);
    if (problem !== null || !answer.ok) return err(problem ?? { code: 'bad-data' });
    sent += piece.length;
    const { parameter, data } = answer.value;
    if (sent < command.length) {
      if (parameter !== CHAIN.sendMore) return err({ code: 'bad-data' });
      continue;
    }
    collected.push(data);
    if (parameter === CHAIN.whole || parameter === CHAIN.ends) {
      const whole = Uint8Array.from(Buffer.concat(collected));
      return whole.length >= 2 ? ok(whole) : err({ code: 'bad-data' });
    }
    if (parameter !== CHAIN.begins && parameter !== CHAIN.continues) return err({ code: 'bad-data' });
  }
  return err({ code: 'bad-data' });
}

/** Null for an answer that is one. */
function problemOf(answer: Result<CcidAnswer, DeviceProblem>): DeviceProblem | null {
  if (!answer.ok) return answer.error;
  if (answer.value.card === 'none') return { code: 'card-lost' };
  if (answer.value.failure === null) return null;
  return { code: answer.value.failure === FAILURE.cardMute ? 'card-lost' : 'bad-data' };
}
