import { LANGUAGES, type Language } from '../../domain/language.ts';
import type { TurnoutTable } from '../turnout-tables.ts';
import { type DashboardView, NO_DISTRICT, viewDashboard } from './dashboard-view.ts';
import { DASHBOARD_WORDS, type DashboardWords } from './dashboard-words.ts';
import type { CentreFigures } from './shared-totals.ts';
import type { StationState } from './station-states.ts';

export interface DashboardPageInput extends CentreFigures {
  readonly mock: boolean;
  readonly nowWallMs: number;
  readonly language: Language;
  /** Every station, for paper; otherwise the worst. */
  readonly all: boolean;
  /** Whether somebody came in by a code, and can leave again. */
  readonly canLeave: boolean;
}

/** Works without its script, which only puts a newer page in its place as long as it is open. */
export const DASHBOARD_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const;

const TRAINING = 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING';
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { ky: 'КЫР', ru: 'РУС', en: 'ENG' };
/** The worst first. */
const MOST_ROWS = 100;
const MOST_LISTED = 50;
const HOURS_OF_VOTING = 12;

/** Who was heard and how much came, as HTML. A lane's count of identifications stands in its public parts anyway. */
export function renderDashboard(input: DashboardPageInput): string {
  const { mock, language, canLeave } = input;
  const words = DASHBOARD_WORDS[language];
  const view = viewDashboard(input.totals, input.stations, input.nowWallMs);
  const page = new Page(view, words, input);
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(words.title)}${mock ? ` · ${TRAINING}` : ''}</title>
<link rel="stylesheet" href="/status.css">
<script src="/live.js" defer></script>
${mock ? `<p class="training">${TRAINING}</p>` : ''}
<header><strong>Tizme</strong><h1>${escapeHtml(words.title)}</h1>${renderLanguages(language)}${
    canLeave ? `<form method="post" action="/leave"><button>${escapeHtml(words.leave)}</button></form>` : ''
  }</header>
