import { LANGUAGES, type Language } from '../domain/language.ts';
import type { CollectorTotals } from './collector-store.ts';
import { listStations, type StationState } from './dashboard/station-states.ts';
import { STATUS_WORDS, type StatusWords } from './status-words.ts';
import { type TurnoutTable, tabulateTurnout } from './turnout-tables.ts';

export interface StatusPageInput {
  readonly totals: CollectorTotals;
  readonly mock: boolean;
  readonly nowWallMs: number;
  readonly language: Language;
}

/** Works without its script, which only puts a newer page in its place as long as it is open. */
export const STATUS_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

const TRAINING = 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING';
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { ky: 'КЫР', ru: 'РУС', en: 'ENG' };
/** The worst first; a table of the whole country is not what this page is for. */
const MOST_ROWS = 200;

/** Who was heard and how much came, as HTML. A lane's count of identifications stands in its public parts anyway. */
export function renderStatusPage({ totals, mock, nowWallMs, language }: StatusPageInput): string {
  const words = STATUS_WORDS[language];
  const turnout = tabulateTurnout(totals);
  const heard = totals.devices.filter(({ heardWallMs }) => heardWallMs !== null).length;
  const number = new Intl.NumberFormat(language);
  const figure = (name: string, value: string): string =>
    `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(words.title)}${mock ? ` · ${TRAINING}` : ''}</title>
<link rel="stylesheet" href="/status.css">
<script src="/live.js" defer></script>
${mock ? `<p class="training">${TRAINING}</p>` : ''}
<header><strong>Tizme</strong><h1>${escapeHtml(words.title)}</h1>${renderLanguages(language)}</header>
<main>
<dl>
${figure(words.identified, number.format(turnout.identified))}
${figure(words.undone, number.format(turnout.undone))}
${figure(words.lanesHeard, `${number.format(heard)} / ${number.format(totals.devices.length)}`)}
${figure(words.events, number.format(totals.events))}
${figure(words.aside, number.format(totals.quarantinedRanges))}
</dl>
${renderAlarms(totals, words)}
<div class="tables">
${renderBars(words.byHour, turnout.byHour, words, number)}
${renderBars(words.byAge, turnout.byAgeGroup, words, number)}
${renderBars(words.bySex, turnout.bySex, words, number)}
${renderBars(words.byMethod, turnout.byMethod, words, number)}
${renderBars(words.incidents, { cells: turnout.incidents, merged: 0 }, words, number)}
</div>
${renderStations(totals, words, nowWallMs, number)}
</main>
</html>
`;
}

function renderLanguages(current: Language): string {
  const links = LANGUAGES.map((language) => {
    const mark = language === current ? ' aria-current="true"' : '';
    return `<a href="/?lang=${language}" lang="${language}"${mark}>${LANGUAGE_NAMES[language]}</a>`;
  });
  return `<nav>${links.join('')}</nav>`;
}

function renderAlarms({ alarms }: CollectorTotals, words: StatusWords): string {
  if (alarms.length === 0) return `<p class="quiet">✓ ${escapeHtml(words.noAlarms)}</p>`;
  const rows = alarms
    .slice(0, MOST_ROWS)
    .map(
      ({ device, code, epoch, seq, times }) =>
        `<li>▲ ${escapeHtml(words.alarm[code])}: <b>${escapeHtml(device)}</b> ${epoch}/${seq} (×${times})</li>`,
    );
  return `<section class="alarms"><h2>${escapeHtml(words.alarms)}: ${alarms.length}</h2><ul>${rows.join('\n')}</ul></section>`;
}

/** Bars without a style attribute, which the policy forbids: an SVG of the cell's share of the longest. */
function renderBars(
  title: string,
  table: TurnoutTable,
  words: StatusWords,
  number: Intl.NumberFormat,
): string {
  const cells = Object.entries(table.cells);
  if (table.merged > 0) cells.push([words.merged, table.merged]);
  const longest = Math.max(1, ...cells.map(([, count]) => count));
  const rows = cells.map(
    ([name, count]) =>
      `<tr><th scope="row">${escapeHtml(words.cell[name] ?? name)}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * Math.max(0, count)) / longest).toFixed(1)}" height="10"/></svg></td><td>${number.format(count)}</td></tr>`,
  );
  return `<section><h2>${escapeHtml(title)}</h2><table class="bars"><tbody>${rows.join('')}</tbody></table></section>`;
}

