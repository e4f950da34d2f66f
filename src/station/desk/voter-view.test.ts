import { expect, it } from 'vitest';
import { voterHit } from './voter-view.ts';

it('a found person of another station’s list is shown with that station, one of this list without', () => {
  const found = {
    ...{ id: 'v-1', stationNumber: 9915, listNumber: 7, birthDate: '1990-05-01', address: 'Чүй пр. 114' },
    name: { surname: 'Асанова', given: 'Гүлнара', patronymic: null },
  };
  expect(voterHit(found, 9901)).toMatchObject({ stationNumber: 9915, listNumber: 7 });
  expect(voterHit(found, 9915)).toMatchObject({ stationNumber: null, listNumber: 7 });
});
