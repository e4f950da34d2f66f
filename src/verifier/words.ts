/** Everything that the page says, in three languages. `{}` is a place or a number. */

export type Language = 'ky' | 'ru' | 'en';

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  ky: 'Кыргызча',
  ru: 'Русский',
  en: 'English',
};

export const WORDS = {
  title: {
    ky: 'Журналды текшерүү',
    ru: 'Проверка журнала',
    en: 'Check a log',
  },
  intro: {
    ky: 'Бул барак участоктун экспорттолгон журналы бузулбаганын жана сүрөткө тартылган ар бир контролдук чекитти улантканын текшерет. Ал интернетсиз иштейт жана эч нерсе жөнөтпөйт.',
    ru: 'Эта страница проверяет, что выгруженный журнал участка цел и продолжает каждую сфотографированную контрольную точку. Она работает без интернета и ничего не отправляет.',
    en: 'This page checks that a station’s exported log is whole, and that it extends every checkpoint that was photographed. It works without a network and sends nothing.',
  },
  chooseExport: {
    ky: '1. Журналдын папкасын тандаңыз',
    ru: '1. Выберите папку с журналом',
    en: '1. Choose the folder of the log',
  },
  chooseExportHint: {
    ky: 'Комиссия берген папка; анын ичинде manifest.json файлы бар. Телефон папканы тандатпаса, анын бардык файлдарын тандаңыз.',
    ru: 'Папка, которую выдала комиссия; в ней есть файл manifest.json. Если телефон не даёт выбрать папку, выберите все её файлы.',
    en: 'The folder that the commission handed out; manifest.json is in it. Where a phone offers no folders, choose all of its files.',
  },
  checkpoints: {
    ky: '2. Контролдук чекиттер (милдеттүү эмес)',
    ru: '2. Контрольные точки (необязательно)',
    en: '2. Checkpoints (optional)',
  },
  checkpointsHint: {
    ky: 'Отчёттогу QR-коддун текстин же үч саптын өзүн коюңуз; бир нечесин удаалаш коюуга болот.',
    ru: 'Вставьте текст QR-кода с отчёта или сами три строки; можно несколько подряд.',
    en: 'Paste the text of a report’s QR code, or its three lines; several may follow each other.',
  },
  key: {
    ky: '3. Түзмөктүн жарыяланган ачкычы (милдеттүү эмес)',
    ru: '3. Опубликованный ключ устройства (необязательно)',
    en: '3. The device’s published key (optional)',
  },
  keyHint: {
    ky: 'Ачкыч болбосо, журнал өзү менен гана салыштырылат.',
    ru: 'Без ключа журнал сверяется только сам с собой.',
    en: 'Without it the log is only checked against itself.',
  },
  centreKey: {
    ky: '4. Борбордун жарыяланган ачкычы (милдеттүү эмес)',
    ru: '4. Опубликованный ключ центра (необязательно)',
    en: '4. The centre’s published key (optional)',
  },
  centreKeyHint: {
    ky: 'Анын жардамы менен борбор журналды кайсы жерге чейин алганы жана кайсы контролдук чекитке кошо кол койгону текшерилет.',
    ru: 'С ним проверяется, докуда центр получил журнал и какую контрольную точку он заверил.',
    en: 'With it this page checks up to where the centre has the log, and which checkpoint it countersigned.',
  },
  centreHas: {
    ky: 'Борбор журналды {} окуясына чейин алганына кол койгон',
    ru: 'Центр подписал, что получил журнал до события {}',
    en: 'The centre signed that it has the log up to event {}',
  },
  centreCosigned: {
    ky: 'Борбор контролдук чекитке кошо кол койгон, окуялар: {}',
    ru: 'Центр заверил контрольную точку, событий: {}',
    en: 'The centre countersigned a checkpoint, events: {}',
  },
  centreSilent: {
    ky: 'Бул папкада борбордун кол тамгасы жок.',
    ru: 'В этой папке нет подписей центра.',
    en: 'The centre has signed nothing in this folder.',
  },
  check: { ky: 'Текшерүү', ru: 'Проверить', en: 'Check' },
  checking: { ky: 'Текшерилип жатат…', ru: 'Идёт проверка…', en: 'Checking…' },
  nothingChosen: {
    ky: 'Адегенде журналдын папкасын тандаңыз.',
    ru: 'Сначала выберите папку с журналом.',
    en: 'Choose the folder of the log first.',
  },
  severalLogs: {
    ky: 'Бул папкада бир нече журнал бар. Бирин гана тандаңыз: {}',
    ru: 'В этой папке несколько журналов. Выберите папку одного из них: {}',
    en: 'There are several logs in this folder. Choose the folder of one of them: {}',
  },
  matches: { ky: 'Баары дал келет', ru: 'Всё сходится', en: 'Everything matches' },
  differs: { ky: 'Дал келбейт', ru: 'Не сходится', en: 'It does not match' },
  differsHint: {
    ky: 'Папканын көчүрмөсүн сактаңыз, эч нерсени өзгөртпөңүз, бул тизмени жана сүрөттөрүңүздү комиссияга жана жогорку комиссияга көрсөтүңүз.',
    ru: 'Сохраните копию папки, ничего в ней не меняйте и покажите этот список и ваши снимки комиссии и вышестоящей комиссии.',
    en: 'Keep a copy of the folder, change nothing in it, and show this list and your photographs to the commission and the one above it.',
  },
  training: { ky: 'МАШЫГУУ', ru: 'ТРЕНИРОВКА', en: 'TRAINING' },
  station: { ky: 'Участок', ru: 'Участок', en: 'Station' },
  device: { ky: 'Түзмөк', ru: 'Устройство', en: 'Device' },
  election: { ky: 'Шайлоо', ru: 'Выборы', en: 'Election' },
  events: { ky: 'Окуялар', ru: 'События', en: 'Events' },
  identified: { ky: 'Аныкталгандар', ru: 'Идентифицировано', en: 'Identified' },
  undone: { ky: 'Жокко чыгарылгандар', ru: 'Отменено', en: 'Undone' },
  counted: {
    ky: 'Аныкталгандар, жокко чыгарылгандарсыз: жыйынтык отчёттогу сан менен салыштырыңыз',
    ru: 'Идентифицировано, без отменённых: сравните с итоговым отчётом',
    en: 'Identified, without those undone: compare with the closing report',
  },
  ownCheckpoint: {
    ky: 'Журналдын акыркы контролдук чекити',
    ru: 'Последняя контрольная точка журнала',
    en: 'The log’s last checkpoint',
  },
  ownKey: { ky: 'Түзмөктүн ачкычы', ru: 'Ключ устройства', en: 'Key of the device' },
  keyCompared: {
    ky: 'жарыяланган ачкычка дал келет',
    ru: 'совпадает с опубликованным',
    en: 'is the published one',
  },
  keyNotCompared: {
    ky: 'жарыяланган ачкыч менен салыштырылган жок',
    ru: 'с опубликованным не сверялся',
    en: 'was not compared with a published one',
  },
  extendsSigned: {
    ky: 'Контролдук чекит {}: журнал аны улантат, кол тамга туура',
    ru: 'Контрольная точка {}: журнал её продолжает, подпись верна',
    en: 'Checkpoint {}: the log extends it, and its signature holds',
  },
  extendsUnsigned: {
    ky: 'Контролдук чекит {}: журнал аны улантат (кол тамгасыз үч сап)',
    ru: 'Контрольная точка {}: журнал её продолжает (три строки без подписи)',
    en: 'Checkpoint {}: the log extends it (three lines without a signature)',
  },
  noCheckpoints: {
    ky: 'Эч кандай сүрөткө тартылган контролдук чекит салыштырылган жок.',
    ru: 'Ни одна сфотографированная контрольная точка не сверялась.',
    en: 'No photographed checkpoint was compared.',
  },
  period: {
    ky: 'Отчёт мезгилдери (түн ортосунан баштап, 0дөн; онго жетпегендери бириктирилген)',
    ru: 'Отчётные периоды (от полуночи, с 0; меньше десяти — вместе)',
    en: 'Report periods (from midnight, beginning with 0; fewer than ten are joined)',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** What can be wrong. The code itself is shown too, for whoever has to look into it. */
export const FAULTS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  'browser-too-old': {
    ky: 'Бул браузер кол тамгаларды текшере албайт. Chrome же Edge 137, Firefox 129, Safari 17 же андан жаңысы керек.',
    ru: 'Этот браузер не умеет проверять подписи. Нужен Chrome или Edge от 137, Firefox от 129, Safari от 17.',
    en: 'This browser can’t check signatures. It takes Chrome or Edge 137, Firefox 129, Safari 17, or newer.',
  },
  'missing-file': { ky: '{} файлы жок', ru: 'Нет файла {}', en: 'The file {} is missing' },
  'unexpected-file': {
    ky: '{} файлы бул журналга таандык эмес',
    ru: 'Файл {} к этому журналу не относится',
    en: 'The file {} does not belong to this log',
  },
  'malformed-file': {
    ky: '{} файлы окулбайт',
    ru: 'Файл {} не читается',
    en: 'The file {} can’t be read',
  },
  'malformed-line': { ky: '{} сабы окулбайт', ru: 'Строка не читается: {}', en: 'A line can’t be read: {}' },
  'wrong-sum': { ky: '{} файлы өзгөртүлгөн', ru: 'Файл {} изменён', en: 'The file {} was changed' },
  'wrong-manifest-signature': {
    ky: 'Түзмөктүн кол тамгасы туура эмес',
    ru: 'Подпись устройства неверна',
    en: 'The device’s signature does not hold',
  },
  'wrong-key': {
    ky: 'Журналга жарыяланган ачкыч эмес, башка ачкыч кол койгон',
    ru: 'Журнал подписан не опубликованным ключом',
    en: 'The log is signed by another key than the published one',
  },
  'wrong-count': {
    ky: 'Окуялардын саны башка: {}',
    ru: 'Другое число событий: {}',
    en: 'Another number of events: {}',
  },
  'wrong-training-mark': {
    ky: 'Машыгуу белгиси туура эмес',
    ru: 'Неверная отметка о тренировке',
    en: 'The mark of a training is wrong',
  },
  malformed: {
    ky: '{} окуясы окулбайт',
    ru: 'Событие {} не читается',
    en: 'Event {} can’t be read',
  },
  'altered-event': { ky: '{} окуясы өзгөртүлгөн', ru: 'Событие {} изменено', en: 'Event {} was changed' },
  'wrong-label': {
    ky: '{} окуясы башка жерде турат',
    ru: 'Событие {} стоит не на своём месте',
    en: 'Event {} stands in another’s place',
  },
  'wrong-identity': {
    ky: '{} окуясы башка журналдан',
    ru: 'Событие {} из другого журнала',
    en: 'Event {} is from another log',
  },
  gap: {
    ky: '{} алдында окуялар жок',
    ru: 'Перед {} не хватает событий',
    en: 'Events are missing before {}',
  },
  'broken-link': {
    ky: '{} алдындагы окуя алмаштырылган',
    ru: 'Событие перед {} подменено',
    en: 'The event before {} was replaced',
  },
  'wrong-signature': {
    ky: '{} окуясындагы кол тамга туура эмес',
    ru: 'Подпись на событии {} неверна',
    en: 'The signature at event {} does not hold',
  },
  'wrong-receipt': {
    ky: 'Борбордун {} окуясы боюнча ырастоосу туура эмес',
    ru: 'Подтверждение центра о событии {} неверно',
    en: 'The centre’s receipt for event {} does not hold',
  },
  'wrong-cosignature': {
    ky: 'Борбордун кол тамгасы туура эмес: {}',
    ru: 'Подпись центра неверна: {}',
    en: 'The centre’s countersignature does not hold: {}',
  },
  'cut-tail': {
    ky: 'Журналдын аягы кесилген: {} окуясы жок',
    ru: 'Конец журнала отрезан: нет события {}',
    en: 'The end of the log was cut off: event {} is not there',
  },
  'unsigned-tail': {
    ky: 'Акыркы окуяга кол коюлган эмес: {}',
    ru: 'Последнее событие не подписано: {}',
    en: 'The last event is not signed: {}',
  },
  'wrong-commitment': {
    ky: '{} бөлүгү өзгөртүлгөн',
    ru: 'Часть события изменена: {}',
    en: 'A part of an event was changed: {}',
  },
  'checkpoint-malformed': {
    ky: 'Контролдук чекит {} окулбайт: саптарды текшериңиз',
    ru: 'Контрольная точка {} не читается: проверьте строки',
    en: 'Checkpoint {} can’t be read: look at its lines again',
  },
  'checkpoint-not-signed': {
    ky: 'Контролдук чекит {}: кол тамга туура эмес',
    ru: 'Контрольная точка {}: подпись неверна',
    en: 'Checkpoint {}: its signature does not hold',
  },
  'checkpoint-of-other-log': {
    ky: 'Контролдук чекит {} башка журналдан: биринчи сабында аталган түзмөктүн папкасын тандаңыз',
    ru: 'Контрольная точка {} — из другого журнала: выберите папку устройства, названного в её первой строке',
    en: 'Checkpoint {} is of another log: choose the folder of the device that its first line names',
  },
  'checkpoint-not-extended': {
    ky: 'Журнал {} контролдук чекитти улантпайт: андан мурунку бир нерсе өзгөртүлгөн же жок кылынган. Саптар терилген болсо, адегенде аларды сүрөт менен тамгалап салыштырыңыз',
    ru: 'Журнал не продолжает контрольную точку {}: что-то до неё изменено или удалено. Если строки набраны вручную, сначала сверьте их с фотографией буква за буквой',
    en: 'The log does not extend checkpoint {}: something before it was changed or taken out. If its lines were typed, compare them with the photograph first, letter by letter',
  },
};
