import type { Language } from '../domain/language.ts';

export interface StatusWords {
  readonly title: string;
  readonly identified: string;
  readonly undone: string;
  readonly lanesHeard: string;
  readonly events: string;
  readonly aside: string;
  readonly alarms: string;
  readonly noAlarms: string;
  readonly station: string;
  readonly lane: string;
  readonly heard: string;
  readonly never: string;
  readonly minutesAgo: (minutes: number) => string;
  readonly nobody: string;
  readonly alarm: Readonly<Record<'forged' | 'forked' | 'older-epoch-grew', string>>;
}

export const STATUS_WORDS: Readonly<Record<Language, StatusWords>> = {
  ky: {
    title: 'Борбор: участоктордон келгендер',
    identified: 'Идентификация',
    undone: 'Жокко чыгарылган',
    lanesHeard: 'Кабар берген столдор',
    events: 'Алынган жазуулар',
    aside: 'Бөлүп коюлган топтомдор',
    alarms: 'Эскертүүлөр',
    noAlarms: 'Эскертүү жок',
    station: 'Участок',
    lane: 'Стол',
    heard: 'Акыркы кабар',
    never: 'кабар жок',
    minutesAgo: (minutes) => (minutes === 0 ? 'азыр' : `${minutes} мүн. мурун`),
    nobody: 'Азырынча бир да стол кабар бере элек.',
    alarm: {
      forged: 'Жазуулар стол кол койгондой эмес',
      forked: 'Бир столдон эки башка журнал: диск көчүрүлгөн же ачкыч уурдалган',
      'older-epoch-grew': 'Эски диск жаңысы менен катар иштеп жатат',
    },
  },
  ru: {
    title: 'Центр: что пришло с участков',
    identified: 'Идентификаций',
    undone: 'Отменено',
    lanesHeard: 'Столов на связи',
    events: 'Принято записей',
    aside: 'Отложено пакетов',
    alarms: 'Тревоги',
    noAlarms: 'Тревог нет',
    station: 'Участок',
    lane: 'Стол',
    heard: 'Последняя связь',
    never: 'не выходил на связь',
    minutesAgo: (minutes) => (minutes === 0 ? 'сейчас' : `${minutes} мин. назад`),
    nobody: 'Пока ни один стол не вышел на связь.',
    alarm: {
      forged: 'Записи не те, что подписал стол',
      forked: 'Два разных журнала одного стола: скопирован диск или украден ключ',
      'older-epoch-grew': 'Старый диск работает рядом с новым',
    },
  },
  en: {
    title: 'Centre: what came from the stations',
    identified: 'Identifications',
    undone: 'Undone',
    lanesHeard: 'Lanes heard',
    events: 'Events received',
    aside: 'Batches set aside',
    alarms: 'Alarms',
    noAlarms: 'No alarms',
    station: 'Station',
    lane: 'Lane',
    heard: 'Last heard',
    never: 'never heard',
    minutesAgo: (minutes) => (minutes === 0 ? 'now' : `${minutes} min ago`),
    nobody: 'No lane has been heard yet.',
    alarm: {
      forged: 'Events are not what the lane signed',
      forked: 'Two different logs of one lane: a copied disk or a stolen key',
      'older-epoch-grew': 'An old disk is in use beside the new one',
    },
  },
};