function renderStations(
  totals: CollectorTotals,
  words: StatusWords,
  nowWallMs: number,
  number: Intl.NumberFormat,
): string {
  const stations = listStations(totals, nowWallMs);
  if (stations.length === 0) return `<p>${escapeHtml(words.nobody)}</p>`;
  const rows = stations.slice(0, MOST_ROWS).map((row) => {
    const minutes =
      row.heardWallMs === null ? null : Math.max(0, Math.floor((nowWallMs - row.heardWallMs) / 60_000));
    const rate =
      row.overrideRate === null ? '' : `${number.format(Math.round(row.overrideRate * 1000) / 10)} %`;
    const cells = [
      row.station,
      `${STATE_SIGNS[row.state]} ${words.state[row.state]}`,
      minutes === null ? words.never : words.minutesAgo(minutes),
      number.format(row.lanes),
      number.format(row.identified),
      row.overridesOutOfBand ? `▲ ${rate} ${words.outOfBand}` : rate,
      number.format(row.incidents),
    ];
    return `<tr class="${row.state}">${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  const heads = [
    ...[words.station, words.stateHead, words.heard, words.lanes, words.identified],
    ...[words.overrides, words.incidents],
  ];
  return `<table class="stations"><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

/** A shape beside the word and the colour. */
const STATE_SIGNS: Readonly<Record<StationState, string>> = {
  inconsistent: '▲',
  never: '○',
  silent: '■',
  late: '◆',
  heard: '●',
};

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export const STATUS_STYLE = `
:root { color-scheme: light; --ink: #14213d; --soft: #5a6680; --paper: #f3f5f8; --card: #fff; --line: #dde3ed; --ok: #0f6b43; --warn: #8a5200; --warn-paper: #fff3d6; --bar: #2457a6; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 18px/1.4 "Golos Text", "Noto Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.training { margin: 0; padding: 4px; text-align: center; font-weight: 800; letter-spacing: .06em; background: #ffd24a; color: #1c1c1c; }
header { display: flex; align-items: baseline; gap: 18px; padding: 12px 24px; background: var(--card); border-bottom: 1px solid var(--line); }
h1 { flex: 1; margin: 0; font-size: 18px; font-weight: 400; color: var(--soft); }
h2 { margin: 0 0 8px; font-size: 20px; }
nav a { padding: 6px 12px; color: var(--ink); text-decoration: none; border: 1px solid var(--line); }
nav a[aria-current] { background: var(--ink); color: #fff; }
main { padding: 24px; max-width: 1280px; margin: auto; display: grid; gap: 20px; }
dl { margin: 0; display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); }
dl div, table, .alarms, .quiet { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
dl div { padding: 16px 20px; }
dt { color: var(--soft); }
dd { margin: 0; font-size: 36px; font-weight: 700; }
.quiet { margin: 0; padding: 12px 20px; color: var(--ok); }
.alarms { padding: 16px 20px; background: var(--warn-paper); color: var(--warn); }
.alarms ul { margin: 0; padding: 0; list-style: none; }
table { width: 100%; border-spacing: 0; }
th, td { padding: 10px 20px; text-align: start; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 400; }
tr:last-child td { border-bottom: 0; }
td:nth-child(n+4), th:nth-child(n+4) { text-align: end; }
.tables { display: grid; gap: 20px; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); }
.tables section { padding: 16px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; break-inside: avoid; }
table.bars { border: 0; border-radius: 0; }
.bars th, .bars td { padding: 4px 8px 4px 0; border: 0; white-space: nowrap; }
.bars td:nth-child(2) { width: 60%; }
.bars td:last-child { text-align: end; }
.bars svg { display: block; width: 100%; height: 16px; fill: var(--bar); }
.inconsistent td, .silent td, .never td { background: var(--warn-paper); }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e8edf6; --soft: #a9b4c9; --paper: #0e1420; --card: #172033; --line: #2b3850; --ok: #6fd3a3; --warn: #ffcf70; --warn-paper: #3a2c0c; --bar: #7fb0ff; } nav a[aria-current] { color: #0e1420; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --paper: #fff; --card: #fff; --line: #999; --ok: #000; --warn: #000; --warn-paper: #fff; --bar: #555; } header nav { display: none; } }
`;
