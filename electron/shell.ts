import { join } from 'node:path';
import { app, dialog, Menu } from 'electron';
import {
  devicesEntryOf,
  devicesOptionsOf,
  type HostOptions,
  readHostOptions,
  stationOptionsOf,
} from '../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../scripts/hosts/shared/program-files.ts';
import { readScreenFiles } from '../scripts/hosts/shared/screen-files.ts';
import { StationHost } from '../scripts/hosts/shared/station-host.ts';
import { BECAME_TABLE, BECAME_TABLE_EXIT } from '../src/domain/host-wire.ts';
import { systemTimer } from '../src/domain/timer.ts';
import { registerAppScheme, serveScreens } from './app-scheme.ts';
import { createSecureSession, secureApp } from './security.ts';
import { startUtilityProcess } from './utility-process.ts';
import { ShellWindows } from './windows.ts';

/** `--host-options=FILE` names the options; a provisioned laptop has them in the program's own folder. */
const OPTIONS_SWITCH = 'host-options';

/** The whole shell: secures itself, starts the station, shows it, and ends with it. */
export async function runShell(): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  registerAppScheme();
  secureApp();
  Menu.setApplicationMenu(null);
  await app.whenReady();

  const path =
    app.commandLine.getSwitchValue(OPTIONS_SWITCH) || join(app.getPath('userData'), 'host-options.json');
  const options = readHostOptions(path);
  if (options.ok) await showStation(options.value);
  else giveUp(options.error.code);
}

async function showStation(options: HostOptions): Promise<void> {
  const program = findProgramFiles();
  const station = new StationHost({
    spawnStation: () => startUtilityProcess(program.stationEntry, 'station'),
    spawnDevices: () => startUtilityProcess(devicesEntryOf(options, program), 'devices'),
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: devicesOptionsOf(options),
    timer: systemTimer(),
    log: (line) => console.error(`tizme: ${line}`),
    onFatal: giveUp,
  });
  quitWith(station);
  const started = await station.start();
  if (!started.ok) {
    giveUp(started.error.code);
    return;
  }
  const session = createSecureSession();
  serveScreens(session, readScreenFiles(program.screensDirectory));
  const { language, kiosk, contentProtection } = options;
  new ShellWindows({ station, session, language, kiosk, contentProtection }).open(options.windows);
}

/** The databases are closed before the program ends, however it ends. */
function quitWith(station: StationHost): void {
  let stopped = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void station.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });
}

function giveUp(code: string): void {
  if (code === BECAME_TABLE) {
    app.exit(BECAME_TABLE_EXIT);
    return;
  }
  dialog.showErrorBox(
    'Тизме',
    `Тизме иштей албайт. Тизме не может работать. Tizme can't run here.\n\n${code}`,
  );
  app.exit(1);
}
