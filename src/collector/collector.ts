import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  fastify,
  LogController,
} from 'fastify';
import { isSignedChallenge } from '../ledger/device-proof.ts';
import { isIdentifier } from '../ledger/event.ts';
import type { Clock } from '../store/clock.ts';
import { randomKey } from '../store/keys.ts';
import {
  DEVICE_KEY_HEADER,
  decodeDeviceKey,
  decodePending,
  decodeProof,
  MOST_BODY_BYTES,
  PENDING_HEADER,
  PROOF_HEADER,
  RANGE_CONTENT_TYPE,
} from '../sync/upload/upload-protocol.ts';
import {
  LONGEST_QUESTION,
  type VisitorQuestion,
  visitorQuestionSchema,
} from '../sync/visitors/visitor-protocol.ts';
import { Challenges } from './access/challenges.ts';
import { type Access, guard } from './access/guard.ts';
import { centreSamples } from './centre-metrics.ts';
import type { CentreStore } from './collector-store.ts';
import { addDashboardRoutes } from './dashboard/dashboard-routes.ts';
import { SharedTotals } from './dashboard/shared-totals.ts';
import { groupDoubles } from './doubles/group-doubles.ts';
import type { RangeTaker } from './intake.ts';
import { IntakeQueue, LEAST_RETRY_AFTER_SECONDS } from './intake-queue.ts';
import { noteAnswer, refuse, sendAnswer, toBase64 } from './intake-replies.ts';
import type { LogCheckState } from './log-check/log-check.ts';
import { IntakeMetrics, METRICS_CONTENT_TYPE, renderMetrics } from './metrics.ts';
import { parseRegistration } from './registration-file.ts';
import { tabulateTurnout } from './turnout-tables.ts';
import type { VisitorDesk } from './visitors/visitor-desk.ts';
import type { CheckpointTaker } from './witness/centre-witness.ts';
import { addWitnessRoutes } from './witness/witness-routes.ts';

export interface CollectorOptions {
  readonly store: CentreStore;
  readonly intake: RangeTaker;
  /** Absent: the centre countersigns nothing. */
  readonly witness?: CheckpointTaker;
  readonly clock: Clock;
  readonly mock: boolean;
  /** Null: any election (mock only). */
  readonly election: string | null;
  /** Never gets a body, an address or anything of a person: device ids, codes and counts only. */
  readonly logger: FastifyBaseLogger;
  /** Absent: plain HTTP, for this machine or behind a proxy that has the certificate. */
  readonly tls?: TlsFiles;
  readonly access: Access;
  /** Absent: the database looks after itself. */
  readonly logCheck?: () => LogCheckState;
  /** Left out: no station gets a visitor's record from here. */
  readonly visitors?: VisitorDesk;
  /** 32 bytes, the same for all collectors of one database; drawn for this one alone unless given. */
  readonly challengeKey?: Uint8Array;
}

/** PEM. */
export interface TlsFiles {
  readonly key: string;
  readonly certificate: string;
}

/** Ten thousand devices of a country are two. */
const MOST_REGISTRATION_BYTES = 8 * 1024 * 1024;

/** While the database is damaged and somebody has to come. */
const RETRY_DAMAGED_SECONDS = 120;

/** Of a connection that says nothing: a lane that goes on sending keeps its own, thousands that are done do not. */
const KEEP_ALIVE_MS = 15_000;

type DeviceRoute = { Params: { device: string } };

/**
 * The central service as a Fastify application:
 * `POST /v1/devices/:device/events`, `GET /v1/devices/:device/next`, `POST /v1/devices/:device/visitor`, `/v1/turnout`, `/health`, `/metrics` and
 * a status page at `/`. The caller listens and closes; the store is the caller's too.
 */