<main>
${page.figures()}
${page.attention()}
<div class="wall">
${page.hours()}
${page.districts()}
${page.map()}
${page.bars('age', words.byAge, view.turnout.byAgeGroup)}
${page.bars('sex', words.bySex, view.turnout.bySex)}
${page.bars('method', words.byMethod, view.turnout.byMethod)}
${page.incidents()}
${page.doubles()}
${page.alarms()}
</div>
${page.stations()}
</main>
</html>
`;
}

class Page {
  readonly #view: DashboardView;
  readonly #words: DashboardWords;
  readonly #input: DashboardPageInput;
  readonly #number: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;

  constructor(view: DashboardView, words: DashboardWords, input: DashboardPageInput) {
    this.#view = view;
    this.#words = words;
    this.#input = input;
    this.#number = new Intl.NumberFormat(input.language);
    this.#percent = new Intl.NumberFormat(input.language, {
      style: 'percent',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    this.#time = new Intl.DateTimeFormat(input.language, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  }

  figures(): string {
    const { identified, voters, lanes, events, turnout, setAside } = this.#view;
    const words = this.#words;
    const figure = (name: string, value: string, mark = ''): string =>
      `<div${mark}><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
    return `<dl>
${figure(words.identified, this.#number.format(identified), ' class="main"')}
${voters === null ? '' : figure(words.turnout, this.#percent.format(identified / Math.max(1, voters)), ' class="main"')}
${figure(words.lanesHeard, `${this.#number.format(lanes.heard)} / ${this.#number.format(lanes.all)}`)}
${figure(words.undone, this.#number.format(turnout.undone))}
${figure(words.events, this.#number.format(events))}
${figure(words.aside, this.#number.format(setAside))}
${figure(words.asOf, this.#time.format(this.#input.nowWallMs))}
</dl>`;
  }

  /** What somebody has to look at, each with its number: nothing is calm, anything is not. */
  attention(): string {
    const { doubles, alarms, states, outOfBand, incidents } = this.#view;
    const words = this.#words;
    const critical = incidents.find(({ severity }) => severity === 'critical')?.sum ?? 0;
    const tiles: readonly (readonly [string, number, string])[] = [
      [words.doubles, doubles.filter(({ state }) => state === 'open').length, 'doubles'],
      [words.alarms, alarms.length, 'alarms'],
      [
        `${words.incidents}: ${words.severity.critical.toLocaleLowerCase(this.#input.language)}`,
        critical,
        'incidents',
      ],
      [words.state.inconsistent, states.inconsistent, 'stations'],
      [words.state.silent, states.silent, 'stations'],
      [words.state.late, states.late, 'stations'],
      [`${words.overrides}: ${words.outOfBand}`, outOfBand, 'stations'],
    ];
    const rendered = tiles.map(
      ([name, count, target]) =>
        `<a href="#${target}" class="${count === 0 ? 'calm' : 'raised'}"><b>${count === 0 ? '✓' : '▲'} ${this.#number.format(count)}</b> ${escapeHtml(name)}</a>`,
    );
    return `<nav class="attention">${rendered.join('')}</nav>`;
  }

  hours(): string {
    const { cells, merged } = this.#view.turnout.byHour;
    // An object gives '10' before '08'.
    const entries = Object.entries(cells).toSorted(([a], [b]) => compareHours(a, b));
    const longest = Math.max(1, ...entries.map(([, count]) => count));
    // In the morning there is room for the rest of the day.
    const step = 1200 / Math.max(HOURS_OF_VOTING, entries.length);
    const columns = entries.map(([hour, count], i) => {
      const height = (250 * Math.max(0, count)) / longest;
      const middle = (i + 0.5) * step;
      return `<rect x="${(i * step + 8).toFixed(0)}" y="${(290 - height).toFixed(1)}" width="${(step - 16).toFixed(0)}" height="${height.toFixed(1)}"/><text x="${middle.toFixed(0)}" y="${(280 - height).toFixed(0)}">${escapeHtml(this.#number.format(count))}</text><text x="${middle.toFixed(0)}" y="322">${escapeHtml(this.#words.cell[hour] ?? hour)}</text>`;
    });
    const label = entries.map(([hour, count]) => `${hour}: ${count}`).join(', ');
    const rest = merged > 0 ? `<p>${escapeHtml(this.#words.merged)}: ${this.#number.format(merged)}</p>` : '';
    return `<section class="hour"><h2>${escapeHtml(this.#words.byHour)}</h2><svg viewBox="0 0 1200 330" role="img" aria-label="${escapeHtml(label)}">${columns.join('')}</svg>${rest}</section>`;
  }

  districts(): string {
    const { districts, votersOfDistrict } = this.#view;
    const { byDistrict, noDistrict } = this.#words;
    return this.bars('district', byDistrict, districts, (name, count) => {
      const voters = votersOfDistrict.get(name);
      const share = voters === undefined ? '' : `${this.#percent.format(count / Math.max(1, voters))} · `;
      return [name === NO_DISTRICT ? noDistrict : name, `${share}${this.#number.format(count)}`];
    });
  }

  /** Bars without a style attribute, which the policy forbids: an SVG of the cell's share of the longest. */
  bars(
    kind: string,
    title: string,
    table: TurnoutTable,
    label: (name: string, count: number) => readonly [string, string] = (name, count) => [
      this.#words.cell[name] ?? name,
      this.#number.format(count),
    ],
  ): string {
    const cells = Object.entries(table.cells).map(([name, count]) => [...label(name, count), count] as const);
    if (table.merged > 0) cells.push([this.#words.merged, this.#number.format(table.merged), table.merged]);
    const longest = Math.max(1, ...cells.map(([, , count]) => count));
    const rows = cells.map(
      ([name, shown, count]) =>
        `<tr><th scope="row">${escapeHtml(name)}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${((100 * Math.max(0, count)) / longest).toFixed(1)}" height="10"/></svg></td><td>${escapeHtml(shown)}</td></tr>`,
    );
    return `<section class="${kind}"><h2>${escapeHtml(title)}</h2><table class="bars"><tbody>${rows.join('')}</tbody></table></section>`;
  }

  map(): string {
    const { dots, states } = this.#view;
    if (dots.length === 0) return '';
    const paths = STATES_ON_MAP.map((state) => {
      const places = dots
        .filter((dot) => dot.state === state)
        .map(({ x, y }) => `M${(20 + x * 760).toFixed(0)} ${(20 + y * 360).toFixed(0)}${MAP_SHAPES[state]}`);
      return places.length === 0 ? '' : `<path class="${state}" d="${places.join('')}"/>`;
    });
    const legend = STATES_ON_MAP.toReversed().map(
      (state) =>
        `<li class="${state}">${STATE_SIGNS[state]} ${escapeHtml(this.#words.state[state])}: <b>${this.#number.format(states[state])}</b></li>`,
    );
    return `<section class="map"><h2>${escapeHtml(this.#words.map)}</h2><svg viewBox="0 0 800 400" aria-hidden="true">${paths.join('')}</svg><ul class="legend">${legend.join('')}</ul></section>`;
  }

  incidents(): string {
    const words = this.#words;
    const groups = this.#view.incidents
      .filter(({ sum }) => sum > 0)
      .map(({ severity, counts, sum }) => {
        const rows = counts.map(
          ([name, count]) =>
            `<tr><th scope="row">${escapeHtml(words.incident[name])}</th><td>${this.#number.format(count)}</td></tr>`,
        );
        return `<tbody class="${severity}"><tr><th scope="rowgroup">${SEVERITY_SIGNS[severity]} ${escapeHtml(words.severity[severity])}</th><td><b>${this.#number.format(sum)}</b></td></tr>${rows.join('')}</tbody>`;
      });
    const table =
      groups.length === 0
        ? `<p class="quiet">✓ ${escapeHtml(words.noIncidents)}</p>`
        : `<table class="severities">${groups.join('')}</table>`;
    return `<section class="incidents" id="incidents"><h2>${escapeHtml(words.incidents)}</h2>${table}</section>`;
  }

  doubles(): string {
    const words = this.#words;
    const { doubles } = this.#view;
    if (doubles.length === 0) return this.#calm('doubles', words.doubles, words.noDoubles);
    const rows = doubles.slice(0, MOST_LISTED).map(({ state, places, foundWallMs }) => {
      const where = places.map(({ station, device, epoch, seq, isUndo, settles }) => {
        const what = settles > 0 ? words.doubleState.settled : isUndo ? words.undoHere : null;
        const said = what === null ? '' : ` (${escapeHtml(what)})`;
        return `<span><b>${escapeHtml(station)}</b> ${escapeHtml(device)} ${epoch}/${seq}${said}</span>`;
      });
      return `<li class="${state}"><b>${state === 'open' ? '▲' : '✓'} ${escapeHtml(words.doubleState[state])}</b> ${where.join(' · ')} <small>${escapeHtml(words.found)} ${this.#time.format(foundWallMs)}</small></li>`;
    });
    const title = `${words.doubles}: ${this.#number.format(doubles.length)}`;
    return this.#list('doubles', title, rows, words.places);
  }

  alarms(): string {
    const words = this.#words;
    const { alarms } = this.#view;
    if (alarms.length === 0) return this.#calm('alarms', words.alarms, words.noAlarms);
    const rows = alarms
      .slice(0, MOST_LISTED)
      .map(
        ({ device, code, epoch, seq, times }) =>
          `<li class="open">▲ ${escapeHtml(words.alarm[code])}: <b>${escapeHtml(device)}</b> ${epoch}/${seq} (×${times})</li>`,
      );
    const title = `${words.alarms}: ${this.#number.format(alarms.length)}`;
    return this.#list('alarms', title, rows, words.alarmPlaces);
  }

  stations(): string {
    const words = this.#words;
    const { stations } = this.#view;
    const { all, language, nowWallMs } = this.#input;
    if (stations.length === 0) return `<p>${escapeHtml(words.nobody)}</p>`;
    const rows = stations.slice(0, all ? stations.length : MOST_ROWS).map((row) => {
      const minutes =
        row.heardWallMs === null ? null : Math.max(0, Math.floor((nowWallMs - row.heardWallMs) / 60_000));
      const rate = row.overrideRate === null ? '' : this.#percent.format(row.overrideRate);
      const cells = [
        row.station,
        `${STATE_SIGNS[row.state]} ${words.state[row.state]}`,
        minutes === null ? words.never : words.minutesAgo(minutes),
        this.#number.format(row.lanes),
        this.#number.format(row.identified),
        row.overridesOutOfBand ? `▲ ${rate} ${words.outOfBand}` : rate,
        this.#number.format(row.incidents),
      ];
      return `<tr class="${row.state}">${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
    });
    const heads = [
      ...[words.station, words.stateHead, words.heard, words.lanes, words.identified],
      ...[words.overrides, words.incidents],
    ];
    const more =
      all || stations.length <= MOST_ROWS
        ? ''
        : ` <a href="/?lang=${language}&amp;all=1">${escapeHtml(words.allStations)}: ${this.#number.format(stations.length)}</a>`;
    return `<section class="stations" id="stations"><h2>${escapeHtml(more === '' ? words.stations : words.worstStations)}${more}</h2>
<table class="stations"><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></section>`;
  }

  #calm(kind: string, title: string, text: string): string {
    return `<section class="${kind}" id="${kind}"><h2>${escapeHtml(title)}</h2><p class="quiet">✓ ${escapeHtml(text)}</p></section>`;
  }

  #list(kind: string, title: string, rows: readonly string[], columns: string): string {
    return `<section class="${kind} raised" id="${kind}"><h2>${escapeHtml(title)}</h2><p class="columns">${escapeHtml(columns)}</p><ul>${rows.join('\n')}</ul></section>`;
  }
}

function compareHours(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function renderLanguages(current: Language): string {
  const links = LANGUAGES.map((language) => {
    const mark = language === current ? ' aria-current="true"' : '';
    return `<a href="/?lang=${language}" lang="${language}"${mark}>${LANGUAGE_NAMES[language]}</a>`;
  });
  return `<nav>${links.join('')}</nav>`;
}

/** A shape beside the word and the colour. */
const STATE_SIGNS: Readonly<Record<StationState, string>> = {
  inconsistent: '▲',
  never: '○',
  silent: '■',
  late: '◆',
  heard: '●',
};
/** The same shapes as the signs, so that a map is read without colours: from where a station stands. */
const MAP_SHAPES: Readonly<Record<StationState, string>> = {
  inconsistent: 'm0-9l9 16h-18z',
  never: 'm-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z',
  silent: 'm-6-6h12v12h-12z',
  late: 'm0-8l8 8-8 8-8-8z',
  heard: 'm-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
};
const SEVERITY_SIGNS = { critical: '▲', serious: '◆', notice: '●' } as const;
/** What is drawn later lies on top. */
const STATES_ON_MAP = [
  'heard',
  'late',
  'silent',
  'never',
  'inconsistent',
] as const satisfies readonly StationState[];

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
