import { checkExport, type Fault, type Findings } from './check-export.ts';
import { readCheckpoints } from './note.ts';
import { FAULTS, LANGUAGE_NAMES, type Language, WORDS } from './words.ts';

/** The page itself: what was chosen goes in, what was found comes out. Nothing leaves it. */

const languages = Object.keys(LANGUAGE_NAMES) as Language[];
let language: Language = languages.find((known) => navigator.language.startsWith(known)) ?? 'ru';
/** What was chosen last, as soon as it is read. */
let files: Promise<ReadonlyMap<string, Uint8Array>> = Promise.resolve(new Map());
let found: Findings | null = null;
/** Of several logs in what was chosen: their folders, of which one has to be chosen. */
let severalLogs: readonly string[] = [];
let state: 'waiting' | 'nothing-chosen' | 'several-logs' | 'checking' | 'done' = 'waiting';

const say = (word: keyof typeof WORDS, place = ''): string => WORDS[word][language].replace('{}', place);

function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${id}`);
  return element;
}

function element(tag: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

function show(): void {
  document.documentElement.lang = language;
  document.title = say('title');
  for (const labelled of document.querySelectorAll<HTMLElement>('[data-word]')) {
    const word = labelled.dataset.word as keyof typeof WORDS;
    labelled.textContent = say(word);
  }
  const switches = byId('languages', HTMLElement);
  switches.replaceChildren(
    ...languages.map((known) => {
      const button = element('button', LANGUAGE_NAMES[known]) as HTMLButtonElement;
      button.type = 'button';
      button.lang = known;
      button.setAttribute('aria-pressed', String(known === language));
      button.addEventListener('click', () => {
        language = known;
        show();
      });
      return button;
    }),
  );
  byId('result', HTMLElement).replaceChildren(...resultParts());
}

function resultParts(): HTMLElement[] {
  if (state === 'waiting') return [];
  if (state === 'nothing-chosen') return [element('p', say('nothingChosen'), 'wrong')];
  if (state === 'several-logs') return [element('p', say('severalLogs', severalLogs.join(', ')), 'wrong')];
  if (state === 'checking' || found === null) return [element('p', say('checking'))];
  const { faults, log, training } = found;
  const isSound = faults.length === 0;
  const verdict = element('h2', `${isSound ? '✓' : '✗'} ${say(isSound ? 'matches' : 'differs')}`);
  verdict.id = 'verdict';
  verdict.className = isSound ? 'right' : 'wrong';
  return [
    ...(training ? [element('p', say('training'), 'training')] : []),
    verdict,
    ...(isSound ? [] : [element('p', say('differsHint')), faultList(faults)]),
    ...(log === null ? [] : [logTable(log), checkpointList(log), ...centreParts(log), periodTable(log)]),
  ];
}

function faultList(faults: readonly Fault[]): HTMLElement {
  const list = document.createElement('ul');
  list.id = 'faults';
  list.append(
    ...faults.slice(0, 200).map(({ code, place }) => {
      // The log's own checkpoint is one of the files; those that were pasted have numbers from 1.
      const where = code.startsWith('checkpoint-') && place === '0' ? 'checkpoint.txt' : place;
      const item = element('li', (FAULTS[code]?.[language] ?? code).replace('{}', where));
      item.dataset.code = code;
      return item;
    }),
  );
  if (faults.length > 200) list.append(element('li', `… ${faults.length - 200}`));
  return list;
}

type Log = NonNullable<Findings['log']>;

function logTable(log: Log): HTMLElement {
  const compared = log.keyWasCompared ? say('keyCompared') : say('keyNotCompared');
  const rows: [string, string][] = [
    [say('election'), log.election],
    [say('station'), log.station],
    [say('device'), log.device],
    [say('events'), String(log.events)],
    [say('counted'), String(log.identifications - log.undone)],
    [say('undone'), String(log.undone)],
    [say('ownCheckpoint'), `${log.origin}\n${log.size}\n${log.rootBase64}`],
    [say('ownKey'), `${log.publicKey}\n${compared}`],
  ];
  const table = document.createElement('table');
  table.id = 'log';
  for (const [name, value] of rows) {
    const row = document.createElement('tr');
    row.append(element('th', name), element('td', value));
    table.append(row);
  }
  return table;
}

function checkpointList(log: Log): HTMLElement {
  if (log.checkpoints.length === 0) return element('p', say('noCheckpoints'));
  const list = document.createElement('ul');
  const failed = new Set(
    found?.faults.filter(({ code }) => code.startsWith('checkpoint-')).map(({ place }) => place),
  );
  log.checkpoints.forEach(({ size, signing }, i) => {
    if (failed.has(String(i + 1))) return;
    list.append(
      element('li', say(signing === 'signed' ? 'extendsSigned' : 'extendsUnsigned', `${i + 1} (${size})`)),
    );
  });
  return list;
}

function centreParts({ centre }: Log): HTMLElement[] {
  if (centre === null) return [];
  const { receipted, cosigned } = centre;
  const said = [
    ...receipted.map(({ epoch, seq }) =>
      say('centreHas', receipted.length === 1 ? String(seq) : `${epoch}/${seq}`),
    ),
    ...(cosigned === null
      ? []
      : [say('centreCosigned', `${cosigned.size} (${timeText(new Date(cosigned.at * 1000))})`)]),
  ];
  if (said.length === 0) return [element('p', say('centreSilent'))];
  const list = document.createElement('ul');
  list.id = 'centre-says';
  list.append(...said.map((text) => element('li', text)));
  return [list];
}

/** By this device's time zone; written out here, for no browser has Kyrgyz by itself. */
function timeText(at: Date): string {
  const [day, month] = [at.getDate(), at.getMonth() + 1].map((value) => String(value).padStart(2, '0'));
  const [hour, minute] = [at.getHours(), at.getMinutes()].map((value) => String(value).padStart(2, '0'));
  const date =
    language === 'en' ? `${at.getFullYear()}-${month}-${day}` : `${day}.${month}.${at.getFullYear()}`;
  return `${date} ${hour}:${minute}`;
}

function periodTable(log: Log): HTMLElement {
  const table = document.createElement('table');
  table.id = 'periods';
  const head = document.createElement('tr');
  head.append(element('th', say('period')), element('th', say('identified')));
  table.append(head);
  for (const { first, last, identifications } of log.periods) {
    const row = document.createElement('tr');
    row.append(
      element('td', first === last ? String(first) : `${first}–${last}`),
      element('td', String(identifications)),
    );
    table.append(row);
  }
  return table;
}

/** The files of one log: those beside the manifest, wherever in the chosen folder it lies. */
function choose(chosen: readonly File[]): void {
  const folderOf = (file: File): string => file.webkitRelativePath.split('/').slice(0, -1).join('/');
  const logs = chosen.filter(({ name }) => name === 'manifest.json').map(folderOf);
  severalLogs = logs.length > 1 ? logs.sort() : [];
  const ofLog = logs.length === 1 ? chosen.filter((file) => folderOf(file) === logs[0]) : chosen;
  files = readFiles(severalLogs.length > 0 ? [] : ofLog);
  found = null;
  state = severalLogs.length > 0 ? 'several-logs' : 'waiting';
  show();
}

async function readFiles(chosen: readonly File[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const read = chosen.map(
    async (file): Promise<readonly [string, Uint8Array]> => [
      file.name,
      new Uint8Array(await file.arrayBuffer()),
    ],
  );
  return new Map(await Promise.all(read));
}

async function check(): Promise<void> {
  const ofThese = files;
  state = 'checking';
  show();
  const read = await ofThese;
  // Somebody chose another folder meanwhile: nothing is said about it before it was checked itself.
  if (files !== ofThese) return;
  if (read.size === 0) {
    state = severalLogs.length > 0 ? 'several-logs' : 'nothing-chosen';
    show();
    return;
  }
  const started = performance.now();
  const findings = await checkExport({
    files: read,
    checkpoints: readCheckpoints(byId('checkpoints', HTMLTextAreaElement).value),
    publicKey: byId('key', HTMLInputElement).value,
    centreKey: byId('centre', HTMLInputElement).value,
  });
  if (files !== ofThese) return;
  found = findings;
  state = 'done';
  show();
  byId('result', HTMLElement).dataset.milliseconds = String(Math.round(performance.now() - started));
  // The result stands below the form: whoever pressed the button has to see it, with the mark of a training.
  byId('result', HTMLElement).scrollIntoView();
}

const folder = byId('export', HTMLInputElement);
folder.addEventListener('change', () => choose([...(folder.files ?? [])]));
byId('form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
show();
