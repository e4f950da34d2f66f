import { connect } from 'node:net';
import type { DeviceProblem } from '../../../src/domain/devices.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { giveUpAfter, type Timer } from '../../../src/domain/timer.ts';

/** Only this machine: a biometric service elsewhere would be anybody's. */
const LOOPBACK = '127.0.0.1';
/** A record of a finger in base64 in base64 in JSON, with room. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface RawRequest {
  readonly port: number;
  /** Also those that HTTP has not, such as RCAPTURE. */
  readonly verb: string;
  readonly path: string;
  readonly body: unknown;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
}

/**
 * One HTTP/1.1 exchange in JSON with a service on this machine. Services are known to count characters where
 * Content-Length wants bytes, so the answer ends where the connection does, or as soon as what came is whole JSON.
 * @returns `absent` where nothing listens, `no-answer` after the limit, `bad-data` for what is no JSON answer
 */
export async function exchangeJson(
  request: RawRequest,
  timer: Timer,
): Promise<Result<unknown, DeviceProblem>> {
  if (request.signal?.aborted) return err({ code: 'cancelled' });
  const { promise, resolve } = Promise.withResolvers<Result<unknown, DeviceProblem>>();
  const socket = connect(request.port, LOOPBACK);
  const chunks: Buffer[] = [];
  let received = 0;
  const settle = (outcome: Result<unknown, DeviceProblem>) => {
    cancel();
    request.signal?.removeEventListener('abort', abort);
    socket.destroy();
    resolve(outcome);
    for (const chunk of chunks.splice(0)) chunk.fill(0);
  };
  const abort = () => settle(err({ code: 'cancelled' }));
  const cancel = giveUpAfter(timer, request.milliseconds, () => settle(err({ code: 'no-answer' })));
  request.signal?.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => socket.write(encodeRequest(request)));
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    received += chunk.length;
    if (received > MAX_ANSWER_BYTES) return settle(err({ code: 'bad-data' }));
    // Whole JSON can only end in a bracket: not worth a look before.
    const last = chunk.at(-1);
    if (last !== 0x7d && last !== 0x5d && last !== 0x0a) return;
    const answer = decodeAnswer(Buffer.concat(chunks));
    if (answer.ok) settle(answer);
  });
  socket.once('error', () => settle(err({ code: 'absent' })));
  socket.once('close', () => settle(decodeAnswer(Buffer.concat(chunks))));
  return promise;
}

function encodeRequest({ port, verb, path, body }: RawRequest): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  const head = [
    `${verb} ${path} HTTP/1.1`,
    `Host: ${LOOPBACK}:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${json.length}`,
    'EXT: tizme',
    'Connection: close',
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), json]);
}

/** The JSON of an answer, by whatever means its end is marked. */
export function decodeAnswer(bytes: Buffer): Result<unknown, DeviceProblem> {
  const end = bytes.indexOf('\r\n\r\n');
  const bad: Result<unknown, DeviceProblem> = err({ code: 'bad-data' });
  if (end < 0) return bad;
  const [status = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  if (!/^HTTP\/1\.[01] 2\d\d/.test(status)) return bad;
  const isChunked = fields.some((field) => /^transfer-encoding:\s*chunked\s*$/i.test(field));
  const rest = bytes.subarray(end + 4);
  const body = isChunked ? joinChunks(rest) : rest;
  if (body === null) return bad;
  try {
    return ok(JSON.parse(body.toString('utf8')));
  } catch {
    return bad;
  }
}

function joinChunks(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const text = bytes.toString('latin1', at, line).split(';')[0]?.trim() ?? '';
    if (!/^[0-9a-f]{1,7}$/i.test(text)) return null;
    const length = Number.parseInt(text, 16);
    if (length === 0) return Buffer.concat(parts);
    const end = line + 2 + length;
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(line + 2, end));
    at = end + 2;
  }
}
