import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, CustomScheme, WebPreferences } from 'electron';

/**
 * A double of the `electron` module for vitest: it records what the shell does, and throws at once where a
 * window is opened in a way that Electron's security checklist warns of. Tests reset it with `resetElectron`.
 */

/** Points 2 to 11 of the checklist, and the settings that go with them. */
const REQUIRED: Partial<Record<keyof WebPreferences, boolean>> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
};
const FORBIDDEN: readonly (keyof WebPreferences)[] = [
  'enableBlinkFeatures',
  'additionalArguments',
  'partition',
];

/** Throws, naming the setting, unless every window setting is safe and written out. */
export function assertSafeWindow(options: BrowserWindowConstructorOptions): void {
  const preferences = options.webPreferences ?? {};
  for (const [setting, value] of Object.entries(REQUIRED)) {
    if (preferences[setting as keyof WebPreferences] !== value) throw new Error(`unsafe window: ${setting}`);
  }
  for (const setting of FORBIDDEN) {
    if (preferences[setting] !== undefined) throw new Error(`unsafe window: ${setting}`);
  }
  if (preferences.devTools !== !app.isPackaged) throw new Error('unsafe window: devTools');
  const { session } = preferences;
  if (!(session instanceof SessionDouble)) throw new Error('unsafe window: session');
  session.assertSafe();
}

type Handler = (...values: never[]) => unknown;

/** A session that knows which of its gates were closed, and by what. */
export class SessionDouble extends EventEmitter {
  readonly handlers = new Map<string, Handler>();
  readonly protocol = { handle: (scheme: string, handler: Handler) => this.handlers.set(scheme, handler) };
  readonly webRequest = {
    onBeforeRequest: (handler: Handler) => this.handlers.set('onBeforeRequest', handler),
  };
  setPermissionRequestHandler = this.setter('setPermissionRequestHandler');
  setPermissionCheckHandler = this.setter('setPermissionCheckHandler');
  setDevicePermissionHandler = this.setter('setDevicePermissionHandler');
  setUSBProtectedClassesHandler = this.setter('setUSBProtectedClassesHandler');
  setBluetoothPairingHandler = this.setter('setBluetoothPairingHandler');
  setDisplayMediaRequestHandler = this.setter('setDisplayMediaRequestHandler');
  setCertificateVerifyProc = this.setter('setCertificateVerifyProc');
  spellChecker = true;

  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }

  /** Calls a handler that was set, with what Electron would give it. */
  call(name: string, ...values: unknown[]): unknown {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new Error(`unsafe session: ${name} was not set`);
    return handler(...(values as never[]));
  }

  assertSafe(): void {
    const gates = ['PermissionRequestHandler', 'PermissionCheckHandler', 'DevicePermissionHandler'];
    const others = ['DisplayMediaRequestHandler', 'CertificateVerifyProc', 'USBProtectedClassesHandler'];
    for (const name of [...gates, ...others].map((gate) => `set${gate}`).concat('onBeforeRequest', 'app')) {
      if (!this.handlers.has(name)) throw new Error(`unsafe session: ${name}`);
    }
  }

  private setter(name: string): (handler: Handler) => void {
    return (handler) => {
      this.handlers.set(name, handler);
    };
  }
}

let contentsIds = 0;

export class WebContentsDouble extends EventEmitter {
  readonly id = ++contentsIds;
  readonly mainFrame = { origin: 'app://tizme' };
  readonly sent: unknown[] = [];
  crashes = 0;
  openHandler: (() => { readonly action: string }) | null = null;

  setWindowOpenHandler(handler: () => { readonly action: string }): void {
    this.openHandler = handler;
  }

  send(_channel: string, message: unknown): void {
    this.sent.push(message);
  }

  forcefullyCrashRenderer(): void {
    this.crashes += 1;
    this.emit('render-process-gone');
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly opened: BrowserWindow[] = [];
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents = new WebContentsDouble();
  readonly loaded: string[] = [];
  contentProtection = false;
  visible = false;
  /** How often it was put over the others. */
  raised = 0;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    assertSafeWindow(options);
    this.options = options;
    app.emit('web-contents-created', {}, this.webContents);
    BrowserWindow.opened.push(this);
  }

