import { createSign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { GreyImage } from '../../src/domain/grey-image.ts';
import { writeFingerImageRecord } from '../fingerprint-scanners/sbi/finger-image-record.ts';
import { chainHash } from '../fingerprint-scanners/sbi/hash-chain.ts';

/** The ways in which services misbehave, or somebody in their place does. */
export interface SbiFaults {
  /** Content-Length counts characters, as a public mock does. */
  countsCharacters: boolean;
  /** The body comes in chunks, as many servers send it. */
  chunked: boolean;
  /** Signs with a key that is not that of its certificate. */
  forged: boolean;
  /** One grey value of the picture is changed after the signature. */
  altered: boolean;
  /** Gives the first capture again and again. */
  replays: boolean;
  /** Takes the time of so many milliseconds ago. */
  lateBy: number;
  /** Forgets the hash before. */
  breaksChain: boolean;
  status: 'Ready' | 'Busy' | 'Not Ready';
  purpose: 'Registration' | 'Auth';
}

export interface SbiIdentity {
  readonly key: KeyObject;
  /** Another key, for a forger. */
  readonly otherKey: KeyObject;
  /** In DER: the device's own first. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * A maker's biometric service on a loopback port. Node's own server refuses verbs that HTTP has not, so this one
 * reads the few lines of a request itself.
 */
export class SbiEmulator {
  readonly faults: SbiFaults = {
    countsCharacters: false,
    chunked: false,
    forged: false,
    altered: false,
    replays: false,
    lateBy: 0,
    breaksChain: false,
    status: 'Ready',
    purpose: 'Registration',
  };
  readonly verbs: string[] = [];
  /** Changes the record that is signed, or the bytes of a whole answer: a device or a service gone mad. */
  tamper: ((part: 'record' | 'answer', bytes: Uint8Array) => Uint8Array) | null = null;
  private readonly identity: SbiIdentity;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly waiting = new Set<() => void>();
  private finger: GreyImage | null = null;
  private first: object | null = null;

  private constructor(identity: SbiIdentity) {
    this.identity = identity;
    this.server = createServer((socket) => this.serve(socket));
  }

  static async start(identity: SbiIdentity, port = 0): Promise<SbiEmulator> {
    const emulator = new SbiEmulator(identity);
    emulator.server.listen(port, '127.0.0.1');
    await once(emulator.server, 'listening');
    return emulator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  layFinger(image: GreyImage): void {
    this.finger = image;
    for (const answer of [...this.waiting]) answer();
  }

  liftFinger(): void {
    this.finger = null;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    let request = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      request = Buffer.concat([request, chunk]);
      const end = request.indexOf('\r\n\r\n');
      const [, length = '0'] =
        /content-length: (\d+)/i.exec(request.toString('latin1', 0, Math.max(0, end))) ?? [];
      if (end < 0 || request.length < end + 4 + Number(length)) return;
      const [verb = ''] = request.toString('latin1', 0, end).split(' ');
      this.verbs.push(verb);
      this.answer(socket, verb, JSON.parse(request.toString('utf8', end + 4)));
    });
  }

  private answer(socket: Socket, verb: string, body: CaptureRequest): void {
    const good = { errorCode: '0', errorInfo: 'Успех' };
    if (verb === 'MOSIPDISC') {
      const { status, purpose } = this.faults;
      const found = { deviceId: 'D1', deviceStatus: status, deviceSubId: ['0'], purpose, error: good };
      this.send(socket, [found]);
    } else if (verb === 'MOSIPDINFO') {
      const deviceInfo = this.sign({ deviceStatus: 'Ready', deviceId: 'D1', digitalId: this.digitalId() });
      this.send(socket, [{ deviceInfo, error: good }]);
    } else if (verb === 'RCAPTURE') {
      this.captureWhenTouched(socket, body);
    } else {
      socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n');
    }
  }

  private captureWhenTouched(socket: Socket, body: CaptureRequest): void {
    const capture = () => {
      if (this.finger === null) return;
      this.waiting.delete(capture);
      this.send(socket, this.capture(body, this.finger));
    };
    this.waiting.add(capture);
    socket.once('close', () => this.waiting.delete(capture));
    capture();
  }

  private capture(body: CaptureRequest, finger: GreyImage): object {
    if (this.faults.replays && this.first !== null) return this.first;
    const whole = writeFingerImageRecord(finger);
    const record = this.tamper?.('record', whole) ?? whole;
    const payload = {
      digitalId: this.digitalId(),
      bioType: 'Finger',
      purpose: body.purpose,
      env: body.env,
      transactionId: body.transactionId,
      timestamp: new Date(Date.parse(body.captureTime) - this.faults.lateBy).toISOString(),
      bioValue: Buffer.from(record).toString('base64url'),
      qualityScore: '80',
    };
    let data = this.sign(payload);
    if (this.faults.altered) {
      const [header, , signature] = data.split('.');
      record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
      const altered = { ...payload, bioValue: Buffer.from(record).toString('base64url') };
      data = [header, Buffer.from(JSON.stringify(altered)).toString('base64url'), signature].join('.');
    }
    const previous = this.faults.breaksChain ? '' : (body.bio[0]?.previousHash ?? '');
    const biometric = {
      specVersion: '0.9.5',
      data,
      hash: chainHash(previous, record),
      error: { errorCode: 0 },
    };
    const answer = { biometrics: [biometric] };
    this.first ??= answer;
    return answer;
  }

  private digitalId(): string {
    const [make, model] = ['Emulated', 'SBI scanner'];
    return this.sign({ serialNo: 'SBI-1', make, model, type: 'Finger', dateTime: new Date(0).toISOString() });
  }

  private sign(payload: object): string {
    const x5c = this.identity.certificates.map((each) => Buffer.from(each).toString('base64'));
    const signed = [{ alg: 'RS256', typ: 'JWT', x5c }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = this.faults.forged ? this.identity.otherKey : this.identity.key;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`;
  }

  private send(socket: Socket, answer: object): void {
    const json = JSON.stringify(answer);
    const bytes = Buffer.from(json);
    const length = this.faults.countsCharacters ? json.length : bytes.length;
    if (this.tamper !== null) {
      const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`;
      socket.end(this.tamper('answer', Buffer.concat([Buffer.from(head), bytes])));
      return;
    }
    const end = this.faults.chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${end}\r\n\r\n`);
    if (!this.faults.chunked) {
      socket.end(bytes);
      return;
    }
    const half = bytes.length >> 1;
    for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
      socket.write(`${part.length.toString(16)}\r\n`);
      socket.write(part);
      socket.write('\r\n');
    }
    socket.end('0\r\n\r\n');
  }
}

interface CaptureRequest {
  readonly purpose: string;
  readonly env: string;
  readonly transactionId: string;
  readonly captureTime: string;
  readonly bio: readonly { readonly previousHash: string }[];
}
