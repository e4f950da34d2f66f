import { dirname } from 'node:path';
import { BECAME_TABLE } from '../../src/domain/host-wire.ts';
import { LANGUAGES, type Language } from '../../src/domain/language.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { hasScreen } from '../hosts/chromium/monitors.ts';
import type { HostOptions } from '../hosts/shared/host-options.ts';
import { findProgramFiles, type ProgramFiles } from '../hosts/shared/program-files.ts';
import { type ChosenHost, chooseHost, HOST_NAMES, type HostName } from '../start/choose-host.ts';
import { dataDirectory } from '../start/data-directory.ts';
import { findElectron, installElectron } from '../start/electron-binary.ts';
import { holdStation } from '../start/hold-station.ts';
import { INSTALL_CHROMIUM_COMMAND, installChromium } from '../start/install-chromium.ts';
import { prepareElection, todayAtStation } from '../start/prepare-election.ts';
import { MOST_MOCK_LANES, prepareLanes } from '../start/prepare-lanes.ts';
import { showInChromium } from '../start/show-in-chromium.ts';
import { showInElectron } from '../start/show-in-electron.ts';
import { readArguments, refuseUsage } from '../usage.ts';
import { findCommand } from './table.ts';

const USAGE = [
  'usage: tizme start [options]',
  '  --host electron|chromium  what shows the screens (default: Electron where it is or can be installed)',
  '  --headless                play a whole mock day without a screen (the same as tizme mock)',
  '  --devices simulated|real  the devices of the desk; real ones as devices.json of the data directory says',
  '  --kiosk                   cover the monitors',
  '  --collector URL           upload the log to a collector',
  '  --language ky|ru|en       the language of the screens at the start (default ky)',
  '  --lanes K                 a mock station of K laptops (1 to 4) on this machine, each with its own desk',
  '  --lane N                  of those, only the Nth: one that was switched off, or one in another terminal',
  '  --voters N --seed S       the mock election, where none is provisioned (default 60, 1)',
  '  --new                     begin the mock day again',
  '  --people DIR              of a mock election of which this laptop becomes a table over the network: its folder, so',
  '                            that simulated people come to it',
  '  --json                    end with one line of JSON',
  'TIZME_DATA names the data directory, TIZME_CHROMIUM another browser.',
];

const OPTIONS = {
  host: { type: 'string' },
  headless: { type: 'boolean', default: false },
  kiosk: { type: 'boolean', default: false },
  devices: { type: 'string' },
  collector: { type: 'string' },
  language: { type: 'string' },
  voters: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: '1' },
  lane: { type: 'string' },
  new: { type: 'boolean', default: false },
  people: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

interface StartRequest {
  readonly host: HostName | null;
  readonly kiosk: boolean;
  readonly devices: HostOptions['devices'] | null;
  readonly collectorUrl: string | null;
  readonly language: Language | null;
  readonly voters: number;
  readonly seed: number;
  readonly lanes: number;
  /** Null: all of them. */
  readonly lane: number | null;
  readonly fresh: boolean;
  readonly people: string | null;
  readonly json: boolean;
}

type Started = Result<ChosenHost['host'], { readonly code: string }>;

/** `tizme start`: prepares the election and the screens, chooses a host, and runs until the desk is closed. */
export async function runStart(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  if (args.includes('--headless')) return playHeadless(args, io);
  const request = parseRequest(args);
  if (!request.ok) return refuseUsage('start', request.error, io);
  const outcome = await start(request.value, io);
  if (request.value.json) {
    io.out(JSON.stringify(outcome.ok ? { ok: true, host: outcome.value } : { ok: false, ...outcome.error }));
  } else if (!outcome.ok) {
    io.progress(`tizme start: ${outcome.error.code}`);
  }
  return outcome.ok ? 0 : 1;
}

async function start(request: StartRequest, io: CommandIo): Promise<Started> {
  const data = dataDirectory();
  if (request.lanes > 1) return startLanes(data, request, io);
  const held = holdStation(data);
  if (!held.ok) {
    io.progress('Tizme is open already: look for its windows, or close them first.');
    return held;
  }
  try {
    for (;;) {
      const ended = await openStation(data, request, io);
      if (ended.ok || ended.error.code !== BECAME_TABLE) return ended;
      io.progress('This laptop is a table of a station now: it opens as that.');
    }
  } finally {
    held.value.release();
  }
}

async function openStation(data: string, request: StartRequest, io: CommandIo): Promise<Started> {
  const program = findProgramFiles();
  const election = await prepareElection(
    data,
    program.migrationsDirectory,
    { ...request, electionDate: todayAtStation(), anyPrecinct: true },
    io,
  );
  if (!election.ok) return election;
  await prepareScreens(program, io);
  const chosen = await chooseShell(data, request, io);
  if (!chosen.ok) return chosen;
  const shown = await show(chosen.value, applyRequest(election.value, request), program, io);
  return shown.ok ? ok(chosen.value.host) : shown;
}

/**
 * A mock station of several laptops, all on this machine or one of them. Each is held by itself: the one whose desk
 * is closed has been switched off, and `--lane` switches it on again.
 */
