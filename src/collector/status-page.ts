import { LANGUAGES, type Language } from '../domain/language.ts';
import type { CollectorTotals, DeviceTotals } from './collector-store.ts';
import { STATUS_WORDS, type StatusWords } from './status-words.ts';
import { tabulateTurnout } from './turnout-tables.ts';

export interface StatusPageInput {
  readonly totals: CollectorTotals;
  readonly mock: boolean;
  readonly nowWallMs: number;
  readonly language: Language;
}

/** The page has no script at all; it reloads itself. */
export const STATUS_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  refresh: '10',
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
${renderDevices(totals.devices, words, nowWallMs, number)}
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

function renderDevices(
  devices: readonly DeviceTotals[],
  words: StatusWords,
  nowWallMs: number,
  number: Intl.NumberFormat,
): string {
  if (devices.length === 0) return `<p>${escapeHtml(words.nobody)}</p>`;
  const silentFirst = devices.toSorted((a, b) => (a.heardWallMs ?? 0) - (b.heardWallMs ?? 0));
  const rows = silentFirst.slice(0, MOST_ROWS).map(({ device, station, events, heardWallMs, identified }) => {
    const minutes = heardWallMs === null ? null : Math.max(0, Math.floor((nowWallMs - heardWallMs) / 60_000));
    const cells = [
      station,
      device,
      minutes === null ? words.never : words.minutesAgo(minutes),
      number.format(identified),
      number.format(events),
    ];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  const heads = [words.station, words.lane, words.heard, words.identified, words.events];
  return `<table><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export const STATUS_STYLE = `
:root { color-scheme: light; --ink: #14213d; --soft: #5a6680; --paper: #f3f5f8; --card: #fff; --line: #dde3ed; --ok: #0f6b43; --warn: #8a5200; --warn-paper: #fff3d6; }
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
@media print { header nav { display: none; } }
`;
