import { describe, expect, it } from 'vitest';
import { stationOptionsSchema } from '../../src/domain/host-wire.ts';
import { hostOptionsSchema, stationOptionsOf } from '../hosts/shared/host-options.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { provisionedOptions } from './provisioned-options.ts';

const DIRECTORIES = { dataDirectory: '/data', packageDirectory: '/package' };
const RECIPIENT = `age1${'q'.repeat(58)}`;
const KEY = Buffer.alloc(32, 7).toString('base64');

describe('a laptop made from a package', () => {
  it('hands the station the address and both keys of the centre that the package names', () => {
    const collector = { url: 'https://centre.example/', key: KEY, recipient: RECIPIENT };
    const options = provisionedOptions(DIRECTORIES, { mock: false, simulated: false, collector });
    expect(hostOptionsSchema.parse(options)).toEqual(options);
    const station = stationOptionsSchema.parse(stationOptionsOf(options, findProgramFiles()));
    expect(station).toMatchObject({ collectorUrl: 'https://centre.example/', collectorKey: KEY });
  });

  it('without a centre uploads nothing, and covers the screen on the day only', () => {
    const from = { simulated: false, collector: null };
    const real = provisionedOptions(DIRECTORIES, { ...from, mock: false });
    expect(real).toMatchObject({ collectorUrl: null, collectorKey: null, kiosk: true, devices: 'real' });
    expect(provisionedOptions(DIRECTORIES, { ...from, mock: true })).toMatchObject({ kiosk: false });
  });

  it('is told of a centre that is reached by stick alone', () => {
    const collector = { url: null, key: KEY, recipient: RECIPIENT };
    const options = provisionedOptions(DIRECTORIES, { mock: false, simulated: false, collector });
    expect(options).toMatchObject({ collectorUrl: null, collectorRecipient: RECIPIENT });
  });

  it('reads the options of a laptop that were written before the keys were in them', () => {
    const {
      collectorKey: _,
      collectorRecipient: __,
      ...older
    } = provisionedOptions(DIRECTORIES, {
      mock: false,
      simulated: false,
      collector: { url: 'https://centre.example/', key: KEY, recipient: RECIPIENT },
    });
    const station = stationOptionsOf(hostOptionsSchema.parse(older), findProgramFiles());
    expect(station).toMatchObject({ collectorKey: null, collectorRecipient: null });
  });
});
