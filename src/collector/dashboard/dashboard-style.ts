/** One visual language with the desk: calm paper, large figures, a colour only where something is wrong. */
export const DASHBOARD_STYLE = `
:root { color-scheme: light; --ink: #14213d; --soft: #5a6680; --paper: #f3f5f8; --card: #fff; --line: #dde3ed; --ok: #0f6b43; --warn: #8a5200; --warn-paper: #fff3d6; --bad: #a3161f; --bad-paper: #fde8e8; --bar: #2457a6; }
* { box-sizing: border-box; }
html { font-size: clamp(13px, 0.62vw + 4.6px, 18px); }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.35 "Golos Text", "Noto Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.training { margin: 0; padding: 2px; text-align: center; font-weight: 800; letter-spacing: .06em; background: #ffd24a; color: #1c1c1c; }
header { display: flex; align-items: baseline; gap: 1rem; padding: .5rem 1.2rem; background: var(--card); border-bottom: 1px solid var(--line); }
h1 { flex: 1; margin: 0; font-size: 1rem; font-weight: 400; color: var(--soft); }
h2 { margin: 0 0 .4rem; font-size: 1.1rem; }
h2 a { font-size: .9rem; font-weight: 400; color: var(--bar); margin-inline-start: 1rem; }
header nav a, button { padding: .3rem .8rem; color: var(--ink); background: var(--card); text-decoration: none; border: 1px solid var(--line); font: inherit; }
header nav a[aria-current] { background: var(--ink); color: #fff; }
main { padding: .8rem 1.2rem; display: grid; gap: .8rem; }
dl { margin: 0; display: flex; flex-wrap: wrap; gap: .8rem; }
dl div { flex: 1 1 8rem; padding: .5rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
dl div.main { flex: 2 1 14rem; }
dt { color: var(--soft); font-size: .9rem; }
dd { margin: 0; font-size: 1.6rem; font-weight: 700; white-space: nowrap; }
dl .main dd { font-size: 2.6rem; line-height: 1.1; }
.attention { display: grid; gap: .8rem; grid-template-columns: repeat(7, 1fr); }
.attention a { padding: .5rem .8rem; border-radius: 10px; border: 1px solid var(--line); background: var(--card); color: var(--soft); text-decoration: none; font-size: .95rem; }
.attention b { display: block; font-size: 1.7rem; color: var(--ok); }
.attention .raised { background: var(--bad-paper); border-color: var(--bad); color: var(--ink); }
.attention .raised b { color: var(--bad); }
.wall { display: grid; gap: .8rem; grid-template-columns: repeat(12, 1fr); }
.wall section, section.stations { padding: .7rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; break-inside: avoid; min-width: 0; }
.hour { grid-column: span 5; } .district { grid-column: span 4; } .map { grid-column: span 3; }
.age, .sex, .method, .incidents { grid-column: span 3; }
.doubles, .alarms { grid-column: span 6; }
.wall:not(:has(.map)) .district { grid-column: span 7; }
.hour svg, .map svg { display: block; width: 100%; height: auto; }
.hour svg { fill: var(--bar); max-height: 17rem; } .hour text { fill: var(--ink); font-size: 26px; text-anchor: middle; }
.map path { stroke-width: 2; }
path.heard { fill: var(--bar); opacity: .55; } path.late { fill: #d98a00; } path.silent { fill: var(--warn); } path.never { fill: none; stroke: var(--warn); } path.inconsistent { fill: var(--bad); }
.legend { margin: .3rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .2rem .9rem; font-size: .9rem; }
.legend .heard { color: var(--bar); } .legend .late, .legend .silent, .legend .never { color: var(--warn); } .legend .inconsistent { color: var(--bad); }
.columns { margin: 0 0 .3rem; color: var(--soft); font-size: .85rem; }
.quiet { margin: 0; color: var(--ok); }
.wall section.raised { background: var(--bad-paper); border-color: var(--bad); }
.raised ul { margin: 0; padding: 0; list-style: none; max-height: 14rem; overflow: auto; }
.raised li { padding: .25rem 0; border-top: 1px solid var(--line); }
.raised li.open > b:first-child { color: var(--bad); } .raised li.undone, .raised li.settled { color: var(--soft); }
table { width: 100%; border-spacing: 0; }
th, td { padding: .4rem .8rem; text-align: start; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 400; }
tr:last-child td { border-bottom: 0; }
td:nth-child(n+4), th:nth-child(n+4) { text-align: end; }
.bars th, .bars td { padding: .12rem .5rem .12rem 0; border: 0; white-space: nowrap; }
.bars th { color: var(--ink); } .bars td:nth-child(2) { width: 55%; } .bars td:last-child { text-align: end; }
.bars svg { display: block; width: 100%; height: .8rem; fill: var(--bar); }
.severities th, .severities td { padding: .1rem .5rem .1rem 0; border: 0; } .severities td { text-align: end; }
.severities tr:not(:first-child) th { padding-inline-start: 1.2rem; }
.critical tr:first-child > * { color: var(--bad); font-weight: 700; } .serious tr:first-child > * { color: var(--warn); font-weight: 700; }
.inconsistent td { background: var(--bad-paper); } .silent td, .never td { background: var(--warn-paper); }
.enter { max-width: 30rem; margin: 10vh auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; font-size: 18px; }
.enter form { display: grid; gap: 1rem; } .enter input, .enter button { padding: .8rem; font: inherit; border: 1px solid var(--soft); border-radius: 8px; }
.enter button { background: var(--ink); color: #fff; } .failed { color: var(--bad); }
@media (max-width: 1100px) { .attention { grid-template-columns: repeat(4, 1fr); } .hour, .district, .map, .doubles, .alarms { grid-column: span 12; } .age, .sex, .method, .incidents { grid-column: span 6; } }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e8edf6; --soft: #a9b4c9; --paper: #0e1420; --card: #172033; --line: #2b3850; --ok: #6fd3a3; --warn: #ffcf70; --warn-paper: #3a2c0c; --bad: #ff9a9a; --bad-paper: #3d1518; --bar: #7fb0ff; } header nav a[aria-current], .enter button { color: #0e1420; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --paper: #fff; --card: #fff; --line: #999; --ok: #000; --warn: #000; --warn-paper: #fff; --bad: #000; --bad-paper: #fff; --bar: #555; } html { font-size: 10px; } header nav, header form { display: none; } .raised ul { max-height: none; } .hour svg { max-height: 11rem; } .district, .map { grid-column: span 6; } path.late { fill: #555; } }
`;