export function createCollector(options: CollectorOptions): FastifyInstance {
  const {
    store,
    intake,
    witness,
    clock,
    mock,
    election,
    logger,
    tls,
    access,
    logCheck = () => 'sound',
  } = options;
  const metrics = new IntakeMetrics();
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    // Our own lines say what happened without addresses and paths.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MOST_BODY_BYTES,
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: 60_000,
    ...(tls === undefined
      ? {}
      : { https: { key: tls.key, cert: tls.certificate, minVersion: 'TLSv1.3' as const } }),
  });
  const challenges = new Challenges(options.challengeKey ?? randomKey(), () => clock.wallMs());
  const queue = new IntakeQueue(() => clock.monotonicMs());
  /** Devices whose range is being answered and that have another. */
  const haveMore = new Set<string>();
  const busy = (reply: FastifyReply, device?: string): FastifyReply => {
    metrics.countAnswer('busy');
    const told = device === undefined ? LEAST_RETRY_AFTER_SECONDS : queue.retryAfterSeconds(device);
    const seconds = String(logCheck() === 'damaged' ? RETRY_DAMAGED_SECONDS : told);
    // Who is to come back later holds no connection until then.
    return reply.code(503).headers({ 'retry-after': seconds, connection: 'close' }).send({ status: 'busy' });
  };

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(RANGE_CONTENT_TYPE, { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'not-found'));
  app.setErrorHandler((problem: { statusCode?: number; code?: string }, request, reply) => {
    const status = problem.statusCode ?? 500;
    if (status >= 500) request.log.error({ code: problem.code ?? 'bug' }, 'a request failed');
    metrics.countAnswer(status === 413 ? 'too-large' : 'bad-request');
    return refuse(reply, status, status === 413 ? 'too-large' : 'bad-request');
  });

  guard(app, access);
  const shared = new SharedTotals(store);

  app.post<DeviceRoute>(
    '/v1/devices/:device/events',
    {
      config: { who: 'anybody' },
      onRequest: async (request, reply) => {
        const { device } = request.params;
        if (logCheck() === 'damaged' || !queue.enter(device)) return busy(reply, device);
        reply.raw.once('close', () => queue.leave(device, haveMore.delete(device)));
      },
    },
    async (request, reply) => {
      const { device } = request.params;
      if (!isIdentifier(device) || !(request.body instanceof Uint8Array)) {
        return refuse(reply, 400, 'bad-request');
      }
      const answer = await intake.take({
        device,
        body: request.body,
        offeredKey: decodeDeviceKey(request.headers[DEVICE_KEY_HEADER]),
      });
      if (!answer.ok) {
        request.log.error({ code: answer.error.code }, 'a range could not be stored');
        return busy(reply);
      }
      noteAnswer(request.log, metrics, device, answer.value);
      const pending = decodePending(request.headers[PENDING_HEADER]);
      if (answer.value.status === 'accepted' && pending > answer.value.stored) haveMore.add(device);
      return sendAnswer(reply, answer.value);
    },
  );

  app.get<DeviceRoute>('/v1/devices/:device/next', { config: { who: 'anybody' } }, async (request, reply) => {
    const { device } = request.params;
    if (logCheck() === 'damaged') return busy(reply);
    if (!isIdentifier(device)) return refuse(reply, 400, 'bad-request');
    const proof = decodeProof(request.headers[PROOF_HEADER]);
    const isLive = proof !== null && challenges.isLive(device, proof.challenge);
    const prove = () => reply.code(403).send({ status: 'prove', challenge: challenges.draw(device) });
    // Without a proof nobody learns whether there is such a device, and the database isn't asked.
    if (!isLive && !mock) return prove();
    const state = await store.device(device);
    if (!state.ok) return busy(reply);
    // A mock collector gets to know a device by its first range, and with it the key.
    if (state.value !== null || !mock) {
      if (!isLive) return prove();
      const key = state.value?.registration.publicKey;
      if (key === undefined || !isSignedChallenge(key, device, proof))
        return refuse(reply, 403, 'not-this-device');
    }
    if (decodePending(request.headers[PENDING_HEADER]) > 0 && !queue.ask(device)) {
      return busy(reply, device);
    }
    const last = state.value?.heads.at(-1);
    return reply.send({
      last: last === undefined ? null : { epoch: last.epoch, seq: last.seq, hash: toBase64(last.hash) },
    });
  });

  // In a scope of its own: no other address takes JSON.
  void app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: MOST_REGISTRATION_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post<DeviceRoute>(
      '/v1/devices/:device/visitor',
      { config: { who: 'anybody' }, bodyLimit: LONGEST_QUESTION },
      async (request, reply) => {
        const { device } = request.params;
        const question = parseQuestion(request.body);
        if (!isIdentifier(device) || question === null) return refuse(reply, 400, 'bad-request');
        if (options.visitors === undefined) return refuse(reply, 403, 'not-allowed');
        const answer = await options.visitors.answer(device, question);
        if (!answer.ok || answer.value.status === 'busy') return busy(reply);
        const { status } = answer.value;
        request.log.info({ device, status }, 'a visitor’s record was asked for');
        return reply.code(status === 'refused' ? 403 : 200).send(answer.value);
      },
    );
    scope.post('/v1/registrations', { config: { who: 'registrar' } }, async (request, reply) => {
      const registration = parseRegistration(typeof request.body === 'string' ? request.body : '');
      if (!registration.ok) return refuse(reply, 400, registration.error.code);
      if (registration.value.mock !== mock) return refuse(reply, 403, 'mock-and-real');
      if (election !== null && registration.value.election !== election) {
        return refuse(reply, 403, 'other-election');
      }
      const { devices, stations } = registration.value;
      const registered = await store.register(devices);
      if (!registered.ok) {
        return registered.error.code === 'registered-otherwise'
          ? refuse(reply, 409, registered.error.code)
          : busy(reply);
      }
      const described = await store.describeStations(stations);
      if (!described.ok) return busy(reply);
      request.log.info({ devices: devices.length, stations: stations.length }, 'devices were registered');
      return reply.send({ status: 'registered', devices: devices.length, stations: stations.length });
    });
  });

  if (witness !== undefined) {
    addWitnessRoutes(app, witness, (code) => logger.warn({ code }, 'a checkpoint was not countersigned'));
  }

  app.get('/health', { config: { who: 'anybody' } }, async (_request, reply) => {
    const answers = await store.check();
    const checked = logCheck();
    const status = checked === 'damaged' ? 'damaged' : answers.ok ? 'ok' : 'failing';
    return reply.code(status === 'ok' ? 200 : 503).send({ status, mock, logCheck: checked });
  });

  app.get('/v1/turnout', { config: { who: 'viewer' } }, async (_request, reply) => {
    const figures = await shared.get();
    if (!figures.ok) return busy(reply);
    return reply.send({ mock, ...tabulateTurnout(figures.value.totals) });
  });

  app.get('/v1/doubles', { config: { who: 'viewer' } }, async (_request, reply) => {
    const totals = await store.totals();
    if (!totals.ok) return busy(reply);
    return reply.send({ mock, doubles: groupDoubles(totals.value.doubles) });
  });

  app.get('/metrics', { config: { who: 'monitor' } }, async (_request, reply) => {
    const totals = await store.totals();
    if (!totals.ok) return busy(reply);
    const samples = [...metrics.samples(), ...centreSamples(totals.value, queue, logCheck())];
    return reply.type(METRICS_CONTENT_TYPE).send(renderMetrics(samples));
  });

  addDashboardRoutes(app, {
    figures: () => shared.get(),
    mock,
    clock,
    canLeave: access.kind === 'listed',
    busy,
  });
  return app;
}

function parseQuestion(body: unknown): VisitorQuestion | null {
  try {
    const parsed = visitorQuestionSchema.safeParse(JSON.parse(typeof body === 'string' ? body : ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
