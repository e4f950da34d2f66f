import { err, ok, type Result } from '../../domain/result.ts';
import { readJpegSize } from '../face/jpeg-size.ts';
import { readJpeg2000Frame } from '../face/jpeg2000-frame.ts';
import type { DataGroupError } from './com.ts';
import { CHIP_FILES } from './data-groups.ts';
import { findTlv, readOnlyTlv, readTlvs } from './tlv.ts';

export interface FaceImage {
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  /** The compressed picture as the chip has it; the receiver wipes it. */
  readonly bytes: Uint8Array;
  /** In dots, as the record says, else the picture; 0 when neither does. */
  readonly width: number;
  readonly height: number;
}

const BAD_DATA: DataGroupError = { code: 'bad-data' };

/** Bytes of ISO/IEC 19794-5:2005: facial record header, information, one feature point, image information. */
const RECORD_HEADER = 14;
const FACE_INFORMATION = 20;
const FEATURE_POINT = 8;
const IMAGE_INFORMATION = 12;

/**
 * Reads the first face of DG2 (ICAO 9303-10, 4.7.2: 75, 7F61, 7F60, then 5F2E or 7F2E), whose record is one of
 * ISO/IEC 19794-5 or, in newer documents, of ISO/IEC 39794-5. Of several faces the first that holds a picture is given.
 */
export function parseDataGroup2(file: Uint8Array): Result<FaceImage, DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.DG2.tag);
  const group = outer.ok ? findTlv(outer.value.value, 0x7f61) : outer;
  const templates = group.ok ? readTlvs(group.value.value) : group;
  if (!templates.ok) return err(BAD_DATA);
  const faces = templates.value.filter(({ tag }) => tag === 0x7f60).map(({ value }) => parseTemplate(value));
  return faces.find((face) => face.ok) ?? err(BAD_DATA);
}

function parseTemplate(template: Uint8Array): Result<FaceImage, DataGroupError> {
  const plain = findTlv(template, 0x5f2e);
  const record = plain.ok ? plain : findTlv(template, 0x7f2e);
  if (!record.ok) return err(BAD_DATA);
  const bytes = record.value.value;
  const face =
    bytes[0] === FACE_IMAGE_DATA || bytes[0] === WRAPPED ? parseFaceDataBlock(bytes) : parseFaceRecord(bytes);
  return face.ok ? face : findPicture(bytes);
}

/** Records of another version, or with wrong counts in front of their picture: it is known by its own first bytes. */
function findPicture(record: Uint8Array): Result<FaceImage, DataGroupError> {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const starts = PICTURE_STARTS.map((start) => bytes.indexOf(start, 0, 'hex')).filter((at) => at >= 0);
  const picture = record.subarray(Math.min(...starts));
  const mediaType = starts.length === 0 ? null : detectMediaType(picture);
  if (mediaType === null) return err(BAD_DATA);
  const face = withSize({ mediaType, bytes: picture, width: 0, height: 0 });
  return face.width > 0 && face.height > 0 ? ok(face) : err(BAD_DATA);
}

/** JPEG, JPEG 2000 file, JPEG 2000 code stream with its size. */
const JPEG = 'ffd8ff';
const JPEG_2000_FILE = '0000000c6a502020';
const JPEG_2000_CODE_STREAM = 'ff4fff51';
const PICTURE_STARTS = [JPEG, JPEG_2000_FILE, JPEG_2000_CODE_STREAM];

/** Tag of FaceImageDataBlock, [APPLICATION 5]; DG2 may have it in another object. */
const FACE_IMAGE_DATA = 0x65;
const WRAPPED = 0xa1;

/**
 * Reads the first face of a FaceImageDataBlock (ISO/IEC 39794-5:2019, clause 8 and annex A; ICAO 9303-10, 4.7.2.2):
 * representationBlocks [1], imageRepresentation [1], base [0], imageRepresentation2DBlock [0].
 */
export function parseFaceDataBlock(bytes: Uint8Array): Result<FaceImage, DataGroupError> {
  const outer =
    bytes[0] === WRAPPED ? findTlv(bytes, WRAPPED, FACE_IMAGE_DATA) : readOnlyTlv(bytes, FACE_IMAGE_DATA);
  const block = outer.ok ? findTlv(outer.value.value, 0xa1, 0x30, 0xa1, 0xa0, 0xa0) : outer;
  const image = block.ok ? findTlv(block.value.value, 0x80) : block;
  if (!block.ok || !image.ok) return err(BAD_DATA);
  const mediaType = detectMediaType(image.value.value);
  if (mediaType === null) return err(BAD_DATA);
  // imageInformation2DBlock [1], imageSizeBlock [7], which may be left away.
  const size = (tag: number): number => {
    const found = findTlv(block.value.value, 0xa1, 0xa7, tag);
    if (!found.ok || found.value.value.length > 3) return 0;
    return found.value.value.reduce((sum, byte) => sum * 256 + byte, 0);
  };
  return ok(withSize({ mediaType, bytes: image.value.value, width: size(0x80), height: size(0x81) }));
}

/** Reads the first face of a facial record (ISO/IEC 19794-5:2005, clause 5). */
export function parseFaceRecord(record: Uint8Array): Result<FaceImage, DataGroupError> {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const imageInformationAt = RECORD_HEADER + FACE_INFORMATION;
  if (record.length < imageInformationAt + IMAGE_INFORMATION) return err(BAD_DATA);
  const magic = Buffer.from(record.subarray(0, 8)).toString('latin1');
  if (magic !== 'FAC\u0000010\u0000' || view.getUint16(12) === 0) return err(BAD_DATA);
  const blockLength = view.getUint32(RECORD_HEADER);
  // Some records say a wrong length, or none; a picture's own end is in it.
  const said = RECORD_HEADER + blockLength;
  const featurePoints = view.getUint16(RECORD_HEADER + 4) * FEATURE_POINT;
  const imageAt = imageInformationAt + featurePoints + IMAGE_INFORMATION;
  const end = said > imageAt && said <= record.length ? said : record.length;
  if (imageAt >= end) return err(BAD_DATA);
  const information = imageInformationAt + featurePoints;
  const bytes = record.subarray(imageAt, end);
  const mediaType = detectMediaType(bytes);
  if (mediaType === null) return err(BAD_DATA);
  const [width, height] = [view.getUint16(information + 2), view.getUint16(information + 4)];
  return ok(withSize({ mediaType, bytes, width, height }));
}

/** A record that does not say how large its picture is leaves that to the picture. */
function withSize(face: FaceImage): FaceImage {
  if (face.width > 0 && face.height > 0) return face;
  if (face.mediaType === 'image/jpeg') return { ...face, ...readJpegSize(face.bytes) };
  const frame = readJpeg2000Frame(face.bytes);
  return frame.ok ? { ...face, width: frame.value.width, height: frame.value.height } : face;
}

/** By the first bytes, because the record's own type is often wrong: JPEG, JPEG 2000 file, JPEG 2000 code stream. */
function detectMediaType(bytes: Uint8Array): FaceImage['mediaType'] | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('hex');
  if (head.startsWith(JPEG)) return 'image/jpeg';
  return head.startsWith(JPEG_2000_FILE) || head.startsWith(JPEG_2000_CODE_STREAM) ? 'image/jp2' : null;
}
