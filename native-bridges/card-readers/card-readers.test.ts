import { describe, expect, it } from 'vitest';
import type { CardReader, CardTransport, DeviceStatus } from '../../src/domain/devices.ts';
import { ListenerSet } from '../../src/domain/listener-set.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { CardReaders } from './card-readers.ts';

const NONE = { kind: 'card-reader', model: '', serialNumber: null, simulated: false } as const;

/** A reader whose card says its name in the answer to reset. */
function reader(number: number) {
  const cards = new ListenerSet<boolean>();
  const statuses = new ListenerSet<DeviceStatus>();
  const info = { ...NONE, model: `reader ${number}` };
  let status: DeviceStatus = { info, status: { state: 'ready' } };
  let present = false;
  const card: CardTransport = {
    answerToReset: Uint8Array.of(number),
    transmit: async () => err({ code: 'card-lost' }),
  };
  const driver: CardReader = {
    status: () => status,
    onStatus: (listener) => statuses.add(listener),
    onCard: (listener) => cards.add(listener),
    connect: async () => (present ? ok(card) : err({ code: 'card-lost' })),
  };
  return {
    driver,
    lay(there: boolean) {
      present = there;
      cards.tell(there);
    },
    fail() {
      status = { info, status: { state: 'failed', problem: { code: 'no-answer' } } };
      statuses.tell(status);
    },
  };
}

async function whose(readers: CardReaders): Promise<number> {
  return unwrap(await readers.connect()).answerToReset[0] ?? 0;
}

describe('several card readers of one desk', () => {
  it('read the card that came last, whatever lies in another, and the other one again once that has gone', async () => {
    const readers = new CardReaders(NONE);
    const [one, two] = [reader(1), reader(2)];
    readers.add(one.driver);
    readers.add(two.driver);
    const told: boolean[] = [];
    readers.onCard((present) => told.push(present));
    one.lay(true);
    expect(await whose(readers)).toBe(1);
    two.lay(true);
    expect(await whose(readers)).toBe(2);
    two.lay(false);
    expect(await whose(readers)).toBe(1);
    one.lay(false);
    expect(await readers.connect()).toEqual({ ok: false, error: { code: 'card-lost' } });
    expect(told).toEqual([true, false, true, false]);
  });

  it('are as good as the best of them, and gone once the last is pulled out', () => {
    const readers = new CardReaders(NONE);
    const [one, two] = [reader(1), reader(2)];
    const models: string[] = [];
    readers.onStatus(({ info }) => models.push(info.model));
    readers.add(one.driver);
    readers.add(two.driver);
    one.fail();
    expect(readers.status().status).toEqual({ state: 'ready' });
    const told: boolean[] = [];
    readers.onCard((present) => told.push(present));
    two.lay(true);
    readers.remove(two.driver);
    expect(readers.status().status).toEqual({ state: 'failed', problem: { code: 'no-answer' } });
    readers.remove(one.driver);
    expect(readers.status()).toEqual({
      info: NONE,
      status: { state: 'failed', problem: { code: 'absent' } },
    });
    expect(told).toEqual([true, false]);
    expect(models).toEqual(['reader 1', 'reader 2', 'reader 1', '']);
  });
});
