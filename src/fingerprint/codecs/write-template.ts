import { throwIllegalValue } from '../../domain/assert.ts';
import type { FingerPosition } from '../../domain/finger.ts';
import type { Template } from '../template.ts';
import { ANSI_ANGLE_UNIT, encodeAnsi2004 } from './ansi-378-2004.ts';
import { encodeAnsi2009 } from './ansi-378-2009.ts';
import { encodeIso2005, ISO_ANGLE_UNIT } from './iso-19794-2-2005.ts';
import { encodeIso2011 } from './iso-19794-2-2011.ts';
import { type MinutiaeRecord, recordFromTemplate } from './minutiae-record.ts';
import type { RecordFormat } from './read-templates.ts';

const UNKNOWN_TIME = new Uint8Array(9).fill(0xff);

/** A record of one impression in the format asked for; product and device fields say "unknown". */
export function writeTemplate(
  template: Template,
  about: { readonly position: FingerPosition; readonly quality: number },
  format: RecordFormat,
): Uint8Array {
  switch (format) {
    case 'iso-2005':
      return encodeIso2005(recordFromTemplate(template, about, ISO_ANGLE_UNIT));
    case 'iso-2011':
      return writeIso2011(recordFromTemplate(template, about, ISO_ANGLE_UNIT));
    case 'ansi-2004': {
      const record = recordFromTemplate(template, about, ANSI_ANGLE_UNIT);
      return encodeAnsi2004({ ...record, version: ' 20', productOwner: 0, productType: 0 });
    }
    case 'ansi-2009':
    case 'ansi-2009-am1':
      return writeAnsi2009(
        recordFromTemplate(template, about, ANSI_ANGLE_UNIT),
        format === 'ansi-2009' ? '030' : '035',
      );
    default:
      return throwIllegalValue(format);
  }
}

function writeIso2011(record: MinutiaeRecord): Uint8Array {
  const views = record.views.map(({ quality, ...view }) => ({
    ...view,
    ...sizeOf(record),
    ...{ captureTime: UNKNOWN_TIME, technology: 0, vendor: 0, deviceType: 0 },
    qualities: [{ score: quality, vendor: 0, algorithm: 0 }],
    ...{ certifications: [], endingType: 0, minutiaQualities: true },
  }));
  return encodeIso2011({ certified: false, views });
}

function writeAnsi2009(record: MinutiaeRecord, version: '030' | '035'): Uint8Array {
  const views = record.views.map((view) => {
    return { ...view, ...sizeOf(record), qualityOwner: 0, qualityAlgorithm: 0 };
  });
  return encodeAnsi2009({
    ...{ version, productOwner: 0, productType: 0, certification: 0, captureEquipment: 0 },
    views,
  });
}

function sizeOf({ width, height, horizontalResolution, verticalResolution }: MinutiaeRecord) {
  return { width, height, horizontalResolution, verticalResolution };
}
