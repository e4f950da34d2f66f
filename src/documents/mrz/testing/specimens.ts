import { unwrap } from '../../../domain/result.ts';
import { buildMrz, type MrzContent } from '../build.ts';

export const TODAY = { today: '2026-11-22' };

/** The specimens of ICAO 9303: part 5 (TD1, and with a long number), part 6 (TD2), part 4 (TD3). */
export const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
export const TD1_LONG = [
  'I<UTOD23145890<7349<<<<<<<<<<<',
  '3407127M9507122UTO<<<<<<<<<<<2',
  'STEVENSON<<PETER<JOHN<<<<<<<<<',
];
export const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
export const TD3 = [
  'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
  'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
];

export const KYRGYZ_CARD: MrzContent = {
  format: 'TD1',
  documentCode: 'ID',
  issuingState: 'KGZ',
  documentNumber: 'ID0123458',
  nationality: 'KGZ',
  birthDate: '1984-05-29',
  sex: 'female',
  expiryDate: '2032-03-01',
  surname: 'BEISHENALIEVA',
  givenNames: 'AIZADA',
  optionalData1: '12905198400017',
};
const KYRGYZ_PASSPORT: MrzContent = {
  ...KYRGYZ_CARD,
  format: 'TD3',
  documentCode: 'PE',
  documentNumber: 'PE0123458',
};

export const kyrgyzCard = unwrap(buildMrz(KYRGYZ_CARD));
export const kyrgyzPassport = unwrap(buildMrz(KYRGYZ_PASSPORT));
