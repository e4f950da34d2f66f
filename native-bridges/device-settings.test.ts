import { describe, expect, test } from 'vitest';
import { unwrap } from '../src/domain/result.ts';
import {
  calibrated,
  cardReadersOf,
  DEFAULT_SETTINGS,
  parseDeviceSettings,
  serialUseOf,
} from './device-settings.ts';
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
