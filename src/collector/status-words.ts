import type { Language } from '../domain/language.ts';
import type { StationState } from './dashboard/station-states.ts';

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
  readonly heard: string;
  readonly never: string;
  readonly minutesAgo: (minutes: number) => string;
  readonly nobody: string;
  readonly alarm: Readonly<Record<'forged' | 'forked' | 'older-epoch-grew', string>>;
  readonly byHour: string;
  readonly bySex: string;
  readonly byAge: string;
  readonly byMethod: string;
  readonly incidents: string;
  /** Cells under ten, together. */
  readonly merged: string;
  /** Names of cells; one that isn't here stands for itself (hours, ages). */
  readonly cell: Readonly<Record<string, string>>;
  readonly lanes: string;
  readonly overrides: string;
  readonly outOfBand: string;
  readonly stateHead: string;
  readonly state: Readonly<Record<StationState, string>>;
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
    heard: 'Акыркы кабар',
    never: 'кабар жок',
    minutesAgo: (minutes) => (minutes === 0 ? 'азыр' : `${minutes} мүн. мурун`),
    nobody: 'Азырынча бир да стол кабар бере элек.',
    alarm: {
      forged: 'Жазуулар стол кол койгондой эмес',
      forked: 'Бир столдон эки башка журнал: диск көчүрүлгөн же ачкыч уурдалган',
      'older-epoch-grew': 'Эски диск жаңысы менен катар иштеп жатат',
    },
    byHour: 'Сааттар боюнча',
    bySex: 'Жынысы боюнча',
    byAge: 'Жашы боюнча',
    byMethod: 'Ыкмасы боюнча',
    incidents: 'Окуялар',
    merged: 'чакандар чогуу',
    cell: {
      female: 'аялдар',
      male: 'эркектер',
      fingerprint: 'манжа изи',
      commission: 'комиссиянын чечими',
      unknown: 'белгисиз',
      problem: 'техникалык маселе',
      'clock-jumped': 'саат секирди',
      'stop-disputed': 'талашталган баш тартуу',
    },
    lanes: 'Столдор',
    overrides: 'Комиссия чечкени',
    outOfBand: 'ченден тыш',
    stateHead: 'Абалы',
    state: {
      inconsistent: 'карама-каршы',
      never: 'кабар жок',
      silent: 'унчукпайт',
      late: 'кечигүүдө',
      heard: 'байланышта',
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
    heard: 'Последняя связь',
    never: 'не выходил на связь',
    minutesAgo: (minutes) => (minutes === 0 ? 'сейчас' : `${minutes} мин. назад`),
    nobody: 'Пока ни один стол не вышел на связь.',
    alarm: {
      forged: 'Записи не те, что подписал стол',
      forked: 'Два разных журнала одного стола: скопирован диск или украден ключ',
      'older-epoch-grew': 'Старый диск работает рядом с новым',
    },
    byHour: 'По часам',
    bySex: 'По полу',
    byAge: 'По возрасту',
    byMethod: 'По способу',
    incidents: 'Происшествия',
    merged: 'малые вместе',
    cell: {
      female: 'женщины',
      male: 'мужчины',
      fingerprint: 'отпечаток пальца',
      commission: 'решение комиссии',
      unknown: 'неизвестно',
      problem: 'техническая неполадка',
      'clock-jumped': 'скачок часов',
      'stop-disputed': 'оспоренный отказ',
    },
    lanes: 'Столов',
    overrides: 'Решений комиссии',
    outOfBand: 'вне нормы',
    stateHead: 'Состояние',
    state: {
      inconsistent: 'противоречие',
      never: 'не выходил на связь',
      silent: 'молчит',
      late: 'опаздывает',
      heard: 'на связи',
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
    heard: 'Last heard',
    never: 'never heard',
    minutesAgo: (minutes) => (minutes === 0 ? 'now' : `${minutes} min ago`),
    nobody: 'No lane has been heard yet.',
    alarm: {
      forged: 'Events are not what the lane signed',
      forked: 'Two different logs of one lane: a copied disk or a stolen key',
      'older-epoch-grew': 'An old disk is in use beside the new one',
    },
    byHour: 'By hour',
    bySex: 'By sex',
    byAge: 'By age',
    byMethod: 'By method',
    incidents: 'Incidents',
    merged: 'small ones together',
    cell: {
      female: 'women',
      male: 'men',
      fingerprint: 'fingerprint',
      commission: 'commission’s decision',
      unknown: 'unknown',
      problem: 'technical problem',
      'clock-jumped': 'clock jumped',
      'stop-disputed': 'disputed stop',
    },
    lanes: 'Lanes',
    overrides: 'Commission decided',
    outOfBand: 'out of band',
    stateHead: 'State',
    state: {
      inconsistent: 'inconsistent',
      never: 'never heard',
      silent: 'silent',
      late: 'late',
      heard: 'heard',
    },
  },
};
