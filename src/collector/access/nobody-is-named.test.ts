import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import { encodeDeviceKey } from '../../sync/upload/upload-protocol.ts';
import { DemoDevice } from '../demo/demo-device.ts';
import { DoubleFinder } from '../doubles/double-finder.ts';
import { READ_ADDRESSES } from '../test-addresses.ts';
import { TestCentre } from '../test-centre.ts';
import { AccessList, addPerson, ROLES } from './access-list.ts';
import { Sessions } from './sessions.ts';

const TOKEN = 'TTTTTTTTTTTTTTTTTTTTTQ';
const rubbish: TestCentre[] = [];
afterEach(async () => {
  for (const centre of rubbish.splice(0)) await centre.dispose();
});

function openCentre() {
  let text: string | null = null;
  const codes = ROLES.map((role) => {
    const added = unwrap(addPerson(text, { name: role, roles: [role] }));
    text = added.text;
    return added.code;
  });
  const centre = new TestCentre({
    access: {
      ...{ kind: 'listed', list: unwrap(AccessList.parse(text ?? '')), isSecure: true },
      sessions: new Sessions(new Uint8Array(32), () => 0),
    },
  });
  rubbish.push(centre);
  return { centre, codes };
}

test('the list of addresses that are looked through is whole', async () => {
  const { centre } = openCentre();
  await centre.app.ready();
  const written = centre.app.printRoutes({ commonPrefix: false });
  const listed = new Set(READ_ADDRESSES.map(([address]) => address.replace(/\?.*/, '')));
  const reads = [...written.matchAll(/(?:├──|└──) (\S+) \(([A-Z, ]+)\)/g)]
    .filter(([, , methods]) => methods?.includes('GET') === true)
    .map(([, address = '']) => (address.startsWith('/') ? address : `/${address}`));
  expect(reads.length).toBeGreaterThan(8);
  const names = reads.map((address) => address.replace(':device', 'lane-1'));
  expect(names.toSorted()).toEqual([...listed].toSorted());
});

test('no address tells anybody, of whatever role, who has or has not come: counts and collisions only', async () => {
  const { centre, codes } = openCentre();
  for (const station of ['3001', '3002']) {
    const device = new DemoDevice(
      { election: 'mock', station, device: `${station}-1` },
      deviceKeyFromSeed(createDeviceSeed()),
    );
    const counted = { sex: 'female', ageGroup: '61+', method: 'commission', hour: 9 };
    const range = device.commit([
      { kind: 'identification', period: 2, centre: { type: 'identified', ...counted, token: TOKEN } },
    ]);
    const sent = await centre.app.inject({
      ...{
        method: 'POST',
        url: `/v1/devices/${station}-1/events`,
        payload: Buffer.from(encodeUploadRange(range)),
      },
      headers: {
        'content-type': 'application/cbor',
        'tizme-device-key': encodeDeviceKey(device.key.publicKey),
      },
    });
    expect(sent.json()).toMatchObject({ status: 'accepted' });
  }
  unwrap(await new DoubleFinder({ store: centre.store, clock: centre.clock }).look());
  let seen = '';
  for (const [url] of READ_ADDRESSES.filter(([address]) => address !== '/v1/live'))
    for (const code of [null, ...codes]) {
      const headers = code === null ? {} : { authorization: `Bearer ${code}` };
      const answer = await centre.app.inject({ method: 'GET', url, headers });
      seen += `${JSON.stringify(answer.headers)}\n${answer.body}\n`;
    }
  // The collision is there, with its places; the token that led to it is not, in any spelling, nor is a cell of one.
  expect(seen).toContain('3001-1');
  const bytes = Buffer.from(TOKEN, 'base64url');
  for (const spelling of [TOKEN, bytes.toString('hex'), bytes.toString('base64')])
    expect(seen).not.toContain(spelling);
  const turnout = await centre.app.inject({
    ...{ method: 'GET', url: '/v1/turnout' },
    headers: { authorization: `Bearer ${codes[ROLES.indexOf('viewer')]}` },
  });
  expect(turnout.json().bySex.cells).toEqual({});
  expect(centre.log.join('\n')).not.toContain(TOKEN);
});
