import { describe, expect, it } from 'vitest';
import { chooseHost, type Surroundings } from './choose-host.ts';
import { dataDirectory } from './data-directory.ts';

const bare: Surroundings = {
  hasScreen: () => true,
  findElectron: () => null,
  installElectron: async () => null,
  findChromium: () => null,
  installChromium: () => null,
  installCommand: 'sudo apt-get install --yes chromium',
};

function createIo() {
  const said: string[] = [];
  return { said, io: { out() {}, progress: (text: string) => said.push(text) } };
}

describe('choosing what shows the screens', () => {
  it('takes Electron where it is, without a word', async () => {
    const { io, said } = createIo();
    const chosen = await chooseHost(null, { ...bare, findElectron: () => '/electron' }, io);
    expect({ chosen, said }).toEqual({ chosen: { host: 'electron', program: '/electron' }, said: [] });
  });

  it('takes Electron where it can be installed, rather than a Chromium that is there', async () => {
    const around = { ...bare, installElectron: async () => '/electron', findChromium: () => '/chromium' };
    expect(await chooseHost(null, around, createIo().io)).toEqual({ host: 'electron', program: '/electron' });
  });

  it('takes Chromium otherwise, and says why in one line', async () => {
    const { io, said } = createIo();
    const chosen = await chooseHost(null, { ...bare, findChromium: () => '/chromium' }, io);
    expect(chosen).toEqual({ host: 'chromium', program: '/chromium' });
    expect(said.filter((line) => line.startsWith('Using Chromium, because'))).toHaveLength(1);
  });

  it('installs Chromium where that is allowed, and names the command where it is not', async () => {
    const { io, said } = createIo();
    const installed = await chooseHost('chromium', { ...bare, installChromium: () => '/chromium' }, io);
    expect(installed).toEqual({ host: 'chromium', program: '/chromium' });
    expect(await chooseHost('chromium', bare, io)).toEqual({ host: 'none' });
    expect(said.at(-1)).toContain('sudo apt-get install --yes chromium');
  });

  it('does not fall back from a host that was named', async () => {
    const around = { ...bare, findChromium: () => '/chromium' };
    expect(await chooseHost('electron', around, createIo().io)).toEqual({ host: 'none' });
    const both = { ...around, findElectron: () => '/electron' };
    expect(await chooseHost('chromium', both, createIo().io)).toMatchObject({ host: 'chromium' });
  });

  it('prints the address where there is no screen', async () => {
    const { io, said } = createIo();
    const around = { ...bare, hasScreen: () => false, findElectron: () => '/electron' };
    expect(await chooseHost(null, around, io)).toEqual({ host: 'address' });
    expect(said).toEqual(['This machine has no screen: open the address in a browser.']);
  });
});

describe('the data directory', () => {
  it('is where the system keeps data of a person, or where TIZME_DATA says', () => {
    expect(dataDirectory({ TIZME_DATA: '/elsewhere' }, 'linux')).toBe('/elsewhere');
    expect(dataDirectory({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/tizme');
    expect(dataDirectory({}, 'linux')).toMatch(/\/\.local\/share\/tizme$/);
  });
});
