import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../src/domain/result.ts';
import {
  calibrated,
  calibrationOf,
  cardReadersOf,
  DEFAULT_SETTINGS,
  parseDeviceSettings,
  serialUseOf,
} from './device-settings.ts';
import { saveCalibration } from './device-settings-file.ts';
import { FUTRONIC_FS81 } from './fingerprint-scanners/scanner-models.ts';

const PORT = { path: '/dev/ttyACM0', vendorId: 0x0db5, productId: 0x0138, serialNumber: 'X', product: null };

describe("the settings of a laptop's devices", () => {
  test('a file says in which field it is wrong', () => {
    expect(parseDeviceSettings('{')).toEqual({ ok: false, error: 'is no JSON' });
    const wrong = [
      [{ serial: [{ vendorId: '10c4', device: 'toaster' }] }, 'serial.0.device'],
      [{ serial: [{ device: 'mrz-reader' }] }, 'serial.0'],
      [{ scanners: [{ model: 'Futronic FS81', dpi: 5 }] }, 'scanners.0.dpi'],
      [{ biometricService: { authorities: ['nonsense'] } }, 'biometricService.authorities.0'],
      [{ paper: true }, 'the whole'],
    ] as const;
    for (const [settings, field] of wrong) {
      const parsed = parseDeviceSettings(JSON.stringify(settings));
      expect(parsed.ok ? '' : parsed.error).toContain(`${field}: `);
    }
  });

  test('calibration of a model holds for all of its devices, that of one device for this one', () => {
    const settings = unwrap(
      parseDeviceSettings(
        JSON.stringify({
          scanners: [
            { model: 'Futronic FS81', serialNumber: 'A', dpi: 512 },
            { model: 'Futronic FS81', dpi: 508, flipColumns: true },
            { model: 'Another', dpi: 300 },
          ],
        }),
      ),
    );
    const { orientation } = FUTRONIC_FS81;
    const turned = { ...orientation, flipColumns: true };
    expect(calibrated(settings, FUTRONIC_FS81, 'A')).toEqual({
      ...FUTRONIC_FS81,
      dpi: 512,
      orientation: turned,
    });
    expect(calibrated(settings, FUTRONIC_FS81, null)).toMatchObject({ dpi: 508, orientation: turned });
    expect(calibrated(DEFAULT_SETTINGS, FUTRONIC_FS81, 'A')).toEqual(FUTRONIC_FS81);
  });

  test('known makers of document readers need no setting, and a setting goes before them', () => {
    expect(serialUseOf(DEFAULT_SETTINGS, PORT)).toMatchObject({
      device: 'mrz-reader',
      line: { baudRate: 9_600 },
    });
    expect(serialUseOf(DEFAULT_SETTINGS, { ...PORT, vendorId: 0x0403 })).toBeNull();
    const serial = [{ vendorId: '0db5', device: 'mrz-reader', line: { baudRate: 115_200, parity: 'even' } }];
    const settings = unwrap(parseDeviceSettings(JSON.stringify({ serial })));
    expect(serialUseOf(settings, PORT)?.line).toMatchObject({ baudRate: 115_200, parity: 'even' });
  });

  test("card readers are the system's on Windows and ours elsewhere, unless set otherwise", () => {
    expect(cardReadersOf(DEFAULT_SETTINGS, 'win32')).toBe('pcsc');
    expect(cardReadersOf(DEFAULT_SETTINGS, 'linux')).toBe('usb');
    expect(cardReadersOf({ ...DEFAULT_SETTINGS, cardReaders: 'usb' }, 'win32')).toBe('usb');
  });
});

describe('a calibration in the settings file', () => {
  const FOUND = { model: 'Futronic FS81', serialNumber: 'A1', dpi: 503, flipRows: true, flipColumns: false };

  test('begins the file, takes the place of an earlier one, and leaves the rest as it was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-settings-'));
    const path = join(folder, 'devices.json');
    unwrap(await saveCalibration(path, FOUND));
    await writeFile(
      path,
      JSON.stringify({
        cardReaders: 'pcsc',
        scanners: [
          { model: 'Futronic FS81', serialNumber: 'A1', invert: true, dpi: 490 },
          { model: 'Futronic FS81', dpi: 505 },
        ],
      }),
    );
    const settings = unwrap(await saveCalibration(path, { ...FOUND, dpi: 501 }));
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      cardReaders: 'pcsc',
      scanners: [
        { model: 'Futronic FS81', dpi: 505 },
        {
          model: 'Futronic FS81',
          serialNumber: 'A1',
          invert: true,
          dpi: 501,
          flipRows: true,
          flipColumns: false,
        },
      ],
    });
    const scanner = { kind: 'fingerprint-scanner', model: 'Futronic FS81' } as const;
    expect(calibrationOf(settings, { ...scanner, serialNumber: 'A1' })?.dpi).toBe(501);
    expect(calibrationOf(settings, { ...scanner, serialNumber: 'B2' })?.dpi).toBe(505);
    expect(calibrationOf(settings, { ...scanner, model: 'A service', serialNumber: null })).toBeNull();
    await rm(folder, { recursive: true });
  });

  test('is not put into a file that is not understood: nothing of it is lost', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-settings-'));
    const path = join(folder, 'devices.json');
    await writeFile(path, '{ "cardReader": "usb" }');
    expect((await saveCalibration(path, FOUND)).ok).toBe(false);
    expect(await readFile(path, 'utf8')).toBe('{ "cardReader": "usb" }');
    await rm(folder, { recursive: true });
  });
});
