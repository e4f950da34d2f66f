import type { DockPerson } from '../../domain/dock.ts';
import type { DockView } from '../../station/api/snapshot.ts';

const text = (ky: string, ru: string, en: string) => ({ ky, ru, en });

const PERSON: DockPerson = {
  key: 'ordinary-1',
  label: text('Асанова Гүлнара', 'Асанова Гүлнара', 'Asanova Gülnara'),
  hint: text('', '', ''),
  documents: [
    { key: 'ordinary-1-id', label: text('ID-карта', 'ID-карта', 'ID card'), kind: 'id-card', hasChip: true },
    {
      key: 'ordinary-1-pass',
      label: text('Паспорт', 'Паспорт', 'Passport'),
      kind: 'passport',
      hasChip: true,
    },
  ],
  fingers: [
    { position: 2, label: text('Оң сөөмөй', 'Правый указательный', 'Right index'), condition: 'good' },
    { position: 7, label: text('Сол сөөмөй', 'Левый указательный', 'Left index'), condition: 'good' },
    { position: 1, label: text('Оң баш бармак', 'Правый большой', 'Right thumb'), condition: 'dry' },
  ],
};

/** The table of a mock election, with an ordinary voter and some awkward ones. */
export const EXAMPLE_DOCK: DockView = {
  people: [
    PERSON,
    {
      ...PERSON,
      key: 'twin-1',
      label: text('Садыков Улан', 'Садыков Улан', 'Sadykov Ulan'),
      hint: text('эгиздин бири', 'один из близнецов', 'one of twins'),
    },
    {
      ...PERSON,
      key: 'no-fingers',
      label: text('Орозов Кубат', 'Орозов Кубат', 'Orozov Kubat'),
      hint: text('манжасы жок', 'без пальцев', 'no fingers'),
      fingers: [],
    },
    {
      ...PERSON,
      key: 'impostor',
      label: text('Башканын картасы менен', 'С чужой картой', 'With somebody’s card'),
      hint: text('бирөөнүн картасын көтөрүп келген', 'пришёл с чужой картой', 'carries another voter’s card'),
    },
  ],
  state: {
    plugged: { 'fingerprint-scanner': true, 'card-reader': true, 'mrz-reader': true, printer: true },
    document: { person: 'ordinary-1', document: 'ordinary-1-id' },
    finger: null,
    paper: { remainingMillimetres: 41_250, coverOpen: false, speed: 'normal' },
    strips: [],
  },
};