  setContentProtection(enabled: boolean): void {
    this.contentProtection = enabled;
  }

  show(): void {
    this.visible = true;
    this.emit('show');
  }

  showInactive(): void {
    this.show();
  }

  moveTop(): void {
    this.raised += 1;
  }

  isDestroyed(): boolean {
    return false;
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
  }
}

class AppDouble extends EventEmitter {
  isPackaged = false;
  sandboxed = false;
  firstInstance = true;
  optionsPath = '';
  readonly exits: number[] = [];
  quits = 0;
  readonly commandLine = {
    getSwitchValue: (name: string) => (name === 'host-options' ? this.optionsPath : ''),
  };

  requestSingleInstanceLock(): boolean {
    return this.firstInstance;
  }

  enableSandbox(): void {
    this.sandboxed = true;
  }

  async whenReady(): Promise<void> {
    if (!this.sandboxed) throw new Error('unsafe app: the sandbox is enabled before the app is ready');
    if (protocol.schemes.length === 0) throw new Error('unsafe app: no scheme of its own');
  }

  getPath(name: string): string {
    return `/nowhere/${name}`;
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  quit(): void {
    this.quits += 1;
  }
}

class UtilityProcessDouble extends EventEmitter {
  readonly entry: string;
  readonly pid = undefined;
  readonly inbox: unknown[] = [];

  constructor(entry: string) {
    super();
    this.entry = entry;
  }

  postMessage(message: unknown): void {
    this.inbox.push(structuredClone(message));
    if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'stop') {
      queueMicrotask(() => this.emit('exit', 0));
    }
  }

  kill(): boolean {
    queueMicrotask(() => this.emit('exit', 9));
    return true;
  }
}

export const app = new AppDouble();
export const ipcMain = new EventEmitter();

export const protocol = {
  schemes: [] as CustomScheme[],
  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    for (const { privileges } of schemes) {
      if (privileges?.bypassCSP || privileges?.allowServiceWorkers) throw new Error('unsafe scheme');
    }
    this.schemes.push(...schemes);
  },
};

export const session = {
  created: [] as SessionDouble[],
  fromPartition(partition: string): SessionDouble {
    if (partition.startsWith('persist:')) throw new Error('unsafe session: it is written to the disk');
    const created = new SessionDouble();
    this.created.push(created);
    return created;
  },
};

export const utilityProcess = {
  forked: [] as UtilityProcessDouble[],
  fork(entry: string): UtilityProcessDouble {
    const forked = new UtilityProcessDouble(entry);
    this.forked.push(forked);
    return forked;
  },
};

export const screen = {
  displays: [] as { readonly id: number; readonly workArea: object }[],
  getPrimaryDisplay() {
    return this.displays[0];
  },
  getAllDisplays() {
    return this.displays;
  },
};

export const Menu = {
  menu: undefined as unknown,
  setApplicationMenu(menu: unknown): void {
    this.menu = menu;
  },
};

export const dialog = {
  errors: [] as string[],
  showErrorBox(_title: string, text: string): void {
    this.errors.push(text);
  },
};

export const contextBridge = {
  exposed: new Map<string, unknown>(),
  exposeInMainWorld(name: string, value: unknown): void {
    this.exposed.set(name, value);
  },
};

class IpcRendererDouble extends EventEmitter {
  readonly sent: { readonly channel: string; readonly message: unknown }[] = [];

  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message });
  }
}
export const ipcRenderer = new IpcRendererDouble();

/** As if the program had just been started, on a laptop with these monitors. */
export function resetElectron(displays: readonly { readonly id: number; readonly workArea: object }[]): void {
  app.removeAllListeners();
  ipcMain.removeAllListeners();
  ipcRenderer.removeAllListeners();
  Object.assign(app, { isPackaged: false, sandboxed: false, firstInstance: true, optionsPath: '', quits: 0 });
  app.exits.length = 0;
  ipcRenderer.sent.length = 0;
  protocol.schemes.length = 0;
  session.created.length = 0;
  utilityProcess.forked.length = 0;
  BrowserWindow.opened.length = 0;
  dialog.errors.length = 0;
  contextBridge.exposed.clear();
  Menu.menu = undefined;
  screen.displays = [...displays];
}
