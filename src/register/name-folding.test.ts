import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, letterSet, mayBeNear } from './edit-distance.ts';
import { foldWord, isParticle, prefixSkeletons, splitName, wordSkeletons } from './name-folding.ts';

describe('skeletons of names', () => {
  it.each([
    ['Жакыпов', 'Zhakypov', 'Jakypov', 'Джакыпов', 'Dzhakypov'],
    ['Өмүрбек', 'Омурбек', 'Omurbek', 'Ömürbek'],
    ['Ырыскүл', 'Yryskul', 'Ырыскул', 'Iryskul'],
    ['Чыңгыз', 'Chyngyz', 'Chynggyz', 'Чынгыз', 'Çıñgız'],
    ['Юсупов', 'Yusupov', 'Iusupov', 'Jusupov'.replace('J', 'I')],
    ['Хуршида', 'Khurshida', 'Hurshida'],
    ['Мария', 'Mariia', 'Mariya', 'Maria'],
    ['Щербаков', 'Shcherbakov', 'Scherbakov'],
    ['Цой', 'Tsoi', 'Tsoy'],
    ['Дмитрий', 'Dmitrii', 'Dmitriy', 'Dmitry'],
    ['Алёна', 'Алена', 'Alena', 'Aliona'],
    ['Қодиров', 'Кодиров', 'Qodirov'],
  ])('%s is one with its other spellings', (name, ...spellings) => {
    const own = wordSkeletons(name.toLowerCase());
    for (const spelling of spellings) {
      expect(
        wordSkeletons(spelling.toLowerCase()).some((skeleton) => own.includes(skeleton)),
        spelling,
      ).toBe(true);
    }
  });

  it('keeps different names apart', () => {
    const names = ['Асанов', 'Осмонов', 'Асанбеков', 'Усенов', 'Мамытов', 'Маматов', 'Жакыпов', 'Жакшылыков'];
    expect(new Set(names.map((name) => wordSkeletons(name.toLowerCase())[0])).size).toBe(names.length);
  });

  it('never loses a name because of its alphabet', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        for (const word of splitName(text)) {
          expect(foldWord(word).length).toBeGreaterThan(0);
          for (const skeleton of wordSkeletons(word)) expect(typeof skeleton).toBe('string');
        }
      }),
    );
    expect(splitName('Νίκος  李明')).toEqual(['νίκος', '李明']);
  });

  it('finds a name by each of its Latin beginnings', () => {
    for (const name of ['Zhakypov', 'Mariia', 'Tsoi', 'Khurshida', 'Dzhumabaev', 'Iusupov', 'Shcherbakov']) {
      const whole = wordSkeletons(name.toLowerCase())[0] ?? '';
      for (let end = 2; end <= name.length; end += 1) {
        const typed = name.slice(0, end).toLowerCase();
        const reached = prefixSkeletons(typed).some((beginning) => whole.startsWith(beginning));
        expect(reached, `${typed} of ${name}`).toBe(true);
      }
    }
  });
});

describe('words of names', () => {
  it('splits double names and takes written-on particles off', () => {
    expect(splitName('Иванова-Петрова  Анна')).toEqual(['иванова', 'петрова', 'анна']);
    expect(splitName('Төлөгөнуулу Асан')).toEqual(['төлөгөн', 'уулу', 'асан']);
    expect(splitName(' \u00a0- ')).toEqual([]);
  });

  it('knows the particles in all spellings', () => {
    for (const particle of ['уулу', 'улу', 'uulu', 'кызы', 'kyzy', 'kizi', 'угли', 'кизи', 'ogly']) {
      expect(isParticle(particle), particle).toBe(true);
    }
    expect(isParticle('улан')).toBe(false);
  });
});

describe('distance of words', () => {
  it('counts an insertion, a deletion, another letter and two swapped letters as one error each', () => {
    expect(editDistance('асанов', 'асанов', 2)).toBe(0);
    expect(editDistance('асанов', 'асаннов', 2)).toBe(1);
    expect(editDistance('асанов', 'асано', 2)).toBe(1);
    expect(editDistance('асанов', 'осанов', 2)).toBe(1);
    expect(editDistance('асанов', 'аснаов', 2)).toBe(1);
    expect(editDistance('асанов', 'мамытов', 2)).toBe(3);
  });

  it('is the same in both directions, and its letters never hide a near word', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'ш', 'ң', '李'),
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b, 9);
        expect(editDistance(b, a, 9)).toBe(distance);
        expect(mayBeNear(letterSet(a), letterSet(b), distance)).toBe(true);
        for (const limit of [0, 1, 2]) {
          expect(editDistance(a, b, limit)).toBe(Math.min(distance, limit + 1));
        }
      }),
    );
    expect(mayBeNear(letterSet('асанов'), letterSet('мирлан'), 1)).toBe(false);
  });

  it('is not lost on words of any length', () => {
    const long = 'а'.repeat(200);
    expect(editDistance(long, long, 2)).toBe(0);
    expect(editDistance(long, `${long}б`, 2)).toBe(3);
  });
});
