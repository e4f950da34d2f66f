import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type HostOptions, readHostOptions } from './host-options.ts';
import { findProgramFiles } from './program-files.ts';
import { readScreenFiles } from './screen-files.ts';

describe('the parts of the program', () => {
  it('are the sources when run from sources', () => {
    const program = findProgramFiles();
    const { stationEntry, simulatedDevicesEntry, fingerprintWorkerEntry, migrationsDirectory } = program;
    expect(program.bundled).toBe(false);
    for (const entry of [stationEntry, simulatedDevicesEntry, fingerprintWorkerEntry]) {
      expect(existsSync(entry), entry.href).toBe(true);
    }
    expect(existsSync(join(migrationsDirectory, 'station'))).toBe(true);
  });

  it('lie beside the bundle when run from one', () => {
    const program = findProgramFiles('file:///opt/tizme/dist/cli/tizme.js');
    expect(program.stationEntry.href).toBe('file:///opt/tizme/dist/processes/station.js');
    expect(program.migrationsDirectory).toBe('/opt/tizme/dist/migrations/');
    expect(program.screensDirectory).toBe('/opt/tizme/dist/ui/');
  });

  it('serve the page for each window kind, files of known types, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-screens-'));
    await writeFile(join(folder, 'index.html'), '<!doctype html>');
    await writeFile(join(folder, 'main.js'), '0;');
    await writeFile(join(folder, 'notes.txt'), 'not a screen');
    expect([...readScreenFiles(folder).keys()].toSorted()).toEqual([
      '/desk',
      '/issuing',
      '/main.js',
      '/observer',
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('the options of this laptop', () => {
  const options: HostOptions = {
    dataDirectory: '/data',
    packageDirectory: '/package',
    collectorUrl: null,
    language: 'ky',
    seed: null,
    devices: 'real',
    windows: ['desk', 'observer'],
    kiosk: true,
    contentProtection: false,
  };

  it('are read whole, or refused with a reason', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-options-'));
    const path = join(folder, 'host-options.json');
    expect(readHostOptions(path)).toEqual({ ok: false, error: { code: 'options-missing' } });
    await writeFile(path, JSON.stringify(options));
    expect(readHostOptions(path)).toEqual({ ok: true, value: options });
    for (const damaged of [
      '{',
      JSON.stringify({ ...options, devices: 'none' }),
      JSON.stringify({ ...options, x: 1 }),
    ]) {
      await writeFile(path, damaged);
      expect(readHostOptions(path)).toEqual({ ok: false, error: { code: 'options-damaged' } });
    }
    await rm(folder, { recursive: true });
  });
});
