import type { FoundDevice } from '../../domain/device-bench.ts';
import type { Language } from '../../domain/language.ts';
import type { DeviceList } from '../technician/device-list.ts';
import { sayIn, sayValue } from './words/paper-words.ts';

/** The words of a list of devices, the same on the strip and on the page. */
export interface DeviceListWording {
  readonly title: string;
  readonly place: string;
  readonly laptop: string;
  readonly devices: readonly DeviceWording[];
  /** Said instead of devices, or above them. */
  readonly warnings: readonly string[];
  readonly signature: string;
}

export interface DeviceWording {
  readonly kind: string;
  readonly model: string;
  readonly works: boolean;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
}

export function wordDeviceList(list: DeviceList, language: Language): DeviceListWording {
  const say = sayIn(language);
  return {
    title: say('devices.title'),
    place: `${say('station.number', { number: list.stationNumber })} · ${say('lane.number', { number: list.lane })}`,
    laptop: `${say('devices.laptop')} ${list.deviceId} · ${list.printedAt}`,
    devices: list.devices.map((device) => wordDevice(device, language)),
    warnings: [
      ...(list.usbProblem === null ? [] : [say(`devices.usb.${list.usbProblem}`, { bus: 'USB' })]),
      ...(list.devices.length === 0 ? [say('devices.none')] : []),
    ],
    signature: say('devices.technician'),
  };
}

function wordDevice(device: FoundDevice, language: Language): DeviceWording {
  const say = sayIn(language);
  const { calibration, problem } = device;
  const turned = [
    ...(calibration?.flipRows === true ? [say('devices.turned-rows')] : []),
    ...(calibration?.flipColumns === true ? [say('devices.turned-columns')] : []),
  ];
  return {
    kind: sayValue(say, 'devices.kind.', device.kind),
    model: device.model,
    works: problem === null,
    rows: [
      { label: say('devices.serial-number'), value: device.serialNumber ?? say('devices.no-serial-number') },
      { label: say('devices.port'), value: device.port },
      {
        label: say('devices.state'),
        value: problem === null ? say('devices.works') : sayValue(say, 'devices.problem.', problem.code),
      },
      ...(calibration === null
        ? []
        : [
            {
              label: say('devices.resolution'),
              value: [say('devices.dpi', { dpi: calibration.dpi }), ...turned].join(', '),
            },
          ]),
    ],
  };
}