async function startLanes(data: string, request: StartRequest, io: CommandIo): Promise<Started> {
  const program = findProgramFiles();
  const electionDate = todayAtStation();
  // What is made for all of them is made once, though two terminals ask for it.
  const making = holdStation(data);
  if (!making.ok) {
    io.progress('Tizme is preparing a station already: try again in a moment.');
    return making;
  }
  let stations: Awaited<ReturnType<typeof prepareLanes>>;
  try {
    const election = await prepareElection(
      data,
      program.migrationsDirectory,
      { ...request, fresh: false, electionDate, anyPrecinct: true },
      io,
    );
    if (!election.ok) return election;
    if (election.value.seed === null) {
      io.progress('This laptop belongs to a real station: it is one lane, and starts by itself.');
      return err({ code: 'provisioned' });
    }
    stations = await prepareLanes(
      applyRequest(election.value, request),
      program.migrationsDirectory,
      request,
    );
    await prepareScreens(program, io);
  } finally {
    making.value.release();
  }
  if (!stations.ok) return stations;
  const chosen = await chooseShell(data, request, io);
  if (!chosen.ok) return chosen;
  const wanted = stations.value
    .map((options, index) => ({ options, lane: index + 1 }))
    .filter(({ lane }) => request.lane === null || lane === request.lane);
  const ended = await Promise.all(
    wanted.map(async ({ options, lane }) => {
      const held = holdStation(dirname(options.dataDirectory));
      if (!held.ok) {
        io.progress(`Lane ${lane} is open already.`);
        return held;
      }
      try {
        return await show(chosen.value, options, program, laneIo(lane, io));
      } finally {
        held.value.release();
      }
    }),
  );
  const failed = ended.find((one) => !one.ok);
  return failed === undefined || failed.ok ? ok(chosen.value.host) : failed;
}

function laneIo(lane: number, io: CommandIo): CommandIo {
  return {
    out: (line) => io.out(`lane ${lane} ${line}`),
    progress: (line) => io.progress(`lane ${lane}: ${line}`),
  };
}

type Shell = Exclude<ChosenHost, { readonly host: 'none' }>;

async function chooseShell(
  data: string,
  request: StartRequest,
  io: CommandIo,
): Promise<Result<Shell, { readonly code: string }>> {
  const chosen = await chooseHost(
    request.host,
    {
      hasScreen,
      findElectron,
      installElectron: () => installElectron(data),
      findChromium,
      installChromium,
      installCommand: INSTALL_CHROMIUM_COMMAND,
    },
    io,
  );
  return chosen.host === 'none' ? err({ code: 'no-browser' }) : ok(chosen);
}

function show(
  chosen: Shell,
  options: HostOptions,
  program: ProgramFiles,
  io: CommandIo,
): Promise<Result<void, { readonly code: string }>> {
  return chosen.host === 'electron'
    ? showInElectron(chosen.program, options, program, io)
    : showInChromium(chosen.host === 'chromium' ? chosen.program : null, options, program, io);
}

function applyRequest(options: HostOptions, request: StartRequest): HostOptions {
  return {
    ...options,
    kiosk: options.kiosk || request.kiosk,
    devices: request.devices ?? options.devices,
    language: request.language ?? options.language,
    collectorUrl: request.collectorUrl ?? options.collectorUrl,
  };
}

/** Bundles bring their screens; sources build them when they changed. */
async function prepareScreens(program: ProgramFiles, io: CommandIo): Promise<void> {
  if (program.bundled) return;
  const { buildScreensWhenNeeded } = await import('../start/build-screens.ts');
  await buildScreensWhenNeeded(program.screensDirectory, io);
}

/** A mock day without a screen is what `mock` plays, with the same arguments. */
async function playHeadless(args: readonly string[], io: CommandIo): Promise<number> {
  const mock = await findCommand('mock')?.load();
  if (mock === undefined) {
    io.progress('tizme start: this build has no mock day');
    return 1;
  }
  return mock(
    args.filter((argument) => argument !== '--headless'),
    io,
  );
}

function parseRequest(args: readonly string[]): Result<StartRequest, string> {
  const read = readArguments({ args: [...args], options: OPTIONS });
  if (!read.ok) return read;
  const { values } = read.value;
  const { host, language, devices } = values;
  const [voters, seed] = [Number(values.voters), Number(values.seed)];
  const lanes = Number(values.lanes);
  const lane = values.lane === undefined ? null : Number(values.lane);
  const hostName = HOST_NAMES.find((name) => name === host);
  const chosenLanguage = LANGUAGES.find((name) => name === language);
  if (host !== undefined && hostName === undefined) return err(`--host is one of ${HOST_NAMES.join(', ')}`);
  if (language !== undefined && chosenLanguage === undefined) {
    return err(`--language is one of ${LANGUAGES.join(', ')}`);
  }
  if (devices !== undefined && devices !== 'simulated' && devices !== 'real') {
    return err('--devices is simulated or real');
  }
  if (values.collector !== undefined && !URL.canParse(values.collector))
    return err('--collector wants an address, as http://127.0.0.1:8480');
  if (!Number.isInteger(voters) || voters < 24 || voters > 60) {
    return err(
      '--voters is 24 to 60: fingers are drawn one by one (larger elections: tizme election generate)',
    );
  }
  if (!Number.isInteger(seed) || seed < 0) return err('--seed is a whole number from 0');
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > MOST_MOCK_LANES)
    return err(`--lanes is 1 to ${MOST_MOCK_LANES}`);
  if (lane !== null && !(Number.isInteger(lane) && lane >= 1 && lane <= lanes))
    return err('--lane is the number of one of --lanes');
  return ok({
    host: hostName ?? null,
    kiosk: values.kiosk,
    devices: devices ?? null,
    collectorUrl: values.collector ?? null,
    language: chosenLanguage ?? null,
    voters,
    seed,
    lanes,
    lane,
    fresh: values.new,
    people: values.people ?? null,
    json: values.json,
  });
}
