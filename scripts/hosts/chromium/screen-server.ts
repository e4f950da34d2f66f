import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Language } from '../../../src/domain/language.ts';
import { WINDOW_KINDS, type WindowKind } from '../../../src/domain/window-kind.ts';
import type { ScreenFile } from '../shared/screen-files.ts';
import { securityHeaders } from '../shared/security-headers.ts';
import type { HostWindow } from '../shared/station-host.ts';
import { Sessions } from './sessions.ts';

/** Bound to this machine alone; the name is not `localhost`, which other software may point elsewhere. */
const LOOPBACK = '127.0.0.1';
/** The longest call is a reason of 300 characters with three approvals. */
const LARGEST_MESSAGE = 64 * 1024;
/** RFC 6455, 7.4.1. */
const POLICY_VIOLATION = 1008;
const UNSUPPORTED_DATA = 1003;

export interface ScreenServerOptions {
  readonly files: ReadonlyMap<string, ScreenFile>;
  /** What the screens speak until somebody chooses otherwise. */
  readonly language: Language;
  readonly openWindow: (kind: WindowKind, send: (message: unknown) => void) => HostWindow;
  /** A one-time address was used. */
  readonly onEntered?: (kind: WindowKind) => void;
  /** 0, the default: any free port. */
  readonly port?: number;
}

/**
 * Serves the screens to a browser on this machine and carries their messages. Four things keep others out: the
 * loopback address, the exact `Host` (against DNS rebinding), the exact `Origin` (against other pages of the same
 * browser), and a session cookie that only a one-time address gives and that fixes the window kind.
 */
export class ScreenServer {
  private readonly options: ScreenServerOptions;
  private readonly sessions = new Sessions();
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
  });
  private readonly headers = securityHeaders("'self'");
  private port = 0;

  private constructor(options: ScreenServerOptions) {
    this.options = options;
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Listens, then gives the server back; rejects when the port is taken. */
  static async listen(options: ScreenServerOptions): Promise<ScreenServer> {
    const screenServer = new ScreenServer(options);
    await new Promise<void>((resolve, reject) => {
      screenServer.server.once('error', reject);
      screenServer.server.listen(options.port ?? 0, LOOPBACK, resolve);
    });
    screenServer.port = (screenServer.server.address() as AddressInfo).port;
    return screenServer;
  }

  get origin(): string {
    return `http://${this.authority}`;
  }

  /** An address that opens a window of that kind once. */
  createAddress(kind: WindowKind): string {
    return `${this.origin}/enter?token=${this.sessions.createToken(kind)}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private get authority(): string {
    return `${LOOPBACK}:${this.port}`;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const address = this.addressOf(request);
    if (request.headers.host !== this.authority) this.refuse(response, 421, 'Misdirected Request');
    else if (request.method !== 'GET') this.refuse(response, 405, 'Method Not Allowed');
    else if (comesFromElsewhere(request, this.origin)) this.refuse(response, 403, 'Forbidden');
    else if (address === null) this.refuse(response, 400, 'Bad Request');
    else if (address.pathname === '/enter') this.enter(address, response);
    else if (address.pathname === '/favicon.ico') response.writeHead(204, this.headers).end();
    else this.serveFile(request, address.pathname, response);
  }

  /** Null where the request line is no address (`GET //`). */
  private addressOf(request: IncomingMessage): URL | null {
    return URL.parse(request.url ?? '/', this.origin);
  }

  private enter(address: URL, response: ServerResponse): void {
    const entered = this.sessions.exchange(address.searchParams.get('token') ?? '');
    if (entered === null) {
      this.refuse(response, 403, 'This address was used before, or is not known.');
      return;
    }
    const cookie = `${this.cookieName(entered.kind)}=${entered.session}; Path=/; HttpOnly; SameSite=Strict`;
    const location = `/${entered.kind}?language=${this.options.language}`;
    response.writeHead(303, { ...this.headers, location, 'set-cookie': cookie }).end();
    this.options.onEntered?.(entered.kind);
  }

  private serveFile(request: IncomingMessage, path: string, response: ServerResponse): void {
    const kinds = WINDOW_KINDS.filter((kind) => this.maySee(request, kind));
    const page = WINDOW_KINDS.find((kind) => path === `/${kind}`);
    const allowed = page === undefined ? kinds.length > 0 : kinds.includes(page);
    const file = this.options.files.get(path);
    if (!allowed) this.refuse(response, 403, 'Forbidden');
    else if (file === undefined) this.refuse(response, 404, 'Not Found');
    else response.writeHead(200, { ...this.headers, 'content-type': file.mediaType }).end(file.body);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const address = this.addressOf(request);
    const kind = WINDOW_KINDS.find((other) => other === address?.searchParams.get('window'));
    const allowed =
      request.headers.host === this.authority &&
      request.headers.origin === this.origin &&
      address?.pathname === '/station' &&
      kind !== undefined &&
      this.maySee(request, kind);
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.connect(webSocket, kind));
  }

  private connect(socket: WebSocket, kind: WindowKind): void {
    const window = this.options.openWindow(kind, (message) => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    });
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? undefined : parseJson(String(data));
      if (message === undefined) socket.close(UNSUPPORTED_DATA);
      else if (!window.receive(message)) socket.close(POLICY_VIOLATION);
    });
    socket.on('close', () => window.close());
    socket.on('error', () => socket.terminate());
  }

  private maySee(request: IncomingMessage, kind: WindowKind): boolean {
    return this.sessions.allows(readCookie(request.headers.cookie, this.cookieName(kind)), kind);
  }

  /** Cookies know no ports: the name keeps two hosts on one machine apart. */
  private cookieName(kind: WindowKind): string {
    return `tizme-${kind}-${this.port}`;
  }

  private refuse(response: ServerResponse, status: number, text: string): void {
    response.writeHead(status, { ...this.headers, 'content-type': 'text/plain; charset=utf-8' }).end(text);
  }
}

/** A page of another origin asks, whatever it asks for (Fetch Metadata, W3C). */
function comesFromElsewhere(request: IncomingMessage, origin: string): boolean {
  const site = request.headers['sec-fetch-site'];
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  return foreignSite || (request.headers.origin !== undefined && request.headers.origin !== origin);
}

function readCookie(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([key]) => key === name)?.[1];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
