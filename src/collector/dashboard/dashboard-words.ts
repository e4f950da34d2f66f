import type { Language } from '../../domain/language.ts';
import type { AlarmCode } from '../collector-store.ts';
import type { DoubleState } from '../doubles/group-doubles.ts';
import type { Incident, Severity } from '../incidents.ts';
import type { StationState } from './station-states.ts';

export interface DashboardWords {
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
  readonly alarm: Readonly<Record<AlarmCode, string>>;
  readonly byHour: string;
  readonly bySex: string;
  readonly byAge: string;
  readonly byMethod: string;
  readonly incidents: string;
  /** Cells under ten, together. */
  readonly merged: string;
  /** Names of cells; one that isn't here stands for itself (hours, ages). */
  readonly cell: Readonly<Record<string, string>>;
  readonly byDistrict: string;
  readonly noDistrict: string;
  /** Share of those on the lists. */
  readonly turnout: string;
  readonly map: string;
  readonly doubles: string;
  /** What stands where in a line of the doubles, and of the alarms. */
  readonly places: string;
  readonly alarmPlaces: string;
  readonly noDoubles: string;
  readonly doubleState: Readonly<Record<DoubleState, string>>;
  readonly undoHere: string;
  readonly found: string;
  readonly severity: Readonly<Record<Severity, string>>;
  readonly incident: Readonly<Record<Incident, string>>;
  readonly noIncidents: string;
  readonly stations: string;
  readonly allStations: string;
  readonly worstStations: string;
  readonly asOf: string;
  readonly leave: string;
  readonly lanes: string;
  readonly overrides: string;
  readonly outOfBand: string;
  readonly stateHead: string;
  readonly state: Readonly<Record<StationState, string>>;
}

export const DASHBOARD_WORDS: Readonly<Record<Language, DashboardWords>> = {
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
      'forked-checkpoint': 'Бири-бирин улантпаган эки контролдук чекит: көчүрүлгөн диск же уурдалган ачкыч',
      'place-twice': 'Эки ноутбук бир үстөлдө иштеп, бирдей номерлүү чектерди берет',
      'claim-unsettled': 'Конок жазуусуз идентификацияланган, ал салыштырылбайт',
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
    },
    byDistrict: 'Райондор боюнча',
    noDistrict: 'району белгисиз',
    turnout: 'Катышуу',
    map: 'Карта',
    doubles: 'Эки жолу идентификация',
    places: 'Участок, ноутбук, анын журналындагы жазуунун номери',
    alarmPlaces: 'Ноутбук, анын журналындагы жазуунун номери, канча жолу',
    noDoubles: 'Эки жолу идентификацияланган шайлоочу жок',
    doubleState: { open: 'ачык', settled: 'участокто чечилди', undone: 'жокко чыгарылды' },
    undoHere: 'жокко чыгаруу',
    found: 'Табылды',
    severity: { critical: 'Өтө оор', serious: 'Оор', notice: 'Маалымат үчүн' },
    incident: {
      'paper-line-double': 'кагаз тизмедеги карама-каршылык',
      'paper-line-settled': 'кагаз тизмедеги карама-каршылык чечилди',
      'override-during-cut': 'байланышсыз учурдагы чечим',
      'lane-overridden': 'башка столдун шайлоочусуна уруксат',
      'paper-mode-declared': 'кагаз режимине өтүү',
      'clock-jumped': 'саат секирди',
      'stop-disputed': 'талашталган баш тартуу',
      'check-failed': 'текшерүүдөн өткөн жок',
      'pin-refused': 'туура эмес PIN',
      problem: 'техникалык маселе',
    },
    noIncidents: 'Окуя жок',
    stations: 'Участоктор',
    allStations: 'Бардык участоктор',
    worstStations: 'Көңүл буруу керек болгондор',
    asOf: 'Абал:',
    leave: 'Чыгуу',
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
      'forked-checkpoint':
        'Две контрольные точки, не продолжающие друг друга: скопированный диск или украденный ключ',
      'place-twice': 'Два ноутбука работают за одним столом и выдают чеки с одинаковыми номерами',
      'claim-unsettled': 'Гость идентифицирован без записи и не сравнивается',
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
    },
    byDistrict: 'По районам',
    noDistrict: 'район неизвестен',
    turnout: 'Явка',
    map: 'Карта',
    doubles: 'Двойные идентификации',
    places: 'Участок, ноутбук, номер записи в его журнале',
    alarmPlaces: 'Ноутбук, номер записи в его журнале, сколько раз',
    noDoubles: 'Дважды никто не идентифицирован',
    doubleState: { open: 'открыто', settled: 'решено на участке', undone: 'отменено' },
    undoHere: 'отмена',
    found: 'Найдено',
    severity: { critical: 'Критично', serious: 'Серьёзно', notice: 'К сведению' },
    incident: {
      'paper-line-double': 'противоречие в бумажном списке',
      'paper-line-settled': 'противоречие в бумажном списке решено',
      'override-during-cut': 'решение без связи между столами',
      'lane-overridden': 'допуск избирателя другого стола',
      'paper-mode-declared': 'переход на бумагу',
      'clock-jumped': 'скачок часов',
      'stop-disputed': 'оспоренный отказ',
      'check-failed': 'проверка не пройдена',
      'pin-refused': 'неверный PIN',
      problem: 'техническая неполадка',
    },
    noIncidents: 'Происшествий нет',
    stations: 'Участки',
    allStations: 'Все участки',
    worstStations: 'Требуют внимания',
    asOf: 'На',
    leave: 'Выйти',
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
      'forked-checkpoint': 'Two checkpoints that don’t extend each other: a copied disk, or a stolen key',
      'place-twice': 'Two laptops work as one table and give receipts of the same numbers',
      'claim-unsettled': 'A visitor was identified without a record and isn’t compared',
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
    },
    byDistrict: 'By district',
    noDistrict: 'district unknown',
    turnout: 'Turnout',
    map: 'Map',
    doubles: 'Identified twice',
    places: 'Station, laptop, number of the record in its log',
    alarmPlaces: 'Laptop, number of the record in its log, how often',
    noDoubles: 'Nobody was identified twice',
    doubleState: { open: 'open', settled: 'settled at the station', undone: 'undone' },
    undoHere: 'undo',
    found: 'Found',
    severity: { critical: 'Critical', serious: 'Serious', notice: 'For information' },
    incident: {
      'paper-line-double': 'contradiction in the paper list',
      'paper-line-settled': 'contradiction in the paper list settled',
      'override-during-cut': 'override while lanes were cut off',
      'lane-overridden': 'voter of another lane let through',
      'paper-mode-declared': 'went over to paper',
      'clock-jumped': 'clock jumped',
      'stop-disputed': 'disputed stop',
      'check-failed': 'check failed',
      'pin-refused': 'wrong PIN',
      problem: 'technical problem',
    },
    noIncidents: 'No incidents',
    stations: 'Stations',
    allStations: 'All stations',
    worstStations: 'To look at first',
    asOf: 'As of',
    leave: 'Leave',
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
