import { throwIllegalValue } from './assert.ts';
import type { Unsubscribe } from './devices.ts';
import { type HostToStation, hostToStationSchema, type StationToHost } from './host-wire.ts';
import type { MessagePortLike } from './message-port.ts';
import { RelayedPort } from './relayed-port.ts';
import type { WindowKind } from './window-kind.ts';

/** One open window as the station sees it; its port closes when the window does. */
export interface StationWindow {
  readonly windowId: string;
  readonly kind: WindowKind;
  readonly port: MessagePortLike;
}

/**
 * The station's end of its one port to the host: takes the envelopes of host-wire.ts apart into a port per
 * window and a port to the devices process, and answers the host's pings. Windows and devices that came before
 * anybody listened are kept.
 */
export class HostConnection {
  private readonly host: MessagePortLike;
  private readonly windows = new Map<
    string,
    { readonly window: StationWindow; readonly port: RelayedPort }
  >();
  private devices: RelayedPort | null = null;
  private readonly windowListeners = new Set<(window: StationWindow) => void>();
  private readonly devicesListeners = new Set<(port: MessagePortLike) => void>();
  private readonly stopListeners = new Set<() => void>();
  private stopped = false;

  constructor(host: MessagePortLike) {
    this.host = host;
    host.onMessage((message) => this.receive(message));
    host.onClose(() => this.hostGone());
  }

  /** Told of every window that is open and that opens later. Send it a snapshot then. */
  onWindow(listener: (window: StationWindow) => void): Unsubscribe {
    this.windowListeners.add(listener);
    for (const { window } of this.windows.values()) queueMicrotask(() => listener(window));
    return () => this.windowListeners.delete(listener);
  }

  /**
   * Told of the devices process that runs, and of each that is started after it; a port closes when its process
   * has gone. Speak src/domain/devices-wire.ts on it, beginning with `hello`.
   */
  onDevices(listener: (port: MessagePortLike) => void): Unsubscribe {
    this.devicesListeners.add(listener);
    const devices = this.devices;
    if (devices !== null) queueMicrotask(() => listener(devices));
    return () => this.devicesListeners.delete(listener);
  }

  /** The host wants the station to end, or has gone itself: finish, close the databases, exit. Told once. */
  onStop(listener: () => void): Unsubscribe {
    this.stopListeners.add(listener);
    if (this.stopped) queueMicrotask(listener);
    return () => this.stopListeners.delete(listener);
  }

  /** The databases are open: windows can be served. */
  ready(): void {
    this.post({ type: 'ready' });
  }

  /** The devices process no longer answers. */
  restartDevices(): void {
    this.post({ type: 'restart-devices' });
  }

  /** The station can't run here. `code`: lower-case words and hyphens, no personal data. */
  fatal(code: string): void {
    this.post({ type: 'fatal', code });
  }

  private post(message: StationToHost): void {
    this.host.post(message);
  }

  private receive(message: unknown): void {
    const parsed = hostToStationSchema.safeParse(message);
    if (!parsed.success) throw new Error('the host sent a message that breaks the host protocol');
    this.handle(parsed.data);
  }

  private handle(message: HostToStation): void {
    switch (message.type) {
      case 'start':
        break;
      case 'window-opened':
        this.openWindow(message.windowId, message.kind);
        break;
      case 'window-message':
        this.windows.get(message.windowId)?.port.receive(message.message);
        break;
      case 'window-closed':
        this.closeWindow(message.windowId);
        break;
      case 'devices-up':
        this.devicesUp();
        break;
      case 'devices-message':
        this.devices?.receive(message.message);
        break;
      case 'devices-down':
        this.devicesDown();
        break;
      case 'ping':
        this.post({ type: 'pong', sequence: message.sequence });
        break;
      case 'stop':
        this.stop();
        break;
      default:
        throwIllegalValue(message);
    }
  }

  private openWindow(windowId: string, kind: WindowKind): void {
    this.closeWindow(windowId);
    const port = new RelayedPort((message) => this.post({ type: 'window-message', windowId, message }));
    const window: StationWindow = { windowId, kind, port };
    this.windows.set(windowId, { window, port });
    for (const listener of [...this.windowListeners]) listener(window);
  }

  private closeWindow(windowId: string): void {
    const entry = this.windows.get(windowId);
    this.windows.delete(windowId);
    entry?.port.close();
  }

  private devicesUp(): void {
    this.devicesDown();
    const port = new RelayedPort((message) => this.post({ type: 'devices-message', message }));
    this.devices = port;
    for (const listener of [...this.devicesListeners]) listener(port);
  }

  private devicesDown(): void {
    this.devices?.close();
    this.devices = null;
  }

  private hostGone(): void {
    for (const windowId of [...this.windows.keys()]) this.closeWindow(windowId);
    this.devicesDown();
    this.stop();
  }

  private stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    for (const listener of [...this.stopListeners]) listener();
  }
}
